/**
 * Kernels on the software adapter against the interpreter of kernels.
 */
import { cast, defineOp, record, tensor, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import * as ops from '@sconce/ops';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectSame, noise, useBoth, type Tolerance } from '@sconce/testing/both';
import type { Profile } from './profile.js';

interface Case extends Tolerance {
  readonly name: string;
  readonly compute: () => Tensor | readonly Tensor[];
}

const { add, argmax, argmin, exp, matmul, mul, permute, sum } = ops;

const SCATTER = (combine: 'set' | 'sum' | 'prod' | 'max' | 'min', shape: readonly number[]) => {
  const op = defineOp({
    name: `scatter_${combine}`,
    form: 'scatter',
    lower: (ix, [base, index, source]) => {
      const axes = e.reduce('sum', source.shape, () => e.const(0, 'float32'));
      if (axes.op !== 'reduce') throw new Error('unreachable');
      const at = axes.axes.map((axis) => ({ op: 'axis', dtype: 'int32', args: [], axis }) as const);
      const target = e.check(index([at[0]]), { op: 'scatter', size: shape[0], noun: 'index' });
      return { scatter: combine, base: base(ix), axes: axes.axes, target: [target, ...at.slice(1)], value: source(at) };
    },
  });
  return (base: Tensor, index: Tensor, source: Tensor): Tensor => record(op, [base, index, source], {}, base.shape, base.dtype);
};

const CUMULATE = (combine: 'sum' | 'prod' | 'max' | 'min') => {
  const op = defineOp({ name: `cum${combine}`, form: 'scan', lower: (ix, [x], { shape }) => ({ scan: combine, dim: shape.length - 1, value: x(ix) }) });
  return (x: Tensor): Tensor => record(op, [x], {}, x.shape, x.dtype);
};

const indices = (n: number, below: number): Tensor => tensor(Int32Array.from({ length: n }, (_, i) => (i * 7 + (i >> 2)) % below));

const ELEMENTWISE: readonly Case[] = [
  { name: 'two tensors', compute: () => add(noise([5, 7]), noise([5, 7], 'float32', 2)) },
  { name: 'a broadcast', compute: () => add(noise([5, 7]), noise([7], 'float32', 2)) },
  { name: 'a number', compute: () => mul(noise([1001]), 0.37) },
  { name: 'a chain', compute: () => mul(exp(add(noise([300]), 1)), noise([300])) },
  { name: 'many elements', compute: () => add(mul(noise([64, 80]), noise([80], 'float32', 2)), permute(noise([80, 64]), [1, 0])) },
  { name: 'many odd elements', compute: () => ops.relu(add(noise([63, 81]), noise([63, 1], 'float32', 2))) },
  { name: 'a transpose', compute: () => add(permute(noise([6, 9]), [1, 0]), 0) },
  { name: 'integers', compute: () => add(noise([100], 'int32'), mul(noise([100], 'int32', 2), 3)) },
  { name: 'bytes that wrap around', compute: () => add(cast(mul(noise([100], 'int32'), 37), 'uint8'), cast(mul(noise([100], 'int32', 2), 41), 'uint8')) },
  { name: 'signed bytes', compute: () => mul(cast(mul(noise([100], 'int32'), 37), 'int8'), cast(noise([100], 'int32', 2), 'int8')) },
  { name: 'truth values', compute: () => ops.logicalXor(noise([100], 'bool'), noise([100], 'bool', 2)) },
  { name: 'float16', compute: () => cast(mul(cast(noise([1000]), 'float16'), 3), 'float16') },
  { name: 'bfloat16', compute: () => cast(mul(cast(noise([1000]), 'bfloat16'), 3), 'bfloat16') },
  { name: 'one element', compute: () => exp(noise([])) },
  { name: 'no element', compute: () => exp(noise([0, 3])) },
];

