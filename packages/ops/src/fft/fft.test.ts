/**
 * Transforms against their definition, summed in float64, over lengths of every kind; gradients against what linear
 * functions must have.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, DTypeError, fromHost, grad, IndexError, ShapeError, tensor, useSync, type Tensor } from '@sconce/core';
import { uniform } from '@sconce/testing/property';
import { describe, expect, test } from 'vitest';
import { add, mul, ones, sub, sum, zeros } from '../index.js';
import * as fourier from './index.js';
import type { Complex, Signal } from './index.js';

useSync(createBackend(interpreterTarget('cpu')));

const { complex, fft, fft2, fftn, hfft, hfft2, hfftn, ifft, ifftn, ihfft, ihfft2, irfft, irfftn, rfft, rfftn } = fourier;

const wide = (list: ArrayLike<number>, shape: readonly number[] = [list.length]): Tensor => fromHost(Float64Array.from(list), shape, 'float64');
const values = (t: Tensor): number[] => Array.from(t.dataSync() as Float64Array);

const next = uniform(1);
/** Numbers between −1 and 1, the same in every run. */
const random = (...shape: number[]): Tensor => wide(Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 2 * next() - 1), shape);

interface Pairs {
  readonly re: readonly number[];
  readonly im: readonly number[];
}

const pairs = ({ real, imag }: { readonly real: Tensor; readonly imag: Tensor }): Pairs => ({ re: values(real), im: values(imag) });

/** The sum itself, with angles reduced in integers. */
function transformed({ re, im }: Pairs, sign: number): Pairs {
  const n = re.length;
  const angles = re.map((_, k) => (2 * Math.PI * k) / n);
  const [cos, sin] = [angles.map(Math.cos), angles.map((angle) => sign * Math.sin(angle))];
  const sums = re.map((_, k) => {
    let [r, s] = [0, 0];
    for (let j = 0, i = 0; j < n; j++, i = (i + k) % n) {
      r += re[j] * cos[i] - im[j] * sin[i];
      s += re[j] * sin[i] + im[j] * cos[i];
    }
    return [r, s];
  });
  return { re: sums.map(([r]) => r), im: sums.map(([, s]) => s) };
}

function expectClose(got: readonly number[], want: readonly number[], tolerance = 1e-13): void {
  expect(got.length).toBe(want.length);
  expect(got.length).toBeGreaterThan(0);
  const size = Math.sqrt(want.reduce((a, x) => a + x * x, 0) / want.length) + 1;
  const worst = got.reduce((most, x, i) => Math.max(most, Math.abs(x - want[i])), 0);
  expect(worst).toBeLessThan(tolerance * size);
}

const LENGTHS = [...Array.from({ length: 40 }, (_, i) => i + 1), 49, 60, 64, 74, 77, 97, 101, 121, 128, 169, 211, 343, 360, 509, 625, 961, 1009, 1024, 1369];

describe.each(LENGTHS)('%i points', (n) => {
  const x = { real: random(n), imag: random(n) };

  test('forwards and backwards', () => {
    for (const [transform, sign] of [[fft, -1], [ifft, 1]] as const) {
      const got = pairs(transform(x, { norm: sign < 0 ? 'backward' : 'forward' }));
      const want = transformed(pairs(x), sign);
      expectClose(got.re, want.re);
      expectClose(got.im, want.im);
    }
  });

  test('of real numbers, and back', () => {
    const whole = pairs(fft(complex(x.real, mul(x.real, 0))));
    const bins = Math.floor(n / 2) + 1;
    for (const got of [pairs(fft(x.real)), pairs(rfft(x.real))]) {
      expectClose(got.re, whole.re.slice(0, got.re.length));
      expectClose(got.im, whole.im.slice(0, got.im.length));
    }
    expect(rfft(x.real).real.shape).toEqual([bins]);
    expectClose(values(irfft(rfft(x.real), n)), values(x.real));
    expectClose(values(hfft(ihfft(x.real), n)), values(x.real));
    const conjugate = pairs(ihfft(x.real, { norm: 'forward' }));
    expectClose(conjugate.im.map((s) => -s), whole.im.slice(0, bins));
  });

  test('imaginary parts that real numbers do not have are not read', () => {
    const bins = Math.floor(n / 2) + 1;
    const imag = zeros([bins], { dtype: 'float64' });
    const ends = wide(Array.from({ length: bins }, (_, k) => (k === 0 || 2 * k === n ? 5 : 0)));
    const real = random(bins);
    expect(values(irfft({ real, imag: add(imag, ends) }, n))).toEqual(values(irfft({ real, imag }, n)));
    expect(values(irfft(real, n))).toEqual(values(irfft({ real, imag }, n)));
  });
});

