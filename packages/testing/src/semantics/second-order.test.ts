/**
 * Gradients of gradients: hand-written rules are built of differentiable ops, so they can be differentiated again.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { grad, useSync, type Tensor } from '@sconce/core';
import { mul, sum } from '@sconce/ops';
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
