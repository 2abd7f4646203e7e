/**
 * NaN, infinities, signed zeros and limits on the software adapter: as in JavaScript and PyTorch, to the bit.
 */
import { cast, defineOp, fromHost, record, tensor, type Expr, type InstructionName, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import * as ops from '@sconce/ops';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectSame, useBoth } from '@sconce/testing/both';

beforeAll(async () => void (await useBoth()), 60_000);

const SPECIAL = [0, -0, 1, -1, 0.5, -2.5, 3.4e38, -3.4e38, 1.2e-38, Infinity, -Infinity, NaN];
const INTEGERS = [0, 1, -1, 2, 7, -7, 31, 33, 2 ** 31 - 1, -(2 ** 31), 123456789, -987654321];

/** Every pair of these values. */
const pairs = (list: readonly number[], dtype: 'float32' | 'int32'): [Tensor, Tensor] => [
  tensor(list.flatMap((a) => list.map(() => a)), { dtype }),
  tensor(list.flatMap(() => [...list]), { dtype }),
];

const element = (name: string, dtype: 'float32' | 'int32' | 'bool', body: (...args: Expr[]) => Expr) => {
  const op = defineOp({ name, form: 'element', lower: (ix, inputs) => body(...inputs.map((x) => x(ix))) });
  return (...inputs: Tensor[]): Tensor => record(op, inputs, {}, inputs[0].shape, dtype);
};

const call = (name: InstructionName, args: readonly Expr[]): Expr => (e as unknown as Record<string, (...xs: Expr[]) => Expr>)[name](...args);

describe('floats', () => {
  test.each(['add', 'sub', 'mul', 'div', 'min', 'max'] as const)('%s', (name) =>
    expectSame(() => element(name, 'float32', (...args) => call(name, args))(...pairs(SPECIAL, 'float32'))),
  );
  test.each(['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const)('%s', (name) =>
    expectSame(() => element(name, 'bool', (...args) => call(name, args))(...pairs(SPECIAL, 'float32'))),
  );
  test('one operand', () =>
    expectSame(() => {
      const x = tensor(SPECIAL, { dtype: 'float32' });
      return (['neg', 'abs', 'sqrt', 'floor', 'ceil', 'trunc', 'nearest'] as const).map((name) => element(name, 'float32', (a) => call(name, [a]))(x));
    }));
  test('constants', () =>
    expectSame(() => {
      const x = tensor(SPECIAL, { dtype: 'float32' });
      const forms: ((a: Expr) => Expr)[] = [
        (a) => e.mul(a, 0),
        (a) => e.mul(-0, a),
        (a) => e.add(a, Infinity),
        (a) => e.mul(a, -Infinity),
        (a) => e.min(a, NaN),
        (a) => e.max(a, 0),
        (a) => e.select(e.lt(a, 0), NaN, -0),
      ];
      return forms.map((f, i) => element(`constant${i}`, 'float32', f)(x));
    }));
  test('comparisons with constants', () =>
    expectSame(() => {
      const x = tensor(SPECIAL, { dtype: 'float32' });
      const forms: ((a: Expr) => Expr)[] = [(a) => e.isNaN(a), (a) => e.eq(a, a), (a) => e.eq(e.abs(a), Infinity), (a) => e.ne(a, -Infinity), (a) => e.ge(a, 0), (a) => e.not(e.lt(a, 0))];
      return forms.map((f, i) => element(`test${i}`, 'bool', f)(x));
    }));
  test('to integers and truth values', () =>
    expectSame(() => {
      const x = tensor([...SPECIAL, 2147483520, 2147483648, -2147483648, 1e-45, 255.9], { dtype: 'float32' });
      return [cast(x, 'int32'), cast(x, 'bool')];
    }));
  test('reductions', () =>
    expectSame(() =>
      [[1, NaN, 3, NaN], [-Infinity, -1, -2, -0], [Infinity, -Infinity, 1, 1], [Infinity, 1, 2, Infinity], [2, 5, 5, 1]].flatMap((list) => {
        const x = tensor(list, { dtype: 'float32' });
        return [ops.amax(x), ops.amin(x), ops.argmax(x), ops.argmin(x), ops.sum(x), ops.prod(x)];
      }),
    ));
  test('a long sum with an infinity or NaN', () =>
    expectSame(() => [Infinity, NaN, -Infinity].map((x) => ops.sum(tensor(Float32Array.from({ length: 100 }, (_, i) => (i === 40 ? x : 1)))))));
});

describe('integers', () => {
  test.each(['add', 'sub', 'mul', 'quot', 'rem', 'min', 'max', 'and', 'or', 'xor', 'shl', 'shr', 'ushr'] as const)('%s', (name) =>
    expectSame(() => element(name, 'int32', (...args) => call(name, args))(...pairs(INTEGERS, 'int32'))),
  );
  test('one operand, constants and casts', () =>
    expectSame(() => {
      const x = tensor(INTEGERS);
      const forms: ((a: Expr) => Expr)[] = [
        (a) => e.neg(a),
        (a) => e.not(a),
        (a) => e.abs(a),
        (a) => e.quot(a, 10),
        (a) => e.rem(a, 10),
        (a) => e.quot(a, -3),
        (a) => e.shl(a, 31),
        (a) => e.ushr(a, 1),
        (a) => e.umulhi(a, 0x9e3779b9 | 0),
        (a) => e.add(a, -(2 ** 31)),
      ];
      return [...forms.map((f, i) => element(`form${i}`, 'int32', f)(x)), cast(x, 'float32'), cast(x, 'bool'), cast(x, 'uint8'), cast(x, 'int8')];
    }));
});

describe('halves', () => {
  const ALL = Uint16Array.from({ length: 1 << 16 }, (_, i) => i);
  test.each(['float16', 'bfloat16'] as const)('every %s as float32', (dtype) => expectSame(() => cast(fromHost(ALL.slice(), [1 << 16], dtype), 'float32'), { relative: 0 }));
  test.each(['float16', 'bfloat16'] as const)('float32 as %s, also where that is subnormal', (dtype) =>
    expectSame(() => {
      const x = Float32Array.from({ length: 4000 }, (_, i) => (i % 2 === 0 ? 1 : -1) * 2 ** (i / 100 - 26) * (1 + (i % 7) / 7));
      return cast(cast(tensor(x), dtype), 'float32');
    }, { relative: 0 }));
});

describe('bits', () => {
  test('go to the device and back unchanged', async () => {
    const bits = Uint32Array.of(0, 0x80000000, 1, 0x7f800000, 0xff800000, 0x7fc00001, 0x3f800000);
    const x = tensor(new Float32Array(bits.buffer), { device: 'webgpu' });
    const y = ops.permute(ops.reshape(x, [7, 1]), [1, 0]);
    expect(new Uint32Array((await y.data()).buffer)).toEqual(bits);
  });
});
