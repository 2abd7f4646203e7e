/**
 * The whole suite on WebGPU: Dawn in Node, on a software adapter where there is no GPU. A software adapter takes 5 to 100
 * ms to compile a kernel and some tenths of a millisecond to run one, so each record gives some of its samples and the
 * soak is shorter; SCONCE_SAMPLES says how many, and `all` runs everything.
 */
import { cpu } from '@sconce/backend-cpu';
import { webgpu } from '@sconce/backend-webgpu';
import { softwareGpu } from './adapter/index.js';
import { backendSuite } from './suite/index.js';

const asked = process.env.SCONCE_SAMPLES ?? '2';

await backendSuite('webgpu', async () => webgpu({ gpu: await softwareGpu() }), {
  reference: () => cpu(),
  samples: asked === 'all' ? Infinity : Number(asked),
  soakSteps: 400,
});
