/**
 * What the engine at hand understands, found out by asking it to validate a function of one instruction.
 *
 * Relaxed SIMD (fused multiply-add above all) is in V8 since version 11.4; Node 20 has an older V8 with a flag for it,
 * which can be set at run time and holds for the whole process, workers included. It is set when the first kernel that has
 * a multiply-add is built, and found out only then: in Node the module that sets it takes long to load.
 *
 * Invariant: nothing runs on import, and no module of Node's is imported, so browsers load this as it stands. An answer
 * stays what it was, so that all kernels are compiled alike.
 *
 * Reference: https://github.com/WebAssembly/relaxed-simd and https://github.com/WebAssembly/threads
 */
import { instruction } from './instruction.js';
import { ModuleBuilder } from './module.js';
import type { Op } from './opcodes.js';
import { constant, op, operation } from './value.js';

export interface Features {
  readonly simd: boolean;
  /** Found out when it is first asked for; in Node 20 asking switches it on. */
  readonly relaxedSimd: boolean;
  /** Atomics on a memory that threads share, and the means to share it. */
  readonly threads: boolean;
}

/** Whether the engine accepts an instruction. */
export function understands(name: Exclude<Op, `${string}.const`>): boolean {
  const { code, operands, lanes } = instruction(name);
  const module = new ModuleBuilder();
  module.importMemory({ from: '', name: '', minimum: 1, maximum: 1, shared: code >= 0xfe000 });
  const zeros = operands.map((type) => type === 'v128' ? op('i8x16.splat', 0) : constant(type, 0));
  module.function('probe', {}, 'none').do(operation(name, Array<number>(lanes).fill(0), zeros));
  return WebAssembly.validate(module.encode());
}

/** The features of this engine. */
export function detectFeatures(): Features {
  const relaxed = (): boolean => understands('f32x4.relaxed_madd');
  let relaxedSimd: boolean | undefined;
  return {
    simd: understands('f32x4.add'),
    threads: typeof SharedArrayBuffer === 'function' && understands('i32.atomic.load'),
    get relaxedSimd() {
      return (relaxedSimd ??= relaxed() || (setEngineFlag('--experimental-wasm-relaxed-simd') && relaxed()));
    },
  };
}

/** Sets a flag of V8's where the host lets us, which is Node; says whether it does. */
export function setEngineFlag(flag: string): boolean {
  const { process } = globalThis as { process?: { getBuiltinModule?: (id: string) => unknown } };
  const v8 = process?.getBuiltinModule?.('v8') as { setFlagsFromString?: (flag: string) => void } | undefined;
  v8?.setFlagsFromString?.(flag);
  return v8?.setFlagsFromString !== undefined;
}