describe('long signals', () => {
  test.each([4096, 4099, 5000, 8191, 10007, 32768, 2 * 4099, 67 * 71, 59049])('%i points: a point becomes the roots of unity, and comes back', (n) => {
    const x = new Float64Array(n);
    x[1] = 1;
    const { re, im } = pairs(fft(wide(x)));
    const places = [0, 1, 2, 3, n >> 1, n - 1, (n / 3) | 0];
    for (const k of places) {
      expect(re[k]).toBeCloseTo(Math.cos((2 * Math.PI * k) / n), 13);
      expect(im[k]).toBeCloseTo(-Math.sin((2 * Math.PI * k) / n), 13);
    }
    const y = { real: random(n), imag: random(n) };
    const back = pairs(ifft(fft(y)));
    expectClose(back.re, values(y.real));
    expectClose(back.im, values(y.imag));
  });
});

describe('along dimensions', () => {
  const x = { real: random(3, 4, 5), imag: random(3, 4, 5) };
  const column = (t: Tensor, i: number, k: number): number[] => Array.from({ length: 4 }, (_, j) => values(t)[(i * 4 + j) * 5 + k]);

  test('each column by itself, cut or with zeros', () => {
    for (const n of [2, 4, 7]) {
      const got = fft(x, n, 1);
      expect(got.real.shape).toEqual([3, n, 5]);
      const cut = (list: number[]): number[] => Array.from({ length: n }, (_, j) => list[j] ?? 0);
      const want = transformed({ re: cut(column(x.real, 2, 3)), im: cut(column(x.imag, 2, 3)) }, -1);
      const real = values(got.real);
      expectClose(want.re, Array.from({ length: n }, (_, k) => real[(2 * n + k) * 5 + 3]));
    }
  });

  test('several are one after the other', () => {
    const both = pairs(fft2(x));
    const turns = pairs(fft(fft(x, null, 1)));
    expectClose(both.re, turns.re);
    expectClose(both.im, turns.im);
    expectClose(pairs(fftn(x)).re, pairs(fft(fft2(x), { dim: 0 })).re);
    const real = pairs(rfftn(x.real, { dim: [2, 0] }));
    const slow = pairs(fft(rfft(x.real, { dim: 0 }), { dim: 2 }));
    expectClose(real.re, slow.re);
    expectClose(real.im, slow.im);
    expectClose(values(irfftn(rfftn(x.real), [3, 4, 5])), values(x.real));
    expectClose(pairs(ifftn(fftn(x))).im, values(x.imag));
    expectClose(values(hfft2(ihfft2(x.real), [4, 5])), values(x.real));
    expectClose(values(hfftn(x, { dim: [0, 1] })), values(hfft(fft(x, { dim: 0 }), { dim: 1 })));
  });

  test('norms', () => {
    const plain = values(fftn(x).real);
    expectClose(values(fftn(x, { norm: 'forward' }).real), plain.map((v) => v / 60));
    expectClose(values(fftn(x, { norm: 'ortho' }).real), plain.map((v) => v / Math.sqrt(60)));
    expectClose(values(irfft(x, { norm: 'ortho', n: 9 })), values(irfft(x, 9)).map((v) => v * 3));
    expectClose(values(hfft(x, 8, -1, 'forward')), values(hfft(x, 8)).map((v) => v / 8));
  });

  test('a NaN stays in its row', () => {
    const rows = fft(tensor([[1, NaN, 2, 3], [1, 0, 0, 0]])).real.toArraySync() as number[][];
    expect(rows[1]).toEqual([1, 1, 1, 1]);
    expect(rows[0].every(Number.isNaN)).toBe(true);
  });
});