const REDUCTIONS: readonly Case[] = [
  { name: 'sum of all', compute: () => sum(noise([1000])) },
  { name: 'sum of long rows', compute: () => [sum(noise([2, 5000]), 1), sum(noise([3, 997]), 1), sum(noise([5000]))] },
  { name: 'sum of long columns', compute: () => sum(noise([3000, 3]), 0) },
  { name: 'extremes of long rows', compute: () => [ops.amax(noise([2, 5000]), 1), argmax(noise([2, 5003]), 1), argmin(noise([10007], 'int32'))] },
  { name: 'softmax of long rows', compute: () => ops.softmax(noise([2, 3000]), 1) },
  { name: 'sum of rows and of columns', compute: () => [sum(noise([13, 100]), 1), sum(noise([13, 100]), 0)] },
  { name: 'sum over several axes', compute: () => sum(noise([3, 7, 5, 9]), [1, 3]) },
  { name: 'sum of nothing', compute: () => sum(noise([3, 0]), 1) },
  { name: 'sum of integers and of truth values', compute: () => [sum(noise([100], 'int32')), sum(noise([100], 'bool'))] },
  { name: 'prod', compute: () => ops.prod(add(noise([40]), 2), 0) },
  { name: 'amax and amin', compute: () => [ops.amax(noise([7, 30]), 1), ops.amin(noise([7, 30], 'int32'), 0)] },
  { name: 'any and all', compute: () => [ops.any(noise([7, 3], 'bool'), 1), ops.all(noise([7, 3], 'bool'), 1)] },
  { name: 'argmax and argmin', compute: () => [argmax(noise([7, 300]), 1), argmin(noise([7, 300], 'int32'), 1)] },
  { name: 'softmax', compute: () => ops.softmax(mul(noise([9, 50]), 8), 1) },
  { name: 'variance', compute: () => ops.var(noise([9, 50]), 1) },
];

const PRODUCTS: readonly Case[] = [
  { name: 'matrices', compute: () => matmul(noise([13, 17]), noise([17, 5], 'float32', 2)) },
  { name: 'larger matrices', compute: () => matmul(noise([70, 20]), noise([20, 70], 'float32', 2)) },
  { name: 'a batch', compute: () => matmul(noise([3, 9, 17]), noise([3, 17, 20], 'float32', 2)) },
  { name: 'a broadcast batch', compute: () => matmul(noise([3, 9, 17]), noise([17, 20], 'float32', 2)) },
  { name: 'transposed operands', compute: () => matmul(permute(noise([40, 33]), [1, 0]), permute(noise([50, 40]), [1, 0])) },
  { name: 'matrix and vector', compute: () => [matmul(noise([60, 70]), noise([70])), matmul(noise([60]), noise([60, 70]))] },
  { name: 'a long inner axis', compute: () => matmul(noise([3, 3000]), noise([3000, 2], 'float32', 2)) },
  { name: 'an inner axis of one step', compute: () => sum(mul(noise([20, 1, 1, 9]), noise([1, 24, 1, 9], 'float32', 2)), [2, 3]) },
  { name: 'bias and activation', compute: () => ops.relu(add(matmul(noise([20, 30]), noise([30, 40])), noise([40]))) },
  { name: 'a sum of the product', compute: () => sum(matmul(noise([20, 30]), noise([30, 40]))) },
  { name: 'integers', compute: () => matmul(noise([9, 8], 'int32'), noise([8, 7], 'int32')) },
];

const MOVES: readonly Case[] = [
  ...(['set', 'sum', 'prod', 'max', 'min'] as const).map((combine) => ({
    name: `scatter ${combine}`,
    compute: () => SCATTER(combine, [6, 5])(noise([6, 5]), indices(20, 6), noise([20, 5], 'float32', 2)),
  })),
  { name: 'scatter into a vector', compute: () => SCATTER('sum', [6])(noise([6]), indices(50, 6), noise([50], 'float32', 2)) },
  ...(['sum', 'prod', 'max', 'min'] as const).map((combine) => ({ name: `running ${combine}`, compute: () => CUMULATE(combine)(noise([4, 70])) })),
  { name: 'running sum of one long row', compute: () => CUMULATE('sum')(noise([5000])) },
];

