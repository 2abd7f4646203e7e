/**
 * Sums over samplings of the trailing dimensions: average pooling and resizing.
 *
 * Invariant: the gradient is the sum over the transposed samplings, so it gathers, and is an op of the same kind.
 */
import { computeType, defineOp, isFloat, record, type Attrs, type Combine, type ComputeType, type Expr, type Lower, type Reader, type Shape, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { atRest, tapOf, tapsOf, transposed, windowSize, type Adaptive, type Sampling, type Tap, type Window } from './sampling.js';

export interface ResampleAttrs extends Attrs {
  /** One for each of the last dimensions. */
  readonly samplings: readonly Sampling[];
}

/** The taps of the element at `ix`, one for each sampled dimension. */
export const tapsAt = (samplings: readonly Sampling[], ix: readonly Expr[], r: readonly Expr[], compute: ComputeType): Tap[] =>
  samplings.map((s, d) => tapOf(s, ix[ix.length - samplings.length + d], r[d], compute));

/** A reduction over all taps of the element at `ix`; dimensions of one tap take no loop. */
export function overTaps(combine: Combine, samplings: readonly Sampling[], body: (r: readonly Expr[]) => Expr): Expr {
  const counts = samplings.map(tapsOf);
  return e.reduce(combine, counts.filter((n) => n !== 1), (loops) => {
    let next = 0;
    return body(counts.map((n) => (n === 1 ? e.const(0, 'int32') : loops[next++])));
  });
}

/** Whether all taps are inside; undefined where that is certain. */
export const insideAll = (taps: readonly Tap[]): Expr | undefined =>
  taps.reduce<Expr | undefined>((a, { inside }) => (inside === undefined ? a : a === undefined ? inside : e.and(a, inside)), undefined);

/** The element that taps point at. */
export const elementAt = (x: Reader, ix: readonly Expr[], taps: readonly Tap[]): Expr =>
  x([...ix.slice(0, ix.length - taps.length), ...taps.map((t) => t.index)]);

export const resampledShape = (shape: Shape, samplings: readonly Sampling[]): number[] => [
  ...shape.slice(0, shape.length - samplings.length),
  ...samplings.map((s) => s.to),
];

// ── sums ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The weighted element of a tap, 0 outside. */
function weighted(x: Reader, ix: readonly Expr[], taps: readonly Tap[], compute: ComputeType): Expr {
  const element = e.cast(elementAt(x, ix, taps), compute);
  const value = taps.reduce((v, { weight }) => (weight === undefined ? v : e.mul(v, weight)), element);
  const inside = insideAll(taps);
  return inside === undefined ? value : e.select(inside, value, 0);
}

const lowerSum: Lower = (ix, [x], { attrs, dtype }) => {
  const { samplings } = attrs as ResampleAttrs;
  const compute = computeType(dtype);
  return overTaps('sum', samplings, (r) => weighted(x, ix, tapsAt(samplings, ix, r, compute), compute));
};

/** Of one tap each there is no sum, so the op fuses with whatever reads it. */
const lowerOne: Lower = (ix, [x], { attrs, dtype }) => {
  const { samplings } = attrs as ResampleAttrs;
  const compute = computeType(dtype);
  return weighted(x, ix, tapsAt(samplings, ix, samplings.map(() => e.const(0, 'int32')), compute), compute);
};

const back = (g: Tensor, { attrs }: { attrs: Attrs }): [Tensor] => [resample(g, (attrs as ResampleAttrs).samplings.map(transposed))];

const SUM = /* @__PURE__ */ defineOp({ name: 'resample', form: 'reduce', lower: lowerSum, grad: back });
const ONE = /* @__PURE__ */ defineOp({ name: 'resample', form: 'element', lower: lowerOne, grad: back });

const sumOver = (x: Tensor, samplings: readonly Sampling[]): Tensor =>
  record(samplings.every((s) => tapsOf(s) === 1) ? ONE : SUM, [x], { samplings } satisfies ResampleAttrs, resampledShape(x.shape, samplings), x.dtype);

/** The weighted sums over the samplings of the last dimensions. */
export function resample(x: Tensor, samplings: readonly Sampling[]): Tensor {
  if (!readsLessApart(samplings)) return sumOver(x, samplings);
  const rest: Sampling[] = samplings.map((s) => atRest(s.from));
  return samplings.reduce((y, s, d) => {
    const pass = sumOver(y, rest.with(d, s));
    rest[d] = atRest(s.to);
    return pass;
  }, x);
}

/** A sum of products over several dimensions factorises: whether one dimension after another reads much less. */
function readsLessApart(samplings: readonly Sampling[]): boolean {
  const product = (f: (s: Sampling) => number, some = samplings): number => some.reduce((n, s) => n * f(s), 1);
  const made = product((s) => s.to);
  const apart = samplings.map((s, d) => product((t) => t.to, samplings.slice(0, d + 1)) * tapsOf(s) * product((t) => t.from, samplings.slice(d + 1)));
  return 2 * apart.reduce((n, m) => n + m, 0) < made * product(tapsOf);
}

// ── means ────────────────────────────────────────────────────────────────────────────────────────────────────────────

interface SizeAttrs extends Attrs {
  readonly windows: readonly (Window | Adaptive)[];
  readonly padded: boolean;
}

const OVER_SIZE = /* @__PURE__ */ defineOp({
  name: 'overWindowSize',
  form: 'element',
  lower: (ix, [sum], { attrs, dtype }) => {
    const { windows, padded } = attrs as SizeAttrs;
    const counts = windows.map((s, d) => windowSize(s, ix[ix.length - windows.length + d], padded));
    const divide = isFloat(dtype) ? e.div : e.quot;
    return divide(sum(ix), e.cast(counts.reduce((n, m) => e.mul(n, m)), computeType(dtype)));
  },
  grad: (g, { attrs }) => [perElement(g, attrs as SizeAttrs)],
});

const perElement = (sum: Tensor, attrs: SizeAttrs): Tensor => record(OVER_SIZE, [sum], attrs, sum.shape, sum.dtype);

/** The sums of windows, each over how many elements its window holds; `padded` counts padding among them. */
export const overWindowSize = (sum: Tensor, windows: readonly (Window | Adaptive)[], padded: boolean): Tensor =>
  perElement(sum, { windows, padded });
