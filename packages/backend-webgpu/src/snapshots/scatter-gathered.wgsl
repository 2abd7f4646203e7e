// scatter r100 r500: chunks
@group(0) @binding(0) var<storage, read> in1: array<f32>;
@group(0) @binding(1) var<storage, read> in2: array<i32>;
@group(0) @binding(2) var<storage, read_write> scratch3: array<f32>;
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
  var sum = 0.0f;
  let v1 = (p % 16) * 32;
  let v5 = p / 16;
  for (var r = 0; r < 32; r += 1) {
    let v2 = v1 + r;
    let v3 = min(v2, 499);
    let v4 = check_index(0u, 100, in2[v3], v3);
    let v6 = v4 == v5;
    let v7 = select(0.0f, select(0.0f, in1[v3], v6), (v2 < 500));
    sum += v7;
  }
  scratch3[p] = sum;
}

// scatter r100 r500
@group(0) @binding(0) var<storage, read_write> out0: array<f32>;
@group(0) @binding(1) var<storage, read> scratch3: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let p = i32(group.x * 64u + lane);
  if (p >= 100) { return; }
  var sum = 0.0f;
  let v1 = p * 16;
  for (var chunk = 0; chunk < 16; chunk += 1) {
    sum += scratch3[v1 + chunk];
  }
  out0[p] = 0.0f + sum;
}
