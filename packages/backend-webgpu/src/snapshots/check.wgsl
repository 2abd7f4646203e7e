// embedding 3x4
@group(0) @binding(0) var<storage, read> in0: array<i32>;
@group(0) @binding(1) var<storage, read> in1: array<f32>;
@group(0) @binding(2) var<storage, read_write> out2: array<f32>;
struct Params { ticket: u32 }
@group(1) @binding(0) var<uniform> params: Params;
struct Fault { ticket: atomic<u32>, position: atomic<u32>, value: atomic<i32>, check: atomic<u32>, canary: u32 }
@group(1) @binding(1) var<storage, read_write> fault: Fault;

// An index out of range counts as 0 and is recorded: of the first kernel that has one, the one at the first position.
fn check_index(check: u32, size: i32, value: i32, position: i32) -> i32 {
  if (value >= 0 && value < size) { return value; }
  if (atomicMin(&fault.ticket, params.ticket) >= params.ticket && atomicMin(&fault.position, u32(position)) >= u32(position)) {
    atomicStore(&fault.value, value);
    atomicStore(&fault.check, check);
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
