// matmul 1024x1024 r1024
@group(0) @binding(0) var<storage, read> in0: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> in1: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> out2: array<vec4<f32>>;
var<workgroup> slab_a: array<vec4<f32>, 256>;
var<workgroup> slab_b: array<vec4<f32>, 256>;
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let g = i32(group.x);
  let me = i32(lane);
  let column = g % 16;
  let row = g / 16;
  let across = me % 16;
  let down = me / 16;
  var sum0 = vec4<f32>();
  var sum1 = vec4<f32>();
  var sum2 = vec4<f32>();
  var sum3 = vec4<f32>();
  let v1 = ((row * 16384) + ((me / 4) * 256)) + (me % 4);
  let v2 = column * 16;
  let v3 = me / 16;
  let v4 = v3 * 256;
  let v5 = me % 16;
  for (var slab = 0; slab < 64; slab += 1) {
    slab_a[me] = in0[v1 + (slab * 4)];
    slab_b[me] = in1[((v2 + (slab * 4096)) + v4) + v5];
    workgroupBarrier();
    for (var q = 0; q < 4; q += 1) {
      let b0_0 = slab_b[(q * 4 + 0) * 16 + across];
      let b1_0 = slab_b[(q * 4 + 1) * 16 + across];
      let b2_0 = slab_b[(q * 4 + 2) * 16 + across];
      let b3_0 = slab_b[(q * 4 + 3) * 16 + across];
      let a0 = slab_a[(down * 4 + 0) * 4 + q];
      sum0 += a0.x * b0_0 + a0.y * b1_0 + a0.z * b2_0 + a0.w * b3_0;
      let a1 = slab_a[(down * 4 + 1) * 4 + q];
      sum1 += a1.x * b0_0 + a1.y * b1_0 + a1.z * b2_0 + a1.w * b3_0;
      let a2 = slab_a[(down * 4 + 2) * 4 + q];
      sum2 += a2.x * b0_0 + a2.y * b1_0 + a2.z * b2_0 + a2.w * b3_0;
      let a3 = slab_a[(down * 4 + 3) * 4 + q];
      sum3 += a3.x * b0_0 + a3.y * b1_0 + a3.z * b2_0 + a3.w * b3_0;
    }
    workgroupBarrier();
  }
  out2[(((row * 16384) + (down * 1024)) + v2) + across] = sum0;
  out2[((((row * 16384) + (down * 1024)) + v2) + across) + 256] = sum1;
  out2[((((row * 16384) + (down * 1024)) + v2) + across) + 512] = sum2;
  out2[((((row * 16384) + (down * 1024)) + v2) + across) + 768] = sum3;
}
