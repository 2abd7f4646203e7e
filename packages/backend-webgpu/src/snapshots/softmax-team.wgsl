// max_exp_sum_div 64 r1000
@group(0) @binding(0) var<storage, read> in0: array<f32>;
@group(0) @binding(1) var<storage, read_write> out1: array<f32>;
struct Params { zero: u32 }
@group(1) @binding(0) var<uniform> params: Params;
var<workgroup> shared_max: array<f32, 128>;
var<workgroup> shared_sum: array<f32, 128>;
var<private> infinity_bits: u32 = 0x7f800000u;
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn larger(a: f32, b: f32) -> f32 { return select(select(max(a, b), b, is_nan(b)), a, is_nan(a)); }
fn smaller(a: f32, b: f32) -> f32 { return select(select(min(a, b), b, is_nan(b)), a, is_nan(a)); }
fn rounded(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) ^ u32(params.zero)); }
@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let p = i32(group.x);
  let me = i32(lane);
  var max_ = -bitcast<f32>(infinity_bits);
  let v1 = p * 1000;
  for (var r = me; r < 1000; r += 128) {
    max_ = larger(max_, in0[v1 + r]);
  }
  shared_max[me] = max_;
  workgroupBarrier();
  for (var half = 64; half > 0; half /= 2) {
    if (me < half) {
      shared_max[me] = larger(shared_max[me], shared_max[me + half]);
    }
    workgroupBarrier();
  }
  let max_2 = shared_max[0];
  var sum = 0.0f;
  for (var r2 = me; r2 < 1000; r2 += 128) {
    let v2 = larger(smaller((in0[v1 + r2] - max_2), 89.0f), (-104.0f));
    let v3 = v2 * 1.4426950216293335f;
    let v4 = bitcast<i32>((v3 + 12583166.0f));
    let v5 = f32((v4 + (-1262485758)));
    let v6 = v2 - (v5 * 0.693359375f);
    let v7 = rounded(v6) - (v5 * (-0.00021219444170128554f));
    let v8 = v7 * v7;
    let v9 = 0.008369249291718006f * v7;
    let v10 = 0.16666516661643982f * v7;
    let v11 = (v8 * ((((0.0013821111060678959f * v8) + (v9 + 0.041668277233839035f)) * v8) + (v10 + 0.4999999403953552f))) + v7;
    let v12 = v4 >> 1u;
    let v13 = bitcast<f32>((v12 << 23u));
    let v14 = (v11 * v13) + v13;
    let v15 = bitcast<f32>(((v4 + (v12 * (-1))) << 23u));
    sum += rounded((rounded(v14) * v15));
  }
  shared_sum[me] = sum;
  workgroupBarrier();
  for (var half2 = 64; half2 > 0; half2 /= 2) {
    if (me < half2) {
      shared_sum[me] = shared_sum[me] + shared_sum[me + half2];
    }
    workgroupBarrier();
  }
  let sum2 = shared_sum[0];
  for (var r3 = me; r3 < 1000; r3 += 128) {
    let v16 = v1 + r3;
    let v17 = larger(smaller((in0[v16] - max_2), 89.0f), (-104.0f));
    let v18 = v17 * 1.4426950216293335f;
    let v19 = bitcast<i32>((v18 + 12583166.0f));
    let v20 = f32((v19 + (-1262485758)));
    let v21 = v17 - (v20 * 0.693359375f);
    let v22 = rounded(v21) - (v20 * (-0.00021219444170128554f));
    let v23 = v22 * v22;
    let v24 = 0.008369249291718006f * v22;
    let v25 = 0.16666516661643982f * v22;
    let v26 = (v23 * ((((0.0013821111060678959f * v23) + (v24 + 0.041668277233839035f)) * v23) + (v25 + 0.4999999403953552f))) + v22;
    let v27 = v19 >> 1u;
    let v28 = bitcast<f32>((v27 << 23u));
    let v29 = (v26 * v28) + v28;
    let v30 = bitcast<f32>(((v19 + (v27 * (-1))) << 23u));
    out1[v16] = rounded((rounded(v29) * v30)) / sum2;
  }
}
