/**
 * Spectra of pieces: values that PyTorch gives, and what an inverse and a gradient must be.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, fromHost, grad, ShapeError, tensor, useSync, type Tensor } from '@sconce/core';
import { describe, expect, test } from 'vitest';
import { arange, hannWindow, mul, ones, reshape, stack, sum } from '../index.js';
import { complexMul, istft, stft, viewAsReal, type StftOptions } from './index.js';

useSync(createBackend(interpreterTarget('cpu')));

const wide = (list: ArrayLike<number>): Tensor => fromHost(Float64Array.from(list), [list.length], 'float64');
const values = (t: Tensor): number[] => Array.from(t.dataSync() as Float64Array);
const signal = wide(Array.from({ length: 11 }, (_, i) => (i + 1) ** 2 % 7));
const hann = hannWindow(5, true, { dtype: 'float64' });
const rising = reshape(arange(1, 5, { dtype: 'float64' }), [4, 1]);

function expectValues(got: Tensor, want: readonly number[]): void {
  expect(got.numel()).toBe(want.length);
  values(got).forEach((x, i) => expect(x).toBeCloseTo(want[i], 5));
}

describe("PyTorch's values", () => {
  test('a window shorter than its piece, normalized', () => {
    const spectra = stft(signal, 6, 2, { winLength: 5, window: hann, normalized: true });
    expect(spectra.real.shape).toEqual([4, 6]);
    expectValues(spectra.real, [
      2.692598, 2.638723, 2.638723, 1.074496, 2.128413, 2.323334, -1.248838, -1.547579, -1.775797, 0.026937, -1.802735, -0.966746, -0.792403,
      -0.211569, 0.896223, -0.537248, 1.151378, -0.053875, 1.389885, 0.879574, -0.879574, -0.053875, -0.8257, -0.282093,
    ]);
    const changed = complexMul(spectra, rising);
    expectValues(istft(changed, 6, { hopLength: 2, winLength: 5, window: hann, normalized: true, length: 11 }), [
      -1.64736, 8.349544, 1.762749, 1.762749, 8.370765, 0.679782, -1.06867, 0.087977, 8.486885, 2.058652, 3.157379,
    ]);
  });

  test('longer than there are pieces: zeros follow', () => {
    expectValues(istft(complexMul(stft(signal, 6, 2), rising), 6, 2, { length: 16 }), [
      -3.166667, 7.666667, 0.5, 0.5, 6.833333, -0.277778, -2.333333, -1.5, 7.777778, 0.666667, 2.5, 0.333333, 7.666667, 0, 0, 0,
    ]);
  });

  test('a complex signal', () => {
    const { real } = stft({ real: signal, imag: wide(values(signal).reverse()) }, 5, { hopLength: 3, center: false });
    expect(real.shape).toEqual([5, 3]);
    expectValues(real, [13, 8, 9, 3.901537, -0.929401, -4.151565, -5.913667, -0.058469, 1.916949, -2.558469, -3.413667, -3.062847, -3.429401, 6.401537, -3.702537]);
  });
});

test.each<StftOptions>([{}, { onesided: false }, { window: hannWindow(8, true, { dtype: 'float64' }) }, { padMode: 'constant', normalized: true }, { winLength: 6 }])('what comes back of a batch: %j', (options) => {
  const batch = stack([signal, mul(signal, 2)]);
  const { padMode: _, ...inverse } = options;
  const back = istft(stft(batch, 8, options), 8, { ...inverse, length: 11 });
  expectValues(back, values(batch));
});

test('complex signals come back', () => {
  const z = { real: signal, imag: wide(values(signal).reverse()) };
  const [real, imag] = istft(stft(z, 4), 4, { returnComplex: true });
  expectValues(real, values(z.real));
  expectValues(imag, values(z.imag));
});

test('gradients reach the signal and the window', () => {
  const [x, w] = [wide(values(signal)), wide([0.2, 0.9, 1, 0.4])];
  [x, w].forEach((t) => (t.requiresGrad = true));
  const energy = (a: Tensor, b: Tensor): Tensor => sum(mul(viewAsReal(stft(a, 4, { window: b })), 0.5));
  const [gx, gw] = grad(energy(x, w), [x, w]);
  // Linear in each: the product with the gradient is the value.
  const total = values(energy(x, w))[0];
  expect(values(sum(mul(gx!, x)))[0]).toBeCloseTo(total, 10);
  expect(values(sum(mul(gw!, w)))[0]).toBeCloseTo(total, 10);
});

test('the gradient of the inverse reaches the window, whose square it divides by', () => {
  const w = wide([0.2, 0.9, 1, 0.4]);
  w.requiresGrad = true;
  const total = sum(istft(stft(signal, 4), 4, { window: w }));
  const [g] = grad(total, [w]);
  // Of degree −1 in the window.
  expect(values(sum(mul(g!, w)))[0]).toBeCloseTo(-values(total)[0], 10);
});

describe('what is refused', () => {
  const x = ones([2, 100]);
  const wrong: readonly (readonly [string, () => unknown, new (...args: never[]) => Error])[] = [
    ['three dimensions', () => stft(ones([1, 2, 100]), 16), ShapeError],
    ['pieces of no points', () => stft(x, 0), ArgumentError],
    ['pieces longer than the signal', () => stft(x, 150, { center: false }), ShapeError],
    ['more mirrored than there is', () => stft(x, 300), ShapeError],
    ['no step', () => stft(x, 16, 0), ArgumentError],
    ['a window longer than a piece', () => stft(x, 16, { winLength: 17 }), ArgumentError],
    ['another window', () => stft(x, 16, { window: ones([8]) }), ShapeError],
    ['a complex signal from one side', () => stft({ real: x, imag: x }, 16, { onesided: true }), ArgumentError],
    ['parts along a dimension', () => stft(x, 16, { returnComplex: false as unknown as true }), ArgumentError],
    ['a window for a step', () => stft(x, 16, hann as unknown as number), ArgumentError],
    ['an unknown option', () => stft(x, 16, { hop: 2 } as object), ArgumentError],
    ['other frequencies', () => istft(stft(x, 16), 20), ShapeError],
    ['steps over what is between', () => istft(stft(x, 16, 20), 16, 20), ArgumentError],
    ['a complex signal of half the frequencies', () => istft(stft(x, 16), 16, { returnComplex: true }), ArgumentError],
    ['points that no window covers', () => istft(stft(x, 16, { window: hannWindow(16), center: false }), 16, { window: hannWindow(16), center: false }).dataSync(), ArgumentError],
    ['a tensor for spectra', () => istft(tensor([1.5]) as never, 16), Error],
  ];
  test.each(wrong)('%s', (_, call, kind) => {
    expect(call).toThrow(kind);
  });
});
