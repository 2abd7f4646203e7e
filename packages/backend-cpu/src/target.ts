/**
 * The CPU as a target: builds kernels as WebAssembly modules over one memory, and runs them.
 *
 * Invariant: everything that a launch needs is prepared when the kernel is built; a launch writes pointers and numbers
 * and calls exported functions.
 */
import {
  DTYPES, debugLevel, dtypeBytes,
  type Check, type ComputeType, type DerivedInstruction, type DType, type TypedArray,
} from '@sconce/core';
import { reportRun, type Kernel, type KernelLaunch, type RoutineLaunch, type Target } from '@sconce/compiler';
import { argumentBytes, type BuildOptions, type CompiledKernel } from './code/kernel-module.js';
import { ALIGNMENT } from './memory/allocator.js';
import { Heap, PAGE } from './memory/heap.js';
import { workOf } from './passes/work.js';
import type { Parts } from './parts.js';
import type { OwnRoutines, PhaseOf } from './routines/run.js';
import { buildKernel } from './templates/build.js';
import type { SharedPhase } from './threads/pool.js';
import type { Features, Module } from './wasm/index.js';

/** A kernel that is ready to run. */
interface Ready {
  readonly kernel: Kernel;
  readonly phases: readonly SharedPhase[];
  /** Nanoseconds of one thread. */
  readonly work: number;
  /** Whether workers can run it: they have no JavaScript to call. */
  readonly isShareable: boolean;
}

/** Where the words of the threads and the arguments of the kernel at hand lie, within the first page. */
const CONTROL = 256;
const ARGUMENTS = 16384;
const MOST_BUFFERS = 48;

/** Memory that kernels use one after the other. */
interface Piece {
  readonly address: number;
  readonly bytes: number;
}

const NONE: Piece = { address: 0, bytes: 0 };

export interface CpuTargetOptions {
  /** What the engine understands. */
  readonly features: Pick<Features, 'relaxedSimd'>;
  /** Threads, the caller included; 1 where memory cannot be shared. */
  readonly threads: number;
}

