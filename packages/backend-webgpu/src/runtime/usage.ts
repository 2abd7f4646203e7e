/**
 * What buffers are for, by the bits of WebGPU's `GPUBufferUsage` and `GPUMapMode`: where WebGPU is a package, the globals of
 * these names are not there.
 *
 * Reference: WebGPU sections 5.1.2 and 5.2.
 */
const BITS = { mapRead: 0x1, copySource: 0x4, copyTarget: 0x8, uniform: 0x40, storage: 0x80, queryResolve: 0x200 };

/** Values of tensors, and what kernels write. */
export const STORAGE = BITS.storage | BITS.copySource | BITS.copyTarget;
/** Numbers that kernels take. */
export const PARAMS = BITS.uniform | BITS.copyTarget;
/** What the host reads. */
export const STAGING = BITS.mapRead | BITS.copyTarget;
/** Where times are written. */
export const TIMES = BITS.queryResolve | BITS.copySource;

/** How staging buffers are mapped: for reading. */
export const MAP_READ = 0x1;
