/**
 * What a program may ask of the CPU backend.
 *
 * Invariant: nothing is imported here. Declarations of this file are all that a program that uses the backend reads, so it
 * type-checks in projects whose `lib` has no WebAssembly.
 */
export interface CpuOptions {
  /** Threads that kernels run on: a number, or 'auto' for one a core (default). Results do not depend on it. */
  readonly threads?: number | 'auto';
  /**
   * Whether to have V8 pair operations on 128 bits into operations on 256, which doubles the speed of products: an
   * experiment of V8's, in Node from version 24 on, switched on for the whole process. Where it does not work, nothing
   * changes.
   */
  readonly revectorize?: boolean;
}
