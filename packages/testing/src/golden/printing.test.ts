import { fromHost, torchText, useSync } from '@sconce/core';
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { describe, expect, it } from 'vitest';
import { hostOf } from './core-harness.js';
import { decodeTensor } from './decode.js';
import { GoldenData } from './load.js';
import type { EncodedTensor } from './records.js';

/** The elements as a tensor of the dtype holds them. */
function elements(encoded: EncodedTensor) {
  const { dtype, shape, data } = decodeTensor(encoded);
  return { dtype, shape, values: dtype === 'float32' ? Float32Array.from(data) : data };
}

useSync(createBackend(interpreterTarget('printing')));

const { torch, numpy } = (await new GoldenData().group('printing')).read('printing');

describe('torchText', () => {
  it.each(torch.map((sample, i) => ({ i, ...sample })))('prints sample $i as PyTorch does', ({ value, requires_grad, repr }) => {
    const { values, shape, dtype } = elements(value);
    expect(torchText(values, shape, dtype, { requiresGrad: requires_grad })).toBe(repr);
  });
});

describe('numpyText', () => {
  it.each(numpy.map((sample, i) => ({ i, ...sample })))('prints sample $i as NumPy does', async ({ value, str, repr }) => {
    const plain = decodeTensor(value);
    const x = fromHost(hostOf(plain), plain.shape, plain.dtype);
    expect(await x.numpyText()).toBe(str);
    expect(await x.numpyText({ repr: true })).toBe(repr);
  });
});
