/**
 * The WGSL of a handful of kernels, as people read it. No device takes part.
 */
import { defineOp, type ComputeType, type DType, type Expr, type Graph, type GraphNode, type Lower, type Shape } from '@sconce/core';
import * as e from '@sconce/core/e';
import { compile } from '@sconce/compiler';
import { expect, test } from 'vitest';
import { buildKernel } from './build.js';
import { profileOf, type Profile } from './profile.js';
import { isSpelled } from './wgsl/spelling.js';

const limits = { maxComputeInvocationsPerWorkgroup: 256, maxComputeWorkgroupStorageSize: 32768 };
const GPU = profileOf({ isFallback: false, limits, subgroupSize: 0 });
const WITH_SUBGROUPS = profileOf({ isFallback: false, limits, subgroupSize: 32 });
const SOFTWARE = profileOf({ isFallback: true, limits, subgroupSize: 0 });

type Form = 'element' | 'reduce' | 'scan' | 'scatter';

interface Spec {
  readonly name: string;
  readonly form: Form;
  readonly inputs: readonly number[];
  readonly shape: Shape;
  readonly dtype?: DType;
  readonly lower: Lower;
}

/** The source of all programs of a graph: inputs, then ops, the last of which is asked for. */
function sourceOf(profile: Profile, inputs: readonly { readonly shape: Shape; readonly dtype?: DType }[], specs: readonly Spec[]): string {
  const input = defineOp({ name: 'input', form: 'input' });
  const nodes: GraphNode[] = [
    ...inputs.map(({ shape, dtype = 'float32' }) => ({ op: input, attrs: {}, inputs: [], shape, dtype, keep: false })),
    ...specs.map(({ name, form, lower, inputs: from, shape, dtype = 'float32' as const }) => ({ op: defineOp({ name, form, lower }), attrs: {}, inputs: from, shape, dtype, keep: false })),
  ];
  const graph: Graph = { nodes, inputs: inputs.map((_, i) => i), scalars: [], roots: [nodes.length - 1] };
  const target = { bytesFor: (_: DType, size: number) => 4 * size, alignment: 256, maxKernelBuffers: 8, maxRowBytes: 0, slackBytes: 0, native: ({ name }: { readonly name: string }, dtype: ComputeType) => isSpelled(name, dtype) };
  return compile(graph, target).steps.flatMap((s) => (s.kind === 'routine' ? [] : buildKernel(s.kernel, profile, 10).steps.map((step) => step.program.code))).join('\n');
}

const expectSource = (name: string, ...rest: Parameters<typeof sourceOf>): Promise<void> => expect(sourceOf(...rest)).toMatchFileSnapshot(`./snapshots/${name}.wgsl`);

const row = (combine: 'sum' | 'max', shape: Shape, input: number): Spec => ({
  name: combine,
  form: 'reduce',
  inputs: [input],
  shape: [shape[0], 1],
  lower: ([i], [x]) => e.reduce(combine, [shape[1]], ([r]) => x([i, r])),
});

const softmax = (shape: Shape): Spec[] => {
  const zero = e.const(0, 'int32');
  return [
    row('max', shape, 0),
    { name: 'exp', form: 'element', inputs: [0, 1], shape, lower: (ix, [x, m]) => e.exp(e.sub(x(ix), m([ix[0], zero]))) },
    row('sum', shape, 2),
    { name: 'div', form: 'element', inputs: [2, 3], shape, lower: (ix, [x, s]) => e.div(x(ix), s([ix[0], zero])) },
  ];
};

const product = (m: number, k: number, n: number): Spec => ({
  name: 'matmul',
  form: 'reduce',
  inputs: [0, 1],
  shape: [m, n],
  lower: ([i, j], [a, b]) => e.reduce('sum', [k], ([r]) => e.mul(a([i, r]), b([r, j]))),
});

const linear = (m: number, k: number, n: number): Spec[] => [
  product(m, k, n),
  { name: 'bias', form: 'element', inputs: [2, 3], shape: [m, n], lower: (ix, [x, b]) => e.max(e.add(x(ix), b([ix[1]])), 0) },
];

const at = (ix: readonly Expr[]): Expr => ix[0];

test('a map, four elements at a time', () =>
  expectSource('map', GPU, [{ shape: [64, 128] }, { shape: [128] }], [{ name: 'add', form: 'element', inputs: [0, 1], shape: [64, 128], lower: (ix, [a, b]) => e.add(a(ix), b([ix[1]])) }]));

