/**
 * The three transforms that all others are made of, over several dimensions at once:
 *
 *   whole       real or complex numbers to as many complex ones
 *   one-sided   real numbers to the frequencies up to n/2 of the last of the dimensions
 *   real        those frequencies to real numbers
 *
 * They are routines, JavaScript in float64 on every backend, rounded once. Complex results are one tensor [2, …], real
 * parts before imaginary ones, of which two views are handed out.
 *
 * Invariant: each is linear, and its gradient is one of the three; so gradients have gradients.
 *
 * Reference: PyTorch's `_fft_c2c`, `_fft_r2c`, `_fft_c2r` (aten/src/ATen/native/SpectralOps.cpp).
 */
import { defineOp, record, sizeOf, type Attrs, type Op, type Routine, type Shape, type Tensor, type Workspace } from '@sconce/core';
import * as e from '@sconce/core/e';
import { ON_HOST, parts } from '../families/index.js';
import { select } from '../index.js';
import type { Complex } from './complex.js';
import { columnsOf, realPass, realPassBack } from './real.js';
import { planes, swapped, type Planes } from './roots.js';
import { transformColumns } from './transform.js';

/** How a signal is transformed. */
export interface TransformAttrs extends Attrs {
  /** Along the last of them a one-sided or real transform has half the frequencies. */
  readonly dims: readonly number[];
  /** With e^(−2πijk/n), or with its conjugate. */
  readonly forward: boolean;
  /** What the sums are divided by. */
  readonly divisor: number;
}

/** Real numbers, or complex ones as real and imaginary parts of one shape and dtype. */
export type Operands = readonly [Tensor] | readonly [Tensor, Tensor];

// ── on the host ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Transforms forwards in place, along each of the dimensions. */
function passes(work: Workspace, x: Planes, shape: Shape, dims: readonly number[]): void {
  for (const d of dims) {
    const { at, total } = columnsOf(shape, d);
    work.scope(() => transformColumns(work, x, shape[d], at, total));
  }
}

function wide(work: Workspace, { data }: Parameters<Routine>[0][number]): Float64Array {
  const copy = work.float64(data.length);
  copy.set(data as Float32Array | Float64Array);
  return copy;
}

function writeParts({ re, im }: Planes, out: Parameters<Routine>[1]['data'], divisor: number, sign: number): void {
  [{ part: re, by: divisor }, { part: im, by: sign * divisor }].forEach(({ part, by }, i) => {
    if (by === 1) return (out as Float64Array).set(part, i * part.length);
    for (let j = 0, to = i * part.length; j < part.length; j++) out[to + j] = part[j] / by;
  });
}

/** Real numbers forwards; backwards is the conjugate. */
function fromReal(work: Workspace, x: Parameters<Routine>[0][number], out: Parameters<Routine>[1]): void {
  const { dims, forward, divisor } = out.attrs as TransformAttrs;
  const shape = out.shape.slice(1);
  const [last, ...others] = [...dims].reverse();
  const result = planes(work, sizeOf(shape));
  work.scope(() => realPass(work, x.data as Float32Array | Float64Array, x.shape, result, shape, last));
  passes(work, result, shape, others);
  writeParts(result, out.data, divisor, forward ? 1 : -1);
}

const wholeRoutine: Routine = ([real, imag], out, work = ON_HOST) => {
  if (imag === undefined) return fromReal(work, real, out);
  const { dims, forward, divisor } = out.attrs as TransformAttrs;
  const x = { re: wide(work, real), im: wide(work, imag) };
  passes(work, forward ? x : swapped(x), real.shape, dims);
  writeParts(x, out.data, divisor, 1);
};

const realRoutine: Routine = ([real, imag], out, work = ON_HOST) => {
  const { dims, forward, divisor } = out.attrs as TransformAttrs;
  const re = wide(work, real);
  const im = imag === undefined ? work.float64(re.length) : wide(work, imag);
  // Forwards is backwards of the conjugate.
  if (forward) for (let i = 0; i < im.length; i++) im[i] = 0 - im[i];
  passes(work, { re: im, im: re }, real.shape, dims.slice(0, -1));
  realPassBack(work, { re, im }, real.shape, out.data as Float64Array, out.shape, dims[dims.length - 1], divisor);
};

