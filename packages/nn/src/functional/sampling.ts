/**
 * Sampling: which elements along an input dimension make an element along the output dimension, and with which weight.
 *
 * Output o reads `taps` inputs. A sliding window, the uneven windows of adaptive pooling and the neighbours of an
 * interpolation differ in nothing else, so pooling, resizing and their gradients are the same few ops over samplings.
 *
 * Invariant: a sampling is data (it is part of a plan's key), and its transpose reads, for input i, exactly the outputs
 * that i is read by, with the same weights. A tap may lie outside; then `inside` is false and its index means nothing.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html;
 * `area_pixel_compute_source_index` in PyTorch's UpSample.h
 */
import type { ComputeType, Expr } from '@sconce/core';
import * as e from '@sconce/core/e';

interface Sizes {
  /** Length of what is read. */
  readonly from: number;
  /** Length of what is made. */
  readonly to: number;
}

/** Output o reads o·stride + j·dilation − low for j below `kernel`. */
export interface Window extends Sizes {
  readonly kind: 'window' | 'cover';
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly low: number;
}

/** Output o reads from ⌊o·from/to⌋ to ⌈(o+1)·from/to⌉. */
export interface Adaptive extends Sizes {
  readonly kind: 'adaptive';
}

/** Output o reads around position (o + center)·scale − back. */
export interface Interpolation extends Sizes {
  readonly kind: 'nearest' | 'linear' | 'cubic';
  readonly scale: number;
  readonly center: number;
  readonly back: number;
}

/** The transpose of an interpolation. */
export interface Reverse extends Sizes {
  readonly kind: 'reverse';
  readonly of: Interpolation;
}

export type Sampling = Window | Adaptive | Interpolation | Reverse;

export interface Tap {
  readonly index: Expr;
  /** Absent: always. */
  readonly inside?: Expr;
  /** Absent: 1. */
  readonly weight?: Expr;
}

interface Rules<S extends Sampling> {
  readonly taps: (s: S) => number;
  readonly tap: (s: S, o: Expr, j: Expr, compute: ComputeType) => Tap;
  readonly transpose: (s: S) => Sampling;
}

const both = (a: Expr, b: Expr): Expr => e.and(a, b);
const within = (x: Expr, n: number): Expr => both(e.ge(x, 0), e.lt(x, n));

// ── windows ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const extentOf = ({ kernel, dilation }: Window): number => (kernel - 1) * dilation;

/** Whether every window lies inside the input. */
const isFull = (s: Window): boolean => s.low <= 0 && (s.to - 1) * s.stride + extentOf(s) - s.low < s.from;

const window: Rules<Window> = {
  taps: (s) => s.kernel,
  tap(s, o, j) {
    const index = e.sub(e.add(e.mul(o, s.stride), e.mul(j, s.dilation)), s.low);
    return isFull(s) ? { index } : { index, inside: within(index, s.from) };
  },
  transpose: (s) => ({ ...s, kind: 'cover', from: s.to, to: s.from }),
};

/** Leaves a dimension as it is. */
export const atRest = (n: number): Window => ({ kind: 'window', from: n, to: n, kernel: 1, stride: 1, dilation: 1, low: 0 });

/** The windows that an element is in: `from` windows, `to` elements. */
const cover: Rules<Window> = {
  taps: (s) => Math.floor(extentOf(s) / s.stride) + 1,
  tap(s, i, j) {
    // The first window that reaches i is ⌈(i + low − extent) / stride⌉, counted from `before` so that nothing is negative.
    const extent = extentOf(s);
    const before = Math.ceil(Math.max(extent - s.low, 0) / s.stride);
    const position = e.add(i, s.low - extent + before * s.stride + s.stride - 1);
    const index = e.sub(e.add(e.quot(position, s.stride), j), before);
    // Where in that window i lies: i + low − index · stride, in a form whose range is plain. It is never above the extent.
    const offset = e.sub(e.add(e.rem(position, s.stride), extent + 1 - s.stride), e.mul(j, s.stride));
    const reached = both(within(index, s.from), e.ge(offset, 0));
    return { index, inside: s.dilation === 1 ? reached : both(reached, e.eq(e.rem(offset, s.dilation), 0)) };
  },
  transpose: (s) => ({ ...s, kind: 'window', from: s.to, to: s.from }),
};

// ── adaptive windows ─────────────────────────────────────────────────────────────────────────────────────────────────

const startOf = ({ from, to }: Sizes, o: Expr): Expr => e.quot(e.mul(o, from), to);
const endOf = ({ from, to }: Sizes, o: Expr): Expr => e.quot(e.add(e.mul(o, from), from + to - 1), to);

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));

/** ⌈(o + 1) · from / to⌉ − ⌊o · from / to⌋ at its largest: o · from mod to takes every multiple of the common divisor. */
function largestWindow({ from, to }: Sizes): number {
  if (to === 0) return 0;
  const rest = from % to;
  return (from - rest) / to + (rest === 0 ? 0 : rest > commonDivisor(from, to) ? 2 : 1);
}

const adaptive: Rules<Adaptive> = {
  taps: largestWindow,
  tap(s, o, j) {
    const index = e.add(startOf(s, o), j);
    return s.from % s.to === 0 ? { index } : { index, inside: e.lt(index, endOf(s, o)) };
  },
  // i lies in window o exactly where o lies in window i of the opposite sampling.
  transpose: (s) => ({ kind: 'adaptive', from: s.to, to: s.from }),
};

