/**
 * The smallest whole use of WebGPU: upload, compile, dispatch, read back.
 *
 * Invariant: it refers to nothing outside itself, so that its source can be sent
 * into a page and the same program runs in Node and in a browser.
 */

/** Adds two vectors, element by element, on the adapter that `gpu` offers. */
export async function addVectors(gpu: GPU | undefined, a: number[], b: number[]): Promise<number[]> {
  const adapter = await gpu?.requestAdapter();
  if (!adapter) throw new Error('no adapter');
  const device = await adapter.requestDevice();
  const [mapRead, copySrc, copyDst, storage] = [0x1, 0x4, 0x8, 0x80];

  const upload = (values: number[]) => {
    const size = values.length * 4;
    const buffer = device.createBuffer({ size, usage: storage | copySrc, mappedAtCreation: true });
    new Float32Array(buffer.getMappedRange()).set(values);
    buffer.unmap();
    return { buffer };
  };
  const resources = [upload(a), upload(b), upload(a.map(() => 0))];

  const code = `
    @group(0) @binding(0) var<storage, read> a: array<f32>;
    @group(0) @binding(1) var<storage, read> b: array<f32>;
    @group(0) @binding(2) var<storage, read_write> sum: array<f32>;
    @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
      if (id.x < arrayLength(&sum)) { sum[id.x] = a[id.x] + b[id.x]; }
    }`;
  const module = device.createShaderModule({ code });
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module } });

  const result = device.createBuffer({ size: a.length * 4, usage: mapRead | copyDst });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  const entries = resources.map((resource, binding) => ({ binding, resource }));
  pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
  pass.dispatchWorkgroups(Math.ceil(a.length / 64));
  pass.end();
  encoder.copyBufferToBuffer(resources[2].buffer, 0, result, 0, a.length * 4);
  device.queue.submit([encoder.finish()]);

  await result.mapAsync(mapRead);
  const sum = [...new Float32Array(result.getMappedRange())];
  device.destroy();
  return sum;
}
