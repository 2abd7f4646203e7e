/**
 * Sampling images at positions that are data: the interpolated element at (p₀, p₁, …), with gradients for the image and
 * for the positions.
 *
 * Invariant: every tap's index lies inside the image; one that was outside counts nothing, or was moved in, by padding.
 *
 * Reference: Jaderberg et al., Spatial Transformer Networks (NIPS 2015); PyTorch's GridSampler.h
 */
import { axisRef, computeType, constant, defineOp, freshAxis, record, type Attrs, type Expr, type Reader, type Shape, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { CUBIC as A, cubicWeight } from './sampling.js';

export type GridMode = 'nearest' | 'linear' | 'cubic';
export type GridPadding = 'zeros' | 'border' | 'reflection';

export interface SampleAttrs extends Attrs {
  readonly mode: GridMode;
  /** What lies outside; positions of the other modes than cubic have been moved in before. */
  readonly padding: GridPadding;
  readonly alignCorners: boolean;
}

const TAPS: Record<GridMode, number> = { nearest: 1, linear: 2, cubic: 4 };

interface Tap {
  readonly index: Expr;
  readonly inside: Expr;
  /** Its weight, and how that changes with the position. */
  readonly weight: Expr;
  readonly slope: Expr;
}

const nearSlope = (d: Expr): Expr => e.mul(e.sub(e.mul(d, 3 * (A + 2)), 2 * (A + 3)), d);
const farSlope = (d: Expr): Expr => e.add(e.mul(e.sub(e.mul(d, 3 * A), 10 * A), d), 8 * A);

function cubicSlope(fraction: Expr, j: Expr): Expr {
  const slopes = [farSlope(e.add(fraction, 1)), nearSlope(fraction), e.neg(nearSlope(e.sub(1, fraction))), e.neg(farSlope(e.sub(2, fraction)))];
  return slopes.reduceRight((rest, slope, k) => e.select(e.eq(j, k), slope, rest));
}

/** An index mirrored into 0 … n − 1, at the elements when corners are aligned, otherwise at their outer edges. */
function mirrored(i: Expr, n: number, alignCorners: boolean): Expr {
  const span = alignCorners ? Math.max(n - 1, 1) : n;
  const from = e.abs(alignCorners ? i : e.add(e.add(i, i), 1));
  const period = alignCorners ? 2 * span : 4 * span;
  const phase = e.rem(from, period);
  const folded = e.min(phase, e.sub(period, phase));
  return alignCorners ? folded : e.quot(folded, 2);
}

/** Tap j around position p of n elements. */
function tapAt(p: Expr, j: Expr, n: number, { mode, padding, alignCorners }: SampleAttrs): Tap {
  const compute = p.dtype;
  const one = e.const(1, compute);
  const inRange = (i: Expr): Pick<Tap, 'index' | 'inside'> => ({
    index: e.min(e.max(i, 0), n - 1),
    inside: e.and(e.ge(i, 0), e.lt(i, n)),
  });
  if (mode === 'nearest') return { ...inRange(e.cast(e.nearest(p), 'int32')), weight: one, slope: e.const(0, compute) };
  const low = e.floor(p);
  const fraction = e.sub(p, low);
  if (mode === 'linear') {
    const isHigh = e.eq(j, 1);
    return {
      ...inRange(e.add(e.cast(low, 'int32'), j)),
      weight: e.select(isHigh, fraction, e.sub(1, fraction)),
      slope: e.select(isHigh, one, e.const(-1, compute)),
    };
  }
  const i = e.add(e.cast(low, 'int32'), e.sub(j, 1));
  const { index, inside } = inRange(padding === 'reflection' ? mirrored(i, n, alignCorners) : i);
  return {
    index,
    inside: padding === 'zeros' ? inside : e.const(true, 'bool'),
    weight: cubicWeight(fraction, j),
    slope: cubicSlope(fraction, j),
  };
}

/** The taps of the position at [n, …o], one for each spatial dimension. */
const tapsAt = (positions: readonly Reader[], at: readonly Expr[], r: readonly Expr[], plane: Shape, attrs: SampleAttrs, compute: Expr['dtype']): Tap[] =>
  positions.map((p, d) => tapAt(e.cast(p(at), compute), r[d], plane[d], attrs));

const product = (xs: readonly Expr[]): Expr => xs.reduce((a, b) => e.mul(a, b));
const allInside = (taps: readonly Tap[]): Expr => taps.map((t) => t.inside).reduce((a, b) => e.and(a, b));

// ── the ops ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const SAMPLE = /* @__PURE__ */ defineOp({
  name: 'gridSample',
  form: 'reduce',
  lower: (ix, [x, ...positions], { attrs, dtype }) => {
    const a = attrs as SampleAttrs;
    const compute = computeType(dtype);
    const [n, c, ...out] = ix;
    return e.reduce('sum', positions.map(() => TAPS[a.mode]), (r) => {
      const taps = tapsAt(positions, [n, ...out], r, x.shape.slice(2), a, compute);
      const value = e.mul(e.cast(x([n, c, ...taps.map((t) => t.index)]), compute), product(taps.map((t) => t.weight)));
      return e.select(allInside(taps), value, 0);
    });
  },
  grad: (g, { inputs: [x, ...positions], attrs, needs }) => [
    needs[0] ? record(SPREAD, [g, ...positions], attrs, x.shape, x.dtype) : null,
    ...positions.map((p, d) => (needs[d + 1] ? record(SLOPE, [g, x, ...positions], { ...attrs, dim: d }, p.shape, p.dtype) : null)),
  ],
});