/** Kernels as a GPU gets them, with limits so low that small tensors reach every form. */
const LIKE_A_GPU: Partial<Profile> = {
  parallel: 1 << 12,
  teamSize: 64,
  tiledWork: 1 << 12,
  shared: [{ down: 4, across: 4, rows: 4, columns: 8, depth: 8 }],
  gatherWork: 1 << 20,
  subgroupSize: 0,
};

describe.each([
  ['a software adapter', {}],
  ['a GPU', LIKE_A_GPU],
] as const)('as for %s', (_, profile) => {
  beforeAll(async () => void (await useBoth({ profile })), 60_000);

  describe.each([
    ['elementwise', ELEMENTWISE],
    ['reductions', REDUCTIONS],
    ['products', PRODUCTS],
    ['scatters and scans', MOVES],
  ] as const)('%s', (__, cases) => {
    test.each(cases)('$name', ({ compute, ...tolerance }) => expectSame(compute, tolerance), 30_000);
  });

  test('ten million times 0.1 is a million', async () => {
    const x = ops.full([1e7], 0.1, { device: 'webgpu' });
    expect(Math.abs(((await sum(x).item())) - 1e6)).toBeLessThan(1);
  }, 20_000);
});

describe('as for a GPU with subgroups', () => {
  // The software adapter has some of four members.
  beforeAll(async () => void (await useBoth({ profile: { ...LIKE_A_GPU, subgroupSize: 4 } })), 60_000);
  test.each(REDUCTIONS)('$name', ({ compute, ...tolerance }) => expectSame(compute, tolerance), 30_000);
  test('truth values of long rows', () => expectSame(() => [ops.any(noise([3, 500], 'bool'), 1), ops.all(noise([3, 500], 'bool'), 1), argmax(ops.gt(noise([3, 500]), 0.9), 1)]));
  test('NaN in long rows', () => expectSame(() => {
    const x = ops.where(ops.gt(noise([3, 500]), 0.99), NaN, noise([3, 500]));
    return [ops.amax(x, 1), ops.amin(x, 1), argmax(x, 1), argmin(x, 1), sum(x, 1)];
  }));
});

describe('sorted on the device', () => {
  beforeAll(async () => void (await useBoth({ profile: { sorts: true } })), 60_000);
  const special = (): Tensor => tensor([3, NaN, -0, 0, -Infinity, 2, Infinity, 2, -NaN, -1.5, 0, 2], { dtype: 'float32' });
  const CASES: readonly Case[] = [
    { name: 'floats with NaN, zeros and equal ones', compute: () => [false, true].map((descending) => ops.argsort(special(), -1, { descending })) },
    { name: 'values', compute: () => [ops.sort(special()).values, ops.sort(noise([1000]), 0, { descending: true }).values] },
    { name: 'rows', compute: () => ops.argsort(noise([7, 100]), 1) },
    { name: 'columns', compute: () => ops.argsort(noise([33, 5, 3]), 0) },
    { name: 'equal integers keep their order', compute: () => [ops.argsort(noise([300], 'int32')), ops.argsort(noise([300], 'int32'), 0, { descending: true })] },
    { name: 'bytes, truth values and halves', compute: () => [...(['int8', 'uint8', 'float16', 'bfloat16'] as const).map((dtype) => ops.argsort(cast(mul(noise([90]), 100), dtype))), ops.argsort(noise([90], 'bool'))] },
    { name: 'the first few of rows and columns', compute: () => [ops.topk(noise([5, 200]), 3, 1).indices, ops.topk(noise([200, 3], 'int32'), 2, 0, { largest: false }).indices] },
    { name: 'one element, and a row of one', compute: () => [ops.argsort(noise([])), ops.argsort(noise([4, 1]), 1)] },
    { name: 'between kernels', compute: () => ops.mul(ops.cumsum(ops.sort(add(noise([65]), 1)).values, 0), 2) },
  ];
  test.each(CASES)('$name', ({ compute }) => expectSame(compute), 30_000);
});
