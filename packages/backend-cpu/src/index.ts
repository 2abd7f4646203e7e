/**
 * @sconce/backend-cpu: Sconce on the CPU, with WebAssembly SIMD generated at run time.
 */
export { cpu, cpuSync, type CpuOptions } from './cpu.js';