test('a map of views', () =>
  expectSource('views', GPU, [{ shape: [5, 7] }], [
    { name: 'pad', form: 'element', inputs: [0], shape: [7, 7], lower: ([i, j], [x]) => e.select(e.and(e.ge(i, 1), e.lt(i, 6)), x([e.sub(i, 1), e.sub(6, j)]), 0) },
  ]));

test('an index that is checked', () =>
  expectSource('check', GPU, [{ shape: [10, 4] }, { shape: [3], dtype: 'int32' }], [
    { name: 'embedding', form: 'element', inputs: [0, 1], shape: [3, 4], lower: ([i, j], [x, index]) => x([e.check(index([i]), { op: 'embedding', size: 10, noun: 'index' }), j]) },
  ]));

test('softmax, one invocation a row', () => expectSource('softmax-nest', SOFTWARE, [{ shape: [64, 10] }], softmax([64, 10])));
test('softmax, a workgroup a row', () => expectSource('softmax-team', GPU, [{ shape: [64, 1000] }], softmax([64, 1000])));

test('softmax, a workgroup of subgroups a row', () => expectSource('softmax-subgroups', WITH_SUBGROUPS, [{ shape: [64, 1000] }], softmax([64, 1000])));

test('a long sum', () =>
  expectSource('sum', GPU, [{ shape: [10_000_000] }], [{ name: 'sum', form: 'reduce', inputs: [0], shape: [], lower: (_, [x]) => e.reduce('sum', [10_000_000], ([r]) => x([r])) }]));

test('an argmax', () =>
  expectSource('argmax', GPU, [{ shape: [64, 1000] }], [{ name: 'argmax', form: 'reduce', inputs: [0], shape: [64], dtype: 'int32', lower: ([i], [x]) => e.reduce('argmax', [1000], ([r]) => x([i, r])) }]));

test('a product with bias and activation, in registers', () => expectSource('linear-direct', SOFTWARE, [{ shape: [64, 784] }, { shape: [784, 126] }], [...linear(64, 784, 126)].map((s, i) => (i === 1 ? { ...s, inputs: [2, 0], lower: (ix, [x, b]) => e.max(e.add(x(ix), b([e.const(0, 'int32'), ix[1]])), 0) } : s))));
test('a product in workgroup memory', () => expectSource('matmul-tile', GPU, [{ shape: [1024, 1024] }, { shape: [1024, 1024] }], [product(1024, 1024, 1024)]));
test('a product with a long inner axis', () => expectSource('matmul-split', GPU, [{ shape: [32, 8192] }, { shape: [8192, 32] }], [product(32, 8192, 32)]));

test('a running sum of a long row', () =>
  expectSource('cumsum', GPU, [{ shape: [100_000] }], [{ name: 'cumsum', form: 'scan', inputs: [0], shape: [100_000], lower: (ix, [x]) => ({ scan: 'sum', dim: 0, value: x(ix) }) }]));

test('a scatter, source by source and result by result', async () => {
  const scatter: Spec = {
    name: 'scatter',
    form: 'scatter',
    inputs: [0, 1],
    shape: [100],
    lower: (_, [index, source]) => {
      const sum = e.reduce('sum', [500], (r) => source(r));
      const axes = sum.op === 'reduce' ? sum.axes : [];
      const here = axes.map((axis): Expr => ({ op: 'axis', dtype: 'int32', args: [], axis }));
      return { scatter: 'sum', base: e.const(0, 'float32'), axes, target: [e.check(index([at(here)]), { op: 'scatter', size: 100, noun: 'index' })], value: source(here) };
    },
  };
  const inputs = [{ shape: [500], dtype: 'int32' as const }, { shape: [500] }];
  await expectSource('scatter-in-order', SOFTWARE, inputs, [scatter]);
  await expectSource('scatter-gathered', GPU, inputs, [scatter]);
});

// WGSL lets an implementation reassociate: (x - n * upper) - n * lower may become x - n * (upper + lower).
test.each(['exp', 'expm1', 'log1p', 'sin', 'tan', 'erf'] as const)('the sums of %s are marked against reassociation', (name) => {
  const code = sourceOf(GPU, [{ shape: [64] }], [{ name, form: 'element', inputs: [0], shape: [64], lower: (ix, [x]) => e[name](x(ix)) }]);
  expect(code).toMatch(/fn rounded.*params\.zero/);
  expect(code.match(/\brounded\(/g)!.length).toBeGreaterThan(1);
});