// ── ops ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const opposite = (attrs: Attrs): TransformAttrs => ({ ...(attrs as TransformAttrs), forward: attrs['forward'] === false });

/** The parts of a tensor [2, …]. */
export const partsOf = (both: Tensor): Complex => parts({ real: select(both, 0, 0), imag: select(both, 0, 1) });

const operandsOf = (both: Tensor): [Tensor, Tensor] => [select(both, 0, 0), select(both, 0, 1)];

/** `both`, or its real part: gradients for as many operands as there were. */
const gradientsFor = (inputs: readonly Tensor[], both: Tensor): Tensor[] => operandsOf(both).slice(0, inputs.length);

const WHOLE: Op = /* @__PURE__ */ defineOp({
  name: 'fft',
  form: 'routine',
  routine: wholeRoutine,
  grad: (g, { inputs, attrs }) => gradientsFor(inputs, record(WHOLE, operandsOf(g), opposite(attrs), g.shape, g.dtype)),
});

/** A sum over all frequencies meets those between 0 and n/2 twice; `d` is the dimension of frequencies, of n points. */
const SCALE_INNER: Op = /* @__PURE__ */ defineOp({
  name: 'fftScaleInner',
  form: 'element',
  lower: (ix, [x], { attrs }) => {
    const { d, n, factor } = attrs as { d: number; n: number; factor: number };
    const isEnd = e.or(e.eq(ix[d], 0), e.eq(e.mul(ix[d], 2), n));
    return e.select(isEnd, x(ix), e.mul(x(ix), factor));
  },
  grad: (g, { attrs }) => [record(SCALE_INNER, [g], attrs, g.shape, g.dtype)],
});

const scaleInner = (x: Tensor, d: number, n: number, factor: number): Tensor => record(SCALE_INNER, [x], { d, n, factor }, x.shape, x.dtype);

const lastOf = (attrs: Attrs): number => (attrs as TransformAttrs).dims.at(-1)!;

const ONE_SIDED: Op = /* @__PURE__ */ defineOp({
  name: 'rfft',
  form: 'routine',
  routine: ([real], out, work = ON_HOST) => fromReal(work, real, out),
  grad: (g, { inputs: [x], attrs }) => {
    const d = lastOf(attrs);
    const halved = scaleInner(g, d + 1, x.shape[d], 0.5);
    return [record(REAL, operandsOf(halved), opposite(attrs), x.shape, g.dtype)];
  },
});

const REAL: Op = /* @__PURE__ */ defineOp({
  name: 'irfft',
  form: 'routine',
  routine: realRoutine,
  grad: (g, { inputs, output, attrs }) => {
    const d = lastOf(attrs);
    const both = record(ONE_SIDED, [g], opposite(attrs), [2, ...inputs[0].shape], g.dtype);
    return gradientsFor(inputs, scaleInner(both, d + 1, output.shape[d], 2));
  },
});

/** All frequencies of a signal. */
export const whole = (x: Operands, attrs: TransformAttrs): Complex => partsOf(record(WHOLE, x, attrs, [2, ...x[0].shape], x[0].dtype));

/** The frequencies of real numbers up to n/2. */
export function oneSided(x: Tensor, attrs: TransformAttrs): Complex {
  const last = lastOf(attrs);
  const shape = x.shape.map((n, d) => (d === last ? Math.floor(n / 2) + 1 : n));
  return partsOf(record(ONE_SIDED, [x], attrs, [2, ...shape], x.dtype));
}

/** The n real numbers that have these frequencies up to n/2. */
export function realFrom(x: Operands, n: number, attrs: TransformAttrs): Tensor {
  const last = lastOf(attrs);
  return record(REAL, x, attrs, x[0].shape.map((size, d) => (d === last ? n : size)), x[0].dtype);
}
