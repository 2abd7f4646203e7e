/**
 * Bounds: the larger, the smaller, and what lies between.
 *
 * Invariant: NaN wins, but for `fmax` and `fmin`, where the other operand does. Where two operands are equal, `maximum` and
 * `minimum` give each half of the gradient; a value at a bound of `clamp` keeps all of it.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.clamp.html
 */
import { ArgumentError, type Expr, type Operand, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { binary, elementwise, type ElementwiseDefinition } from '../families/binary.js';
import { describeOp } from '../families/sample.js';
import { mul } from './arithmetic.js';
import { isBoolExpr, isNaNExpr } from '../families/bits.js';
import { noBool } from '../families/checks.js';
import { keywords, type Rest } from '../families/keywords.js';
import { eq, ge, gt, le, lt } from './comparison.js';
import { isnan } from './kind.js';
import { logicalAnd, logicalOr } from './logic.js';
import { where } from './where.js';

type Extremum = (input: Tensor, other: Tensor) => Tensor;

/** Two operands that are never near each other. */
const APART = [
  { tensors: [{ shape: [2, 3], low: 1, high: 2 }, { shape: [3], low: -1, high: 0 }] },
  { tensors: [{ shape: [2, 1], low: -2, high: -1 }, { shape: [3], low: 0, high: 1 }] },
];

const larger = (a: Expr, b: Expr): Expr => (isBoolExpr(a) ? e.or(a, b) : e.max(a, b));
const smaller = (a: Expr, b: Expr): Expr => (isBoolExpr(a) ? e.and(a, b) : e.min(a, b));

/** The gradient of the operand that won; half of it where both did. */
const won = (g: Tensor, winner: Tensor, other: Tensor, lost: typeof lt): Tensor =>
  where(eq(winner, other), mul(g, 0.5), where(lost(winner, other), 0, g));

/**
 * The larger of input and other; NaN when either is.
 *
 * @throws ShapeError when the shapes do not broadcast.
 * @example maximum(tensor([1, 5]), tensor([3, 2]))       // [3, 5]
 * @see https://pytorch.org/docs/stable/generated/torch.maximum.html
 */
export const maximum: Extremum = /* @__PURE__ */ binary({
  name: 'maximum',
  numbers: 'none',
  scalar: larger,
  grad: [(g, _y, a, b) => won(g, a, b, lt), (g, _y, a, b) => won(g, b, a, lt)],
  samples: APART,
});

/**
 * The smaller of input and other; NaN when either is.
 *
 * @throws ShapeError when the shapes do not broadcast.
 * @example minimum(tensor([1, 5]), tensor([3, 2]))       // [1, 2]
 * @see https://pytorch.org/docs/stable/generated/torch.minimum.html
 */
export const minimum: Extremum = /* @__PURE__ */ binary({
  name: 'minimum',
  numbers: 'none',
  scalar: smaller,
  grad: [(g, _y, a, b) => won(g, a, b, gt), (g, _y, a, b) => won(g, b, a, gt)],
  samples: APART,
});

/** A NaN leaves the other operand. */
const numberOf = (a: Expr, b: Expr, best: Expr): Expr => e.select(isNaNExpr(a), b, e.select(isNaNExpr(b), a, best));

/** Whether the gradient goes to the first operand: it won, or the other is NaN. */
const first = (a: Tensor, b: Tensor, wins: typeof ge): Tensor => logicalOr(wins(a, b), isnan(b));

const ignoringNaN = (name: string, best: (a: Expr, b: Expr) => Expr, wins: typeof ge): Extremum =>
  binary({
    name,
    numbers: 'none',
    scalar: (a, b) => numberOf(a, b, best(a, b)),
    grad: [(g, _y, a, b) => where(first(a, b, wins), g, 0), (g, _y, a, b) => where(first(a, b, wins), 0, g)],
    samples: APART,
  });

/**
 * The larger of input and other; where one is NaN, the other one.
 *
 * @throws ShapeError when the shapes do not broadcast.
 * @example fmax(tensor([1, NaN]), tensor([3, 2]))        // [3, 2]
 * @see https://pytorch.org/docs/stable/generated/torch.fmax.html
 */
export const fmax: Extremum = /* @__PURE__ */ ignoringNaN('fmax', larger, ge);

/**
 * The smaller of input and other; where one is NaN, the other one.
 *
 * @throws ShapeError when the shapes do not broadcast.
 * @example fmin(tensor([1, NaN]), tensor([3, 2]))        // [1, 2]
 * @see https://pytorch.org/docs/stable/generated/torch.fmin.html
 */
export const fmin: Extremum = /* @__PURE__ */ ignoringNaN('fmin', smaller, le);

// ── clamp ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const clamping = (definition: Pick<ElementwiseDefinition, 'name' | 'arity' | 'check' | 'scalar' | 'grad'>): ((...operands: Operand[]) => Tensor) =>
  elementwise({ numbers: 'right', ...definition });

const below = /* @__PURE__ */ clamping({
  name: 'clampMax',
  arity: 2,
  scalar: smaller,
  grad: [(g, _y, x, max) => where(le(x, max), g, 0), (g, _y, x, max) => where(gt(x, max), g, 0)],
});

const above = /* @__PURE__ */ clamping({
  name: 'clampMin',
  arity: 2,
  scalar: larger,
  grad: [(g, _y, x, min) => where(ge(x, min), g, 0), (g, _y, x, min) => where(lt(x, min), g, 0)],
});

const between = /* @__PURE__ */ clamping({
  name: 'clamp',
  arity: 3,
  check: noBool,
  scalar: (x, min, max) => e.min(e.max(x, min), max),
  grad: [
    (g, _y, x, min, max) => where(logicalAnd(ge(x, min), le(x, max)), g, 0),
    (g, _y, x, min, max) => where(logicalAnd(lt(x, min), lt(min, max)), g, 0),
    (g, _y, x, min, max) => where(logicalOr(gt(x, max), lt(max, min)), g, 0),
  ],
});

export interface ClampOptions {
  readonly min?: Operand | null;
  readonly max?: Operand | null;
}

const BOUNDS = ['min', 'max'] as const;

/**
 * min(max(input, min), max) of each element.
 *
 * @param rest `min` and `max`, by position or by name: numbers, tensors that broadcast with input, or null for no bound
 * @throws ArgumentError without a bound; DTypeError for bool with two bounds; ShapeError when the shapes do not broadcast.
 * @example
 * clamp(tensor([-2, 0.5, 2]), -1, 1);                    // [-1, 0.5, 1]
 * clamp(tensor([-2, 0.5, 2]), { min: 0 });               // [0, 0.5, 2]
 * @see https://pytorch.org/docs/stable/generated/torch.clamp.html
 */
export const clamp = /* @__PURE__ */ describeOp(
  (input: Tensor, ...rest: Rest<ClampOptions, typeof BOUNDS>): Tensor => {
    const { min = null, max = null } = keywords<ClampOptions>('clamp', BOUNDS, rest);
    if (min !== null && max !== null) return between(input, min, max);
    if (min !== null) return above(input, min);
    if (max !== null) return below(input, max);
    throw new ArgumentError('clamp: got neither min nor max, expected at least one.');
  },
  {
    name: 'clamp',
    samples: [
      { tensors: [{ shape: [2, 3], low: -0.9, high: 0.9 }], rest: [-1, 1] },
      { tensors: [{ shape: [2, 3], low: 2, high: 3 }, { shape: [3], low: 0, high: 0.4 }, { shape: [3], low: 0.6, high: 1 }] },
    ],
    differentiable: true,
  },
);

/** NumPy's name of `clamp`. */
export { clamp as clip };

/**
 * max(input, min) of each element.
 *
 * @throws as `clamp`.
 * @example clampMin(tensor([-2, 2]), 0)                  // [0, 2]
 * @see https://pytorch.org/docs/stable/generated/torch.clamp.html
 */
export const clampMin = /* @__PURE__ */ describeOp((input: Tensor, min: Operand): Tensor => above(input, min), {
  name: 'clampMin',
  samples: APART,
  differentiable: true,
});

/**
 * min(input, max) of each element.
 *
 * @throws as `clamp`.
 * @example clampMax(tensor([-2, 2]), 0)                  // [-2, 0]
 * @see https://pytorch.org/docs/stable/generated/torch.clamp.html
 */
export const clampMax = /* @__PURE__ */ describeOp((input: Tensor, max: Operand): Tensor => below(input, max), {
  name: 'clampMax',
  samples: APART,
  differentiable: true,
});