export function cpuTarget(heap: Heap, { features, threads }: CpuTargetOptions, { Pool, wide, routines }: Parts): Target {
  const pool = Pool === null ? null : new Pool(heap, CONTROL, threads);
  const options: BuildOptions = {
    shared: heap.shared,
    maximumPages: heap.maximumPages,
    wide,
    get fused() {
      return features.relaxedSimd;
    },
  };
  const checks: Check[] = [];
  const checkNumbers = new Map<string, number>();
  let arena = NONE;
  /** Of each thread, one after the other. */
  let scratch = { ...NONE, each: 0 };
  /** What the phases of a kernel leave for each other. */
  let shared = NONE;

  const numberOf = (check: Check): number => {
    const key = `${check.op}:${check.size}:${check.noun}:${check.fromEnd}`;
    let number = checkNumbers.get(key);
    if (number === undefined) {
      number = checks.push(check) - 1;
      checkNumbers.set(key, number);
    }
    return number;
  };

  /** Where there is no room for a larger piece the smaller one stays, which kernels that are built need. */
  const grow = (piece: Piece, bytes: number): Piece => {
    if (bytes <= piece.bytes) return piece;
    const address = heap.allocate(bytes);
    heap.deallocate(piece.address);
    return { address, bytes };
  };

  const growScratch = (each: number): void => {
    if (each <= scratch.each) return;
    scratch = { ...grow(scratch, each * threads), each };
    for (let i = 0; i < threads; i++) heap.i32[(scratch.address + i * each) >>> 2] = 0;
  };

  /** Makes a module runnable on all threads. */
  const instantiate = (module: Module, natives: CompiledKernel['natives'] = {}): PhaseOf => {
    const bytes = module.encode();
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { sconce: { memory: heap.memory, ...natives } });
    const code = pool?.share(bytes);
    const names = Object.keys(exports);
    return (name, units) => ({ code, phase: names.indexOf(name), units, run: exports[name] as SharedPhase['run'] });
  };

  /** The code of a kernel, which nothing keeps: it is large, and made again for people who want to read it. */
  const compile = (kernel: Kernel): CompiledKernel => buildKernel(kernel, { numberOf }, options);

  const build = (kernel: Kernel): Ready => {
    const { module, natives, phases, scratchBytes, sharedBytes } = compile(kernel);
    growScratch(scratchBytes);
    shared = grow(shared, sharedBytes);
    const phaseOf = instantiate(module, natives);
    return {
      kernel,
      work: workOf(kernel),
      isShareable: Object.keys(natives).length === 0,
      phases: phases.map(({ name, units }) => phaseOf(name, units)),
    };
  };

  const writeArguments = ({ kernel, regions, scalars }: KernelLaunch): void => {
    const { i32, f32, f64, i64 } = heap;
    let at = ARGUMENTS;
    for (const region of regions) {
      if (region !== null) i32[at >>> 2] = (region.buffer as number) + region.offset;
      at += 8;
    }
    for (let i = 0; i < scalars.length; i++, at += 8) {
      const type = kernel.scalars[i];
      if (type === 'float32') f32[at >>> 2] = scalars[i];
      else if (type === 'float64') f64[at >>> 3] = scalars[i];
      else if (type === 'int64') i64[at >>> 3] = BigInt(scalars[i]);
      else i32[at >>> 2] = scalars[i];
    }
    i32[(ARGUMENTS + argumentBytes(kernel)) >>> 2] = shared.address;
  };

  const runPhase = (phase: SharedPhase, work: number, scratchAt: number, scratchBytes: number): void => {
    if (phase.units > 1 && pool?.shares(work) === true) pool.run(phase, ARGUMENTS, scratchAt, scratchBytes);
    else phase.run(ARGUMENTS, 0, phase.units, scratchAt);
  };

  const runKernel = (launch: KernelLaunch): void => {
    const { phases, work, isShareable } = launch.built as Ready;
    writeArguments(launch);
    for (const phase of phases) runPhase(phase, isShareable ? work : 0, scratch.address, scratch.each);
  };

  let own: OwnRoutines | undefined;
  /** The routines in WebAssembly, once they are there. */
  const ownRoutines = (): OwnRoutines | undefined => (own ??= routines()?.({ heap, threads, argumentsAt: ARGUMENTS, instantiate, runPhase }));

  const runRoutine = (launch: RoutineLaunch): void => {
    const own = ownRoutines();
    if (own !== undefined) return own.run(launch);
    const { inputs, output, run } = launch;
    const arrays = inputs.map((r) => heap.elements(r.dtype, (r.buffer as number) + r.offset, r.size).slice());
    const result = run(arrays);
    copyInto(heap.elements(output.dtype, (output.buffer as number) + output.offset, output.size), result);
  };

  const throwFault = (): void => {
    for (let i = 0; i < threads; i++) {
      const at = (scratch.address + i * scratch.each) >>> 2;
      const number = heap.i32[at];
      if (number === 0) continue;
      heap.i32[at] = 0;
      const check = checks[number - 1];
      throw check.error(check, heap.i32[at + 1], heap.i32[at + 2]);
    }
  };

  const download = (buffer: unknown, dtype: DType, size: number): TypedArray => heap.elements(dtype, buffer as number, size).slice();

  return {
    name: 'cpu',
    dtypes: DTYPES,
    syncReads: true,
    maxBufferBytes: heap.maximumPages * PAGE,
    maxKernelBuffers: MOST_BUFFERS,
    maxRowBytes: 1 << 18,
    slackBytes: PAGE,
    alignment: ALIGNMENT,
    native,
    bytesFor: (dtype, size) => dtypeBytes(dtype) * size,
    allocate: (bytes) => heap.allocate(bytes),
    free: (buffer) => heap.deallocate(buffer as number),
    upload: (buffer, data, dtype) => copyInto(heap.elements(dtype, buffer as number, data.length), data),
    download: async (buffer, dtype, size) => download(buffer, dtype, size),
    downloadSync: download,
    arena(bytes) {
      if (bytes > arena.bytes) {
        // The smaller one is needed by nobody, and its room by the larger.
        heap.deallocate(arena.address);
        arena = NONE;
      }
      arena = grow(arena, bytes);
      return arena.address;
    },
    build,
    source: async (built) => (await import('./wasm/wat.js')).printModule(compile((built as Ready).kernel).module),
    launch(launches) {
      const timed = debugLevel() >= 2;
      pool?.prepare(launches.reduce((sum, l) => sum + (l.kind === 'kernel' ? (l.built as Ready).work : (ownRoutines()?.work(l) ?? 0)), 0));
      try {
        for (const l of launches) {
          const start = timed ? performance.now() : 0;
          if (l.kind === 'kernel') runKernel(l);
          else runRoutine(l);
          if (timed) reportRun(l, start, performance.now() - start);
        }
      } finally {
        // Also where a later routine fails: the next launch must not find it.
        throwFault();
      }
    },
    dispose: () => pool?.dispose(),
  };
}

const copyInto = (to: TypedArray, from: TypedArray): void => (to as Float64Array).set(from as Float64Array);

/**
 * Whether the backend computes a derived instruction itself: float32 functions from expansions of its own; what has none
 * for its type, and all of float64's, by calling JavaScript; umulhi, which the machine has.
 */
const native = (row: DerivedInstruction, dtype: ComputeType): boolean =>
  dtype === 'float64' || dtype === 'float32' || row.name === 'umulhi' || row[dtype] === undefined;
