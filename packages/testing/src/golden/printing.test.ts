import { fromHost, useSync } from '@sconce/core';
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { describe, expect, it } from 'vitest';
import { hostOf } from './core-harness.js';
import { decodeTensor } from './decode.js';
import { GoldenData } from './load.js';
import type { EncodedTensor } from './records.js';

useSync(createBackend(interpreterTarget('printing')));

const { torch, numpy } = (await new GoldenData().group('printing')).read('printing');

const tensorOf = (value: EncodedTensor, requiresGrad = false) => {
  const plain = decodeTensor(value);
  return fromHost(hostOf(plain), plain.shape, plain.dtype, { requiresGrad });
};

describe('text', () => {
  it.each(torch.map((sample, i) => ({ i, ...sample })))('prints sample $i as PyTorch does', async ({ value, requires_grad, repr }) => {
    const x = tensorOf(value, requires_grad);
    expect(await x.text()).toBe(repr);
    expect(String(x)).toBe(repr);
  });
});

describe('numpyText', () => {
  it.each(numpy.map((sample, i) => ({ i, ...sample })))('prints sample $i as NumPy does', async ({ value, str, repr }) => {
    const x = tensorOf(value);
    expect(await x.numpyText()).toBe(str);
    expect(await x.numpyText({ repr: true })).toBe(repr);
  });
});
