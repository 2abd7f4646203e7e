import { beforeAll, describe, expect, it } from 'vitest';
import { constant, ModuleBuilder, op } from './builder.js';
import { detectFeatures } from './features.js';
import { instruction } from './instruction.js';
import { opcodes, type Op } from './opcodes.js';
import { signature } from './signature.js';
import type { Value } from './tree.js';
import { operation } from './value.js';

/** Binds the result to a variable of the type that our table claims, so that a wrong result is refused as well. */
function functionOfOne(name: Op): Uint8Array<ArrayBuffer> {
  const { code, result } = instruction(name);
  const { operands, lanes } = signature(name);
  const module = new ModuleBuilder();
  module.importMemory({ from: '', name: '', minimum: 1, maximum: 1, shared: code >= 0xfe000 });
  const body = module.function('one', {}, 'none');
  const zeros = operands.map((type) => (type === 'v128' ? op('i8x16.splat', 0) : constant(type, 0)));
  const value: Value = operation(name, Array<number>(lanes).fill(0), zeros);
  if (result === 'none') body.do(value);
  else body.let('result', value);
  return module.encode();
}

beforeAll(() => {
  expect(detectFeatures().relaxedSimd).toBe(true);
});
const names = [...opcodes().keys()];

describe('the table of instructions', () => {
  it('has each opcode once', () => {
    expect(new Set(opcodes().values()).size).toBe(names.length);
  });

  it.each(names.filter((name) => !name.endsWith('.const')))('%s is accepted by the engine', (name) => {
    expect(WebAssembly.validate(functionOfOne(name))).toBe(true);
  });

  it('encodes constants', () => {
    const module = new ModuleBuilder();
    const f = module.function('constants', {}, 'none');
    for (const value of [0, -1, 63, 64, -64, -65, 2 ** 31 - 1, 2 ** 32 - 1]) f.do(constant('i32', value));
    for (const value of [0n, -1n, 2n ** 63n - 1n, 2n ** 64n - 1n]) f.do(constant('i64', value));
    f.do(constant('f32', Number.NaN));
    f.do(constant('f64', -0));
    f.do(constant('i16x8', 0, 1, 2, 3, 4, 5, 6, 7));
    f.do(constant('i64x2', 1n, -1n));
    f.do(constant('f64x2', 0.5, Infinity));
    expect(WebAssembly.validate(module.encode())).toBe(true);
  });

  // The last of each long row: a hole left out or a name too many shifts them.
  it.each([
    ['i64.store32', 0x3e],
    ['i64.ge_u', 0x5a],
    ['f64.ge', 0x66],
    ['i64.shr_u', 0x88],
    ['f64.max', 0xa5],
    ['f64.promote_f32', 0xbb],
    ['i64.trunc_sat_f64_s', 0xfc006],
    ['v128.const', 0xfd00c],
    ['f64x2.replace_lane', 0xfd022],
    ['i32x4.ge_u', 0xfd040],
    ['f64x2.ge', 0xfd04c],
    ['v128.load64_zero', 0xfd05d],
    ['i32x4.max_u', 0xfd0b9],
    ['i64x2.extmul_high_i32x4_u', 0xfd0df],
    ['f64x2.pmax', 0xfd0f7],
    ['f64x2.convert_low_i32x4_s', 0xfd0fe],
    ['f64x2.relaxed_nmadd', 0xfd108],
  ] satisfies [Op, number][])('%s has opcode %i', (name, code) => {
    expect(opcodes().get(name)).toBe(code);
  });
});
