import { describe, expect, it } from 'vitest';
import { numpyText, torchText } from '@sconce/core';
import { decodeTensor } from './decode.js';
import { GoldenData } from './load.js';
import type { EncodedTensor } from './records.js';

/** The elements as a tensor of the dtype holds them. */
function elements(encoded: EncodedTensor) {
  const { dtype, shape, data } = decodeTensor(encoded);
  return { dtype, shape, values: dtype === 'float32' ? Float32Array.from(data) : data };
}

const { torch, numpy } = (await new GoldenData().group('printing')).read('printing');

describe('torchText', () => {
  it.each(torch.map((sample, i) => ({ i, ...sample })))('prints sample $i as PyTorch does', ({ value, requires_grad, repr }) => {
    const { values, shape, dtype } = elements(value);
    expect(torchText(values, shape, dtype, { requiresGrad: requires_grad })).toBe(repr);
  });
});

describe('numpyText', () => {
  it.each(numpy.map((sample, i) => ({ i, ...sample })))('prints sample $i as NumPy does', ({ value, str, repr }) => {
    const { values, shape, dtype } = elements(value);
    expect(numpyText(values, shape, dtype)).toBe(str);
    expect(numpyText(values, shape, dtype, { repr: true })).toBe(repr);
  });
});
