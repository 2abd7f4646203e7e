/**
 * The backend-plugin interface: all that core knows about a device. Types only.
 *
 * A backend owns memory and turns graphs into executables. `createBackend` in `@sconce/compiler` gives this interface to
 * anyone who supplies a printer of kernels and a runtime; an engine that takes whole graphs may implement it directly.
 *
 * Invariant: `compile` sees structure only (no values), so an executable serves every graph of the same structure.
 */
import type { DType, TypedArray } from '../tensor/dtype.js';
import type { Attrs, Op } from '../graph/op.js';
import type { Shape } from '../tensor/shape.js';

/** A node of a graph to compile; `inputs` are positions of earlier nodes. Its op's form says what it is. */
export interface GraphNode {
  readonly op: Op;
  readonly attrs: Attrs;
  readonly inputs: readonly number[];
  readonly shape: Shape;
  readonly dtype: DType;
  /** Its value is worth keeping if the plan stores it anyway: a gradient is pending through it. */
  readonly keep: boolean;
}

/** What a backend compiles: nodes, which of them are given, and which are asked for. */
export interface Graph {
  /** In topological order. */
  readonly nodes: readonly GraphNode[];
  /** Positions of nodes with form 'input', in the order of `run`'s buffers. */
  readonly inputs: readonly number[];
  /** Positions of nodes with form 'scalar', in the order of `run`'s scalars. */
  readonly scalars: readonly number[];
  /** Positions of the nodes whose values are asked for. */
  readonly roots: readonly number[];
}

/** A piece of device memory, as its backend knows it. */
export type DeviceBuffer = object | number;

/** A compiled graph. */
export interface Executable {
  /** Positions of the nodes that a run stores: the roots first, then the kept ones. */
  readonly outputs: readonly number[];
  /** The graph and the plan as text, for `explain`. A promise where what prints it is loaded on demand. */
  describe(): string | Promise<string>;
  /** Bytes of the buffers that live only during a run. */
  readonly arenaBytes: number;
  readonly kernels: readonly { readonly name: string }[];
}

/** What a device is and how its memory is used: half of a backend, and of a compiler's target. */
export interface DeviceMemory {
  readonly name: string;
  readonly dtypes: readonly DType[];
  /** Whether values can be read without waiting. */
  readonly syncReads: boolean;
  /** Largest single buffer, in bytes. */
  readonly maxBufferBytes: number;

  /** Bytes that `size` elements take on this device. */
  bytesFor(dtype: DType, size: number): number;
  allocate(bytes: number): DeviceBuffer;
  free(buffer: DeviceBuffer): void;
  upload(buffer: DeviceBuffer, data: TypedArray, dtype: DType): void;
  download(buffer: DeviceBuffer, dtype: DType, size: number): Promise<TypedArray>;
  downloadSync?(buffer: DeviceBuffer, dtype: DType, size: number): TypedArray;
  dispose(): void;
}

/** A device: its memory, and what turns graphs into results there. */
export interface Backend extends DeviceMemory {
  compile(graph: Graph): Executable;
  /** Starts the work; throws, or makes the next download throw, when an index from data was out of range. */
  run(
    executable: Executable,
    inputs: readonly DeviceBuffer[],
    scalars: readonly number[],
    outputs: readonly DeviceBuffer[],
  ): void;
}
