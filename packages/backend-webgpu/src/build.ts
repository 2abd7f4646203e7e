/**
 * Building: a kernel becomes one or several programs, each with the buffers that it needs.
 *
 * Invariant: what a kernel is built into depends on its structure and on the adapter's profile alone.
 */
import { guardChecks, pointsOf, type Built, type Kernel } from '@sconce/compiler';
import { nestProgram } from './templates/nest.js';
import type { Program } from './wgsl/program.js';

/** Where a program's buffer comes from: a slot of the kernel, or memory that lives only during its launch. */
export type Source = { readonly slot: number } | { readonly scratch: number };

export interface Step {
  readonly program: Program;
  /** One for each of the program's buffers. */
  readonly sources: readonly Source[];
  /** The kernel's scalars that are the program's. */
  readonly scalars: readonly number[];
}

export interface BuiltKernel extends Built {
  readonly kernel: Kernel;
  readonly steps: readonly Step[];
  /** Bytes of each scratch buffer. */
  readonly scratch: readonly number[];
}

export function buildKernel(given: Kernel): BuiltKernel {
  const kernel = guardChecks(given);
  if (pointsOf(kernel.grid) === 0) return { kernel, scratch: [], steps: [] };
  const program = nestProgram(kernel, 64);
  return { kernel, scratch: [], steps: [{ program, sources: kernel.buffers.map((_, slot) => ({ slot })), scalars: kernel.scalars.map((_, i) => i) }] };
}
