/** The whole suite on WebGPU: Dawn in Node, on a software adapter where there is no GPU. */
import { cpu } from '@sconce/backend-cpu';
import { webgpu } from '@sconce/backend-webgpu';
import { softwareGpu } from './adapter/index.js';
import { backendSuite } from './suite/index.js';

// A software adapter takes some tenths of a millisecond a kernel: the soak is shorter, its bounds are the same.
await backendSuite('webgpu', async () => webgpu({ gpu: await softwareGpu() }), { reference: () => cpu(), soakSteps: 400 });
