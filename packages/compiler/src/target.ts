/**
 * What a backend supplies to `createBackend`: a printer of kernels and a runtime.
 *
 * Invariant: a target sees kernels only. Scheduling, fusing, simplifying and the memory plan are the compiler's.
 */
import type { Attrs, Backend, ComputeType, DerivedInstruction, DeviceBuffer, DeviceMemory, DType, Shape, TypedArray, Workspace } from '@sconce/core';
import type { Kernel } from './kernel/ir.js';

/** A kernel that the target has built and can launch. */
export type Built = object;

/** A piece of a buffer: temporaries share the plan's arena, so they have an offset. */
export interface Region {
  readonly buffer: DeviceBuffer;
  readonly offset: number;
}

/** One run of a built kernel. */
export interface KernelLaunch {
  readonly kind: 'kernel';
  readonly kernel: Kernel;
  readonly built: Built;
  /** By the kernel's slots; null for row buffers, which are the target's own affair. */
  readonly regions: readonly (Region | null)[];
  readonly scalars: readonly number[];
}

/** A whole array that a routine reads or writes. */
export interface RoutineArray extends Region {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly size: number;
}

/**
 * JavaScript over whole arrays: the target reads the inputs, calls `run`, and stores what it gives. A target that has the
 * routine of this name itself may run that instead; one that has memory and loops to lend gives them along.
 */
export interface RoutineLaunch {
  readonly kind: 'routine';
  readonly name: string;
  readonly attrs: Attrs;
  readonly inputs: readonly RoutineArray[];
  readonly output: RoutineArray;
  readonly run: (inputs: readonly TypedArray[], work?: Workspace) => TypedArray;
}

/** One step of a plan, with this run's buffers and scalars. */
export type Launch = KernelLaunch | RoutineLaunch;

/** A printer of kernels and a runtime for them. */
export interface Target extends DeviceMemory {
  /** Buffers that one kernel may use. */
  readonly maxKernelBuffers: number;
  /** Whether a kernel may have row buffers, and of how many bytes. 0: values are computed again instead. */
  readonly maxRowBytes: number;
  /** How far outside a buffer a load may reach whose value is then not used (padding): 0 clamps every such index. */
  readonly slackBytes: number;
  /** Alignment of temporaries in the arena. */
  readonly alignment: number;

  /** Whether the target computes this derived instruction itself. */
  native(row: DerivedInstruction, dtype: ComputeType): boolean;

  /** A buffer for the temporaries of one run, valid until the next call. */
  arena(bytes: number): DeviceBuffer;

  build(kernel: Kernel): Built;
  /** The source that people read: WAT, WGSL. A promise where what prints it is loaded on demand. */
  source(built: Built): string | Promise<string>;
  /** Runs these in order. Throws IndexError, now or at the next download, when a check failed. */
  launch(launches: readonly Launch[]): void;
}

/** A backend with the target that it was made of. */
export type BackendOf<T extends Target> = Backend & { readonly target: T };
