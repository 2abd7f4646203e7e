/**
 * @sconce/backend-webgpu: Sconce on the GPU, in browsers and in Node.
 */
export { webgpu, type AdapterInfo, type GpuEntry, type PowerPreference, type WebGpuBackend, type WebGpuOptions } from './webgpu.js';