/** The gradient g of a linear function f makes f(v) the product of g and v, for any v. */
function expectGradient(g: Tensor | null, f: (v: Tensor) => Tensor): void {
  for (const v of [random(...g!.shape), random(...g!.shape)]) {
    expectClose(values(sum(mul(g!, v))), values(f(v)));
  }
}

const weighted = (y: Tensor | Complex): Tensor => {
  const weights = (t: Tensor, low: number): Tensor => wide(Array.from({ length: t.numel() }, (_, i) => low + (i % 7) / 7), t.shape);
  return 'real' in y ? add(sum(mul(y.real, weights(y.real, 1))), sum(mul(y.imag, weights(y.imag, -2)))) : sum(mul(y, weights(y, 1)));
};

type Any = (x: Signal, options?: object) => Tensor | Complex;
const NAMES = ['fft', 'ifft', 'rfft', 'irfft', 'hfft', 'ihfft'];
const REAL_INPUT = /^rfft|^ihfft/;

describe.each([...NAMES.map((name) => [name, { n: 7, dim: 1 }] as const), ...NAMES.map((name) => [name, { n: 4, dim: 0 }] as const),
  ...NAMES.map((name) => [`${name}n`, { s: [4, 6], norm: 'ortho' }] as const), ...NAMES.map((name) => [`${name}2`, { s: [3, 5] }] as const)])('gradients of %s %j', (name, options) => {
  const transform = (fourier as unknown as Record<string, Any>)[name];
  const shape = [2, 3, 5];

  test('real numbers', () => {
    const f = (x: Tensor): Tensor => weighted(transform(x, options));
    const leaf = random(...shape);
    leaf.requiresGrad = true;
    const [g] = grad(f(leaf), [leaf]);
    expectGradient(g, f);
  });

  // `rfft` and `ihfft` take real numbers alone.
  if (!REAL_INPUT.test(name)) test('complex numbers', () => {
    const zero = zeros(shape, { dtype: 'float64' });
    const leaves = [random(...shape), random(...shape)];
    leaves.forEach((x) => (x.requiresGrad = true));
    const [gr, gi] = grad(weighted(transform({ real: leaves[0], imag: leaves[1] }, options)), leaves);
    expectGradient(gr, (real) => weighted(transform({ real, imag: zero }, options)));
    expectGradient(gi, (imag) => weighted(transform({ real: zero, imag }, options)));
  });

  test('gradients of gradients', () => {
    // Of L = ½ Σ y², which is quadratic in x, the gradient at x + v is that at x and the second derivative times v.
    const loss = (x: Tensor): Tensor => {
      const y = transform(x, options);
      const squares = 'real' in y ? add(sum(mul(y.real, y.real)), sum(mul(y.imag, y.imag))) : sum(mul(y, y));
      return mul(squares, 0.5);
    };
    const [x, v] = [random(...shape), random(...shape)];
    const at = (point: Tensor): Tensor => {
      const leaf = wide(values(point), shape);
      leaf.requiresGrad = true;
      return grad(loss(leaf), [leaf])[0]!;
    };
    x.requiresGrad = true;
    const [g] = grad(loss(x), [x], { createGraph: true });
    const [second] = grad(sum(mul(g!, v)), [x]);
    expectClose(values(second!), values(sub(at(add(x, v)), at(x))), 1e-12);
  });
});

