// sum r10000000: chunks
@group(0) @binding(0) var<storage, read> in0: array<f32>;
@group(0) @binding(1) var<storage, read_write> scratch2: array<f32>;
struct Params { zero: u32 }
@group(1) @binding(0) var<uniform> params: Params;
var<workgroup> shared_sum: array<f32, 256>;
fn rounded(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) ^ u32(params.zero)); }
fn add_up(sum: vec2<f32>, x: f32) -> vec2<f32> {
  let term = x - sum.y;
  let next = rounded(sum.x + term);
  let isFinite = (bitcast<u32>(next) & 0x7f800000u) != 0x7f800000u;
  return vec2<f32>(next, select(0.0, rounded(next - sum.x) - term, isFinite));
}
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let p = i32(group.x);
  let me = i32(lane);
  var sum = vec2<f32>();
  let v1 = p * 40000;
  for (var r = me; r < 40000; r += 256) {
    sum = add_up(sum, in0[v1 + r]);
  }
  shared_sum[me] = sum.x;
  workgroupBarrier();
  for (var half = 128; half > 0; half /= 2) {
    if (me < half) {
      shared_sum[me] = shared_sum[me] + shared_sum[me + half];
    }
    workgroupBarrier();
  }
  let sum2 = shared_sum[0];
  if (me == 0) {
    scratch2[p] = sum2;
  }
}

// sum r10000000
@group(0) @binding(0) var<storage, read_write> out1: array<f32>;
@group(0) @binding(1) var<storage, read> scratch2: array<f32>;
var<workgroup> shared_sum: array<f32, 32>;
@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let p = i32(group.x);
  let me = i32(lane);
  var sum = 0.0f;
  for (var r = me; r < 250; r += 32) {
    sum += scratch2[r];
  }
  shared_sum[me] = sum;
  workgroupBarrier();
  for (var half = 16; half > 0; half /= 2) {
    if (me < half) {
      shared_sum[me] = shared_sum[me] + shared_sum[me + half];
    }
    workgroupBarrier();
  }
  let sum2 = shared_sum[0];
  if (me == 0) {
    out1[0] = sum2;
  }
}