/** How many elements window o holds. `padded`: counting those outside, up to the end of the padding. */
export function windowSize(s: Window | Adaptive, o: Expr, padded: boolean): Expr {
  if (s.kind === 'adaptive') return e.sub(endOf(s, o), startOf(s, o));
  if (isFull(s)) return e.const(s.kernel, 'int32');
  const start = e.sub(e.mul(o, s.stride), s.low);
  const end = e.min(e.add(start, s.kernel), s.from + (padded ? s.low : 0));
  return e.sub(end, padded ? start : e.max(start, 0));
}

// ── interpolation ────────────────────────────────────────────────────────────────────────────────────────────────────

/** Positions in floats: an index is exact there. */
const positionOf = ({ scale, center, back }: Interpolation, o: Expr, compute: ComputeType): Expr =>
  e.sub(e.mul(e.add(e.cast(o, compute), center), scale), back);

const clampTo = (x: Expr, n: number): Expr => e.min(e.max(x, 0), n - 1);
const floorOf = (x: Expr): Expr => e.cast(e.floor(x), 'int32');

const nearest: Rules<Interpolation> = {
  taps: () => 1,
  // PyTorch finds the nearest element in float32, whatever the dtype.
  tap: (s, o) => ({ index: s.scale === 1 ? o : clampTo(floorOf(positionOf(s, o, 'float32')), s.from) }),
  transpose: (s) => reversed(s),
};

const linear: Rules<Interpolation> = {
  taps: () => 2,
  tap(s, o, j, compute) {
    const position = e.max(positionOf(s, o, compute), 0);
    const low = e.min(floorOf(position), s.from - 1);
    const high = e.sub(position, e.cast(low, compute));
    const isHigh = e.eq(j, 1);
    return { index: e.min(e.add(low, j), s.from - 1), weight: e.select(isHigh, high, e.sub(1, high)) };
  },
  transpose: (s) => reversed(s),
};

/** Keys' cubic convolution with A = −0.75: its two pieces, for distances below 1 and below 2. */
export const CUBIC = -0.75;
const near = (d: Expr): Expr => e.add(e.mul(e.mul(e.sub(e.mul(d, CUBIC + 2), CUBIC + 3), d), d), 1);
const far = (d: Expr): Expr => e.sub(e.mul(e.add(e.mul(e.sub(e.mul(d, CUBIC), 5 * CUBIC), d), 8 * CUBIC), d), 4 * CUBIC);

/** The four weights at a fraction between two elements. */
export function cubicWeight(fraction: Expr, j: Expr): Expr {
  const weights = [far(e.add(fraction, 1)), near(fraction), near(e.sub(1, fraction)), far(e.sub(2, fraction))];
  return weights.reduceRight((rest, weight, k) => e.select(e.eq(j, k), weight, rest));
}

const cubic: Rules<Interpolation> = {
  taps: () => 4,
  tap(s, o, j, compute) {
    const position = positionOf(s, o, compute);
    const low = e.floor(position);
    const index = clampTo(e.add(e.cast(low, 'int32'), e.sub(j, 1)), s.from);
    return { index, weight: cubicWeight(e.sub(position, low), j) };
  },
  transpose: (s) => reversed(s),
};

const reversed = (s: Interpolation): Reverse => ({ kind: 'reverse', of: s, from: s.to, to: s.from });

/** How far from its position an output reads. */
const REACH: Record<Interpolation['kind'], number> = { nearest: 1, linear: 1, cubic: 2 };

/** Room for the rounding of positions near the ends of a reach. */
const SLACK = 1 / 64;

const reverse: Rules<Reverse> = {
  taps: ({ of, from }) => (of.scale === 0 ? from : Math.min(from, Math.floor((2 * REACH[of.kind] + 2 * SLACK) / of.scale) + 2)),
  tap({ of, from }, i, j, compute) {
    const { kind, scale, center, back } = of;
    const start = e.sub(e.mul(e.sub(e.cast(i, 'float32'), REACH[kind] + SLACK - back), 1 / scale), center);
    const index = scale === 0 ? j : e.add(e.max(floorOf(start), 0), j);
    const rules = RULES[of.kind] as Rules<Interpolation>;
    let weight: Expr = e.const(0, compute);
    for (let k = 0; k < rules.taps(of); k++) {
      const tap = rules.tap(of, index, e.const(k, 'int32'), compute);
      weight = e.add(weight, e.select(e.eq(tap.index, i), tap.weight ?? e.const(1, compute), 0));
    }
    return { index, inside: e.lt(index, from), weight };
  },
  transpose: ({ of }) => of,
};

// ── all ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const RULES: { readonly [K in Sampling['kind']]: Rules<Extract<Sampling, { kind: K }>> } & Record<'window' | 'cover', Rules<Window>> &
  Record<Interpolation['kind'], Rules<Interpolation>> = { window, cover, adaptive, nearest, linear, cubic, reverse };

const rulesOf = (s: Sampling): Rules<Sampling> => RULES[s.kind] as unknown as Rules<Sampling>;

/** How many inputs an output reads, at most. */
export const tapsOf = (s: Sampling): number => rulesOf(s).taps(s);

/** Input j of output o. */
export const tapOf = (s: Sampling, o: Expr, j: Expr, compute: ComputeType): Tap => rulesOf(s).tap(s, o, j, compute);

/** The sampling that reads outputs for inputs. */
export const transposed = (s: Sampling): Sampling => rulesOf(s).transpose(s);
