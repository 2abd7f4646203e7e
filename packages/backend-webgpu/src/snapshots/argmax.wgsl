// argmax 64 r1000
@group(0) @binding(0) var<storage, read> in0: array<f32>;
@group(0) @binding(1) var<storage, read_write> out1: array<i32>;
var<workgroup> shared_argmax: array<f32, 128>;
var<workgroup> shared_place: array<i32, 128>;
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn beats_max(x: f32, best: f32) -> bool { return !is_nan(best) && (is_nan(x) || x > best); }
@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let p = i32(group.x);
  let me = i32(lane);
  var best = f32();
  var at = -1;
  let v1 = p * 1000;
  for (var r = me; r < 1000; r += 128) {
    let x = in0[v1 + r];
    if (at < 0 || beats_max(x, best)) { best = x; at = r; }
  }
  shared_argmax[me] = best;
  shared_place[me] = at;
  workgroupBarrier();
  for (var half = 64; half > 0; half /= 2) {
    if (me < half) {
      if (shared_place[me + half] >= 0 && (shared_place[me] < 0 || beats_max(shared_argmax[me + half], shared_argmax[me]) || (!beats_max(shared_argmax[me], shared_argmax[me + half]) && shared_place[me + half] < shared_place[me]))) {
        shared_argmax[me] = shared_argmax[me + half];
        shared_place[me] = shared_place[me + half];
      }
    }
    workgroupBarrier();
  }
  let argmax = max(shared_place[0], 0);
  if (me == 0) {
    out1[p] = argmax;
  }
}