describe('arguments', () => {
  const x = ones([4, 3]);
  const wrong: readonly (readonly [string, () => unknown, new (...args: never[]) => Error])[] = [
    ['no points', () => fft(x, 0), ArgumentError],
    ['fewer than none', () => fft(x, -1), ArgumentError],
    ['a fraction', () => fft(x, 2.5), ArgumentError],
    ['an empty dimension', () => fft(ones([3, 0])), ShapeError],
    ['a scalar', () => fft(tensor(1.5)), ShapeError],
    ['one frequency', () => irfft(ones([3, 1])), ShapeError],
    ['one frequency of a grid', () => irfftn(ones([3, 1])), ShapeError],
    ['a dimension that is none', () => fft(x, { dim: 2 }), IndexError],
    ['too few dimensions', () => fft2(ones([3])), IndexError],
    ['a dimension twice', () => fft2(x, { dim: [0, 0] }), ArgumentError],
    ['lengths for other dimensions', () => fftn(x, [2], [0, 1]), ArgumentError],
    ['too many lengths', () => fftn(x, [2, 3, 4]), ArgumentError],
    ['too few lengths', () => fft2(x, [2]), ArgumentError],
    ['no dimension', () => rfftn(x, { dim: [] }), ShapeError],
    ['an unknown norm', () => fft(x, { norm: 'best' as 'ortho' }), ArgumentError],
    ['an unknown option', () => fft(x, { size: 3 } as object), ArgumentError],
    ['options before others', () => fft(x, { n: 3 }, 1), ArgumentError],
    ['half precision', () => fft(x.to('float16')), DTypeError],
    ['complex for real numbers', () => rfft(complex(x, x) as unknown as Tensor), DTypeError],
    ['parts of two shapes', () => fft({ real: x, imag: ones([3]) }), ShapeError],
    ['parts of two dtypes', () => fft({ real: x, imag: x.to('float64') }), DTypeError],
    ['parts of half precision', () => fft({ real: x.to('float16'), imag: x.to('float16') }), DTypeError],
    ['no tensor', () => fft(3 as unknown as Tensor), Error],
    ['frequencies in integers', () => fourier.fftfreq(4, { dtype: 'int32' }), DTypeError],
    ['frequencies of a negative number of points', () => fourier.rfftfreq(-1), ArgumentError],
  ];
  test.each(wrong)('%s', (_, call, kind) => {
    expect(call).toThrow(kind);
  });

  test('no transforms of nothing, and none along no dimension', () => {
    expect(fft(ones([0, 3])).real.shape).toEqual([0, 3]);
    expect(irfft(ones([0]), 2).toArraySync()).toEqual([0, 0]);
    const [real, imag] = fftn(x, { dim: [] });
    expect(real).toBe(x);
    expect(values(imag)).toEqual(new Array(12).fill(0));
    expect(fftn(x, [-1, 2]).real.shape).toEqual([4, 2]);
    expect(fft2(x, { dim: 0 }).real.shape).toEqual([4, 3]);
  });

  test('integers become float32', () => {
    expect(fft(tensor([1, 2])).real.dtype).toBe('float32');
    expect(irfft(tensor([true, false])).dtype).toBe('float32');
    expect(fft({ real: tensor([1, 2]), imag: wide([0, 1]) }).real.dtype).toBe('float64');
    expect(fft(wide([1, 2])).imag.dtype).toBe('float64');
  });
});

test('frequencies, and 0 in the middle', () => {
  const list = (t: Tensor): unknown => t.toArraySync();
  expect([4, 5].map((n) => list(fourier.fftfreq(n, 1, { dtype: 'float64' })))).toEqual([[0, 0.25, -0.5, -0.25], [0, 0.2, 0.4, -0.4, -0.2]]);
  const five = wide([0, 1, 2, 3, 4]);
  expect([list(fourier.fftshift(five)), list(fourier.ifftshift(five))]).toEqual([[3, 4, 0, 1, 2], [2, 3, 4, 0, 1]]);
});

describe('complex numbers', () => {
  test('polar and back', () => {
    const z = fourier.polar(tensor([1, 2.5]), tensor([0.5, -2]));
    expectClose(values(fourier.complexAbs(z)), [1, 2.5], 1e-6);
    expectClose(values(fourier.complexAngle(z)), [0.5, -2], 1e-6);
    const product = fourier.complexMul(z, fourier.complexConj(z));
    expectClose(values(product.real), [1, 6.25], 1e-6);
    expectClose(values(product.imag), [0, 0], 1e-6);
    expectClose(values(fourier.viewAsComplex(fourier.viewAsReal(z)).imag), values(z.imag), 1e-6);
    expectClose(values(fourier.complexMul(z, tensor([2.0, 0.5])).real), values(mul(z.real, tensor([2.0, 0.5]))), 1e-6);
  });

  test('the absolute value has a gradient at 0', () => {
    const real = tensor([0.0, 3], { dtype: 'float32', requiresGrad: true });
    sum(fourier.complexAbs(complex(real, tensor([0.0, 4], { dtype: 'float32' })))).backward();
    expectClose(values(real.grad!), [0, 0.6], 1e-6);
  });
});
