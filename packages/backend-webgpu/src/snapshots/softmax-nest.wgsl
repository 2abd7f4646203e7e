// max_exp_sum_div 64 r10
@group(0) @binding(0) var<storage, read> in0: array<f32>;
@group(0) @binding(1) var<storage, read_write> out1: array<f32>;
struct Params { zero: u32 }
@group(1) @binding(0) var<uniform> params: Params;
var<private> infinity_bits: u32 = 0x7f800000u;
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn larger(a: f32, b: f32) -> f32 { return select(select(max(a, b), b, is_nan(b)), a, is_nan(a)); }
fn smaller(a: f32, b: f32) -> f32 { return select(select(min(a, b), b, is_nan(b)), a, is_nan(a)); }
fn rounded(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) ^ u32(params.zero)); }
@compute @workgroup_size(16)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let p = i32(group.x * 16u + lane);
  var max_ = -bitcast<f32>(infinity_bits);
  let v1 = p * 10;
  for (var r = 0; r < 10; r += 1) {
    max_ = larger(max_, in0[v1 + r]);
  }
  var sum = 0.0f;
  for (var r2 = 0; r2 < 10; r2 += 1) {
    let v2 = larger(smaller((in0[v1 + r2] - max_), 89.0f), (-104.0f));
    let v3 = v2 * 1.4426950216293335f;
    let v4 = rounded((v3 + 12583166.0f));
    let v5 = v4 - 12583166.0f;
    let v6 = v2 - (v5 * 0.693359375f);
    let v7 = rounded(v6) - (v5 * (-0.00021219444170128554f));
    let v8 = v7 * v7;
    let v9 = 0.0013821111060678959f * v8;
    let v10 = (0.008369249291718006f * v7) + 0.041668277233839035f;
    let v11 = (v9 + v10) * v8;
    let v12 = (0.16666516661643982f * v7) + 0.4999999403953552f;
    let v13 = v8 * (v11 + v12);
    let v14 = bitcast<i32>(v4);
    let v15 = v14 >> 1u;
    let v16 = bitcast<f32>((v15 << 23u));
    let v17 = (v13 + v7) * v16;
    let v18 = v17 + v16;
    let v19 = (v14 + (v15 * (-1))) << 23u;
    sum += rounded((rounded(v18) * bitcast<f32>(v19)));
  }
  for (var r3 = 0; r3 < 10; r3 += 1) {
    let v20 = v1 + r3;
    let v21 = larger(smaller((in0[v20] - max_), 89.0f), (-104.0f));
    let v22 = v21 * 1.4426950216293335f;
    let v23 = rounded((v22 + 12583166.0f));
    let v24 = v23 - 12583166.0f;
    let v25 = v21 - (v24 * 0.693359375f);
    let v26 = rounded(v25) - (v24 * (-0.00021219444170128554f));
    let v27 = v26 * v26;
    let v28 = 0.0013821111060678959f * v27;
    let v29 = (0.008369249291718006f * v26) + 0.041668277233839035f;
    let v30 = (v28 + v29) * v27;
    let v31 = (0.16666516661643982f * v26) + 0.4999999403953552f;
    let v32 = v27 * (v30 + v31);
    let v33 = bitcast<i32>(v23);
    let v34 = v33 >> 1u;
    let v35 = bitcast<f32>((v34 << 23u));
    let v36 = (v32 + v26) * v35;
    let v37 = v36 + v35;
    let v38 = (v33 + (v34 * (-1))) << 23u;
    out1[v20] = rounded((rounded(v37) * bitcast<f32>(v38))) / sum;
  }
}
