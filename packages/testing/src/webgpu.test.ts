/**
 * The whole suite on WebGPU: Dawn in Node, on a software adapter where there is no GPU. A software adapter takes 5 to 100
 * ms to compile a kernel and some tenths of a millisecond to run one, so the soak is shorter than on the CPU.
 */
import { cpu } from '@sconce/backend-cpu';
import { webgpu } from '@sconce/backend-webgpu';
import { softwareGpu } from './adapter/index.js';
import { backendSuite } from './suite/index.js';

await backendSuite('webgpu', async () => webgpu({ gpu: await softwareGpu() }), { reference: () => cpu(), soakSteps: 2000 });
