/**
 * Gradients of gradients: hand-written rules are built of differentiable ops, so they can be differentiated again.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { grad, tensor, useSync, type Tensor } from '@sconce/core';
import { cumprod, mul, prod, reshape, sum } from '@sconce/ops';
import { expect, test } from 'vitest';
import { draw, FLOAT64, gradcheck } from '../suite/gradcheck.js';
import { functional as F } from '@sconce/nn';

useSync(createBackend(interpreterTarget('second-order')));

type Fn = (...xs: Tensor[]) => Tensor;

/** The gradients of Σ f(xs)² with respect to all that require one. */
const gradientsOf =
  (f: Fn) =>
  (...xs: Tensor[]): Tensor[] => {
    const tracked = xs.map((x) => (x.dtype === 'float64' ? (x.requiresGrad ? x : x.requiresGrad_()) : x));
    const y = f(...tracked);
    const wanted = tracked.filter((x) => x.requiresGrad);
    return grad(sum(mul(y, y)), wanted, { createGraph: true, allowUnused: true }).filter((g) => g !== null);
  };

const CASES: Record<string, { readonly f: Fn; readonly shapes: readonly (readonly number[])[] }> = {
  'a strided, grouped, padded convolution': {
    f: (x, w) => F.conv1d(x, w, { stride: 2, padding: 1, groups: 2 }),
    shapes: [[1, 2, 5], [2, 1, 3]],
  },
  'a dilated convolution of images': { f: (x, w) => F.conv2d(x, w, { dilation: [1, 2] }), shapes: [[1, 3, 4], [2, 1, 2, 2]] },
  'a transposed convolution in phases': { f: (x, w) => F.convTranspose1d(x, w, { stride: 2, padding: 1, outputPadding: 1 }), shapes: [[1, 1, 3], [1, 2, 3]] },
  'a transposed convolution with stride and dilation': { f: (x, w) => F.convTranspose1d(x, w, { stride: 2, dilation: 3 }), shapes: [[1, 1, 3], [1, 1, 2]] },
  'layer norm': { f: (x, w, b) => F.layerNorm(x, 3, w, b), shapes: [[2, 3], [3], [3]] },
  'batch norm in training': { f: (x, w) => F.batchNorm(x, null, null, { weight: w, training: true }), shapes: [[3, 2], [2]] },
  'average pooling': { f: (x) => F.avgPool2d(x, 2, 1, 1), shapes: [[1, 3, 3]] },
  'max pooling': { f: (x) => F.maxPool1d(x, 2, 1), shapes: [[1, 4]] },
  'resizing': { f: (x) => F.interpolate(x, { size: 4, mode: 'linear' }), shapes: [[1, 1, 3]] },
  'folding': { f: (x) => F.fold(F.unfold(x, 2), [3, 3], 2), shapes: [[1, 3, 3]] },
};

test.each(Object.entries(CASES))('%s', async (_name, { f, shapes }) => {
  const drawn = draw({ tensors: shapes.map((shape) => ({ shape })) }, 7);
  const settings = { device: 'second-order', reference: 'second-order', ...FLOAT64, rtol: 1e-3, atol: 1e-4 };
  expect(await gradcheck(gradientsOf(f) as (...args: never[]) => unknown, drawn, settings)).toBeUndefined();
}, 60_000);

/** The gradient of Σ f(x) times `weights`, and that of its sum times `weights`. */
async function twice(f: Fn, x: Tensor, weights: readonly number[]): Promise<unknown> {
  const w = tensor(weights, { dtype: 'float64' });
  const first = grad(sum(f(x)), [x], { createGraph: true })[0]!;
  const second = grad(sum(mul(first, w)), [x])[0]!;
  return Promise.all([first.toArray(), second.toArray()]);
}

test('products have second derivatives where an element is zero', async () => {
  const x = tensor([2, 0, 3, 5], { dtype: 'float64', requiresGrad: true });
  expect(await twice((t) => prod(t), x, [1, 2, 3, 4])).toEqual([[0, 30, 0, 0], [30, 69, 20, 12]]);
  expect(await twice((t) => prod(reshape(t, [2, 2]), [0, 1]), x, [1, 2, 3, 4])).toEqual([[0, 30, 0, 0], [30, 69, 20, 12]]);
  expect(await twice((t) => cumprod(t, 0), x, [1, 2, 3, 4])).toEqual([[1, 38, 0, 0], [38, 79, 24, 12]]);
});
