/**
 * @sconce/backend-cpu: Sconce on the CPU, with WebAssembly SIMD generated at run time. Its `sync` entry starts at once.
 */
export { cpu } from './cpu.js';
export type { CpuOptions } from './options.js';
