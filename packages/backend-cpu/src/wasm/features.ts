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
import { instruction, type ValueType } from './instruction.js';
import { Module } from './module.js';
import type { Op } from './opcodes.js';
import type { Value } from './tree.js';

export interface Features {
  readonly simd: boolean;
  /** Found out when it is first asked for; in Node 20 asking switches it on. */
  readonly relaxedSimd: boolean;
  /** Atomics on a memory that threads share, and the means to share it. */
  readonly threads: boolean;
}

const zero = (type: ValueType): Value =>
  type === 'v128' ? { kind: 'constant', type, shape: 'f64x2', values: [0, 0] } : { kind: 'constant', type, shape: type, values: [0] };

/** Whether the engine accepts an instruction on operands of these types. */
export function understands(name: Op, ...operands: readonly ValueType[]): boolean {
  const known = instruction(name);
  const module = new Module();
  module.importMemory({ from: '', name: '', minimum: 1, maximum: 1, shared: known.code >= 0xfe000 });
  const value: Value = { kind: 'operation', type: known.result, instruction: known, operands: operands.map(zero), offset: 0, lanes: [] };
  module.add({ name, parameters: [], result: 'none', params: {}, slots: [], locals: [], body: [{ kind: 'evaluate', value }] });
  return WebAssembly.validate(module.encode());
}

/** The features of this engine. */
export function detectFeatures(): Features {
  const relaxed = (): boolean => understands('f32x4.relaxed_madd', 'v128', 'v128', 'v128');
  let relaxedSimd: boolean | undefined;
  return {
    simd: understands('f32x4.add', 'v128', 'v128'),
    threads: typeof SharedArrayBuffer === 'function' && understands('i32.atomic.load', 'i32'),
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
