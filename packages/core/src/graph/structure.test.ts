import { expect, test } from 'vitest';
import { NO_ATTRS, signatureOf } from './graph.js';
import { defineOp } from './op.js';
import { followValue, newBranch } from './structure.js';

const root = newBranch<number>();
let count = 0;
const numberOf = (value: unknown): number => (followValue(root, value).end ??= ++count);

/** Structures that are pairwise different, among them what JSON, joining or equality would confuse. */
const DIFFERENT: readonly (() => unknown)[] = [
  () => 0, () => -0, () => 1, () => '1', () => 1n, () => true, () => '', () => null, () => undefined, () => NaN, () => Infinity, () => '-0',
  () => [], () => [[]], () => [0], () => [-0], () => [1, 2], () => [[1], 2], () => [1, [2]], () => ['1,2'], () => ['1', '2'], () => [undefined], () => [null], () => [NaN],
  () => ({}), () => ({ a: 1 }), () => ({ a: '1' }), () => ({ b: 1 }), () => ({ a: [1] }), () => ({ a: { b: 1 } }), () => ({ a: {}, b: 1 }), () => ({ a: undefined }), () => ['a', 1],
];

test('equal structures have equal numbers, different ones different numbers', () => {
  const first = DIFFERENT.map((make) => numberOf(make()));
  const second = [...DIFFERENT].reverse().map((make) => numberOf(make()));
  expect(second.reverse()).toEqual(first);
  expect(new Set(first).size).toBe(DIFFERENT.length);
});

test('what is frozen is read once and equals what is not; what may have changed is read again', () => {
  for (const wrap of [(list: number[]) => list, (list: number[]) => Object.freeze({ dims: list })]) {
    const start = newBranch<number>();
    const list = [1, 2];
    const value = wrap(list);
    const before = followValue(start, value);
    list.push(3);
    expect(followValue(start, value)).not.toBe(before);
    expect(followValue(start, wrap([1, 2]))).toBe(before);
  }
  const start = newBranch<number>();
  const frozen = Object.freeze({ compute: 'float32' });
  const end = followValue(start, frozen);
  expect([frozen, { compute: 'float32' }].map((x) => followValue(start, x) === end)).toEqual([true, true]);
});

test('signatures tell ops, dtypes, shapes and attributes apart, and not who made them', () => {
  const ops = [1, 2].map(() => defineOp({ name: 'same', form: 'element' }));
  const make = (): number[] => [
    ...ops.map((op) => signatureOf(op, NO_ATTRS, [2, 3], 'float32')),
    signatureOf(ops[0], NO_ATTRS, [2, 3], 'int32'),
    signatureOf(ops[0], NO_ATTRS, [2, 3, 1], 'float32'),
    signatureOf(ops[0], NO_ATTRS, [2], 'float32'),
    signatureOf(ops[0], NO_ATTRS, [23], 'float32'),
    signatureOf(ops[0], { dims: [3] }, [2], 'float32'),
    signatureOf(ops[0], { dims: [] }, [2, 3], 'float32'),
    signatureOf(ops[0], { dims: [], keepdim: true }, [2, 3], 'float32'),
  ];
  const first = make();
  expect(make()).toEqual(first);
  expect(new Set(first).size).toBe(first.length);
});
