// embedding 3x4
@group(0) @binding(0) var<storage, read> in0: array<i32>;
@group(0) @binding(1) var<storage, read> in1: array<f32>;
@group(0) @binding(2) var<storage, read_write> out2: array<f32>;
struct Params { ticket: u32 }
@group(1) @binding(0) var<uniform> params: Params;
struct Failure { position: u32, value: i32, check: u32 }
struct Fault { ticket: atomic<u32>, position: atomic<u32>, count: atomic<u32>, canary: u32, failures: array<Failure, 20> }
@group(1) @binding(1) var<storage, read_write> fault: Fault;

// An index out of range counts as 0. Of the first kernel that has one, those are recorded that stand before all so far.
fn check_index(check: u32, size: i32, value: i32, position: i32) -> i32 {
  if (value >= 0 && value < size) { return value; }
  let place = u32(position);
  if (atomicMin(&fault.ticket, params.ticket) >= params.ticket && (atomicMin(&fault.position, place) > place || position < 0)) {
    let i = atomicAdd(&fault.count, 1u);
    if (i < 20u) { fault.failures[i] = Failure(place, value, check); }
  }
  return 0;
}
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let p = i32(group.x * 64u + lane);
  if (p >= 12) { return; }
  let v1 = check_index(0u, 10, in0[p / 4], p / 4);
  out2[p] = in1[(p % 4) + (v1 * 4)];
}
