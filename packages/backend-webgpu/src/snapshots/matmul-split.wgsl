// matmul 32x32 r8192: chunks
@group(0) @binding(0) var<storage, read> in0: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> in1: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> scratch3: array<vec4<f32>>;
var<workgroup> slab_a: array<vec4<f32>, 128>;
var<workgroup> slab_b: array<vec4<f32>, 128>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let g = i32(group.x);
  let me = i32(lane);
  let z = g;
  let across = me % 8;
  let down = me / 8;
  var sum0 = vec4<f32>();
  var sum1 = vec4<f32>();
  var sum2 = vec4<f32>();
  var sum3 = vec4<f32>();
  let v1 = ((z * 64) + ((me / 4) * 2048)) + (me % 4);
  let v3 = me + 64;
  let v4 = (z * 2048) + me;
  for (var slab = 0; slab < 16; slab += 1) {
    slab_a[me] = in0[v1 + (slab * 4)];
    let v2 = in0[(v1 + (slab * 4)) + 32768];
    slab_a[v3] = v2;
    slab_b[me] = in1[v4 + (slab * 128)];
    slab_b[v3] = in1[(v4 + (slab * 128)) + 64];
    workgroupBarrier();
    for (var q = 0; q < 4; q += 1) {
      let b0_0 = slab_b[(q * 4 + 0) * 8 + across];
      let b1_0 = slab_b[(q * 4 + 1) * 8 + across];
      let b2_0 = slab_b[(q * 4 + 2) * 8 + across];
      let b3_0 = slab_b[(q * 4 + 3) * 8 + across];
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
  scratch3[((down * 32) + across) + (z * 256)] = sum0;
  scratch3[(((down * 32) + across) + (z * 256)) + 8] = sum1;
  scratch3[(((down * 32) + across) + (z * 256)) + 16] = sum2;
  scratch3[(((down * 32) + across) + (z * 256)) + 24] = sum3;
}

// matmul 32x32 r8192
@group(0) @binding(0) var<storage, read_write> out2: array<f32>;
@group(0) @binding(1) var<storage, read> scratch3: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let p = i32(group.x * 64u + lane);
  var sum = 0.0f;
  for (var chunk = 0; chunk < 32; chunk += 1) {
    sum += scratch3[p + (chunk * 1024)];
  }
  out2[p] = sum;
}