/** The image's gradient: every sample gives its parts to its taps. */
const SPREAD = /* @__PURE__ */ defineOp({
  name: 'gridSampleGradient',
  form: 'scatter',
  lower: (_ix, [g, ...positions], { attrs, shape, dtype }) => {
    const a = attrs as SampleAttrs;
    const compute = computeType(dtype);
    const extents = [...g.shape, ...positions.map(() => TAPS[a.mode])];
    const axes = extents.map((extent) => freshAxis(extent, 's'));
    const at = axes.map((axis) => (axis.extent === 1 ? e.const(0, 'int32') : axisRef(axis)));
    const [n, c, ...out] = at.slice(0, g.shape.length);
    const taps = tapsAt(positions, [n, ...out], at.slice(g.shape.length), shape.slice(2), a, compute);
    const value = e.mul(e.cast(g([n, c, ...out]), compute), product(taps.map((t) => t.weight)));
    return {
      scatter: 'sum',
      base: constant(0, compute),
      axes,
      target: [n, c, ...taps.map((t) => t.index)],
      value: e.select(allInside(taps), value, 0),
    };
  },
});

/** A position's gradient: how the samples there, of all channels, change with it. */
const SLOPE = /* @__PURE__ */ defineOp({
  name: 'gridSamplePositionGradient',
  form: 'reduce',
  lower: (ix, [g, x, ...positions], { attrs, dtype }) => {
    const a = attrs as SampleAttrs & { readonly dim: number };
    const compute = computeType(dtype);
    const [n, ...out] = ix;
    return e.reduce('sum', [x.shape[1], ...positions.map(() => TAPS[a.mode])], ([c, ...r]) => {
      const taps = tapsAt(positions, ix, r, x.shape.slice(2), a, compute);
      const change = product(taps.map((t, d) => (d === a.dim ? t.slope : t.weight)));
      const element = e.mul(e.cast(g([n, c, ...out]), compute), e.cast(x([n, c, ...taps.map((t) => t.index)]), compute));
      return e.select(allInside(taps), e.mul(element, change), 0);
    });
  },
});

/** x [N, C, …] at positions [N, …o], one tensor for each spatial dimension: [N, C, …o]. */
export const sampleAt = (x: Tensor, positions: readonly Tensor[], attrs: SampleAttrs): Tensor =>
  record(SAMPLE, [x, ...positions], attrs, [x.shape[0], x.shape[1], ...positions[0].shape.slice(1)], x.dtype);
