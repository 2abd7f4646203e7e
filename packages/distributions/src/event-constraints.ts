/**
 * Constraints of vectors and matrices: simplices, one-hot vectors, triangles, positive-definite matrices.
 *
 * Invariant: as in `constraints.ts`, each says in ops and in JavaScript the same.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#module-torch.distributions.constraints
 */
import { sizeOf, type Tensor } from '@sconce/core';
import { abs, all, diagonal, eq, full, ge, gt, isclose, le, logicalAnd, logicalOr, lt, mT, mul, sqrt, sub, sum, tril } from '@sconce/ops';
import { choleskyEx, eigvalsh } from '@sconce/ops/linalg';
import type { Constraint } from './constraints.js';
import { limitsOf } from './numbers.js';

type Event = readonly number[];

interface EventRule {
  readonly kind: string;
  readonly eventDim: number;
  readonly isDiscrete?: boolean;
  readonly upperBound?: number;
  readonly check: (x: Tensor) => Tensor;
  /** Of the numbers of one event, whose last dimension has `n`. */
  readonly test: (event: Event, n: number) => boolean;
}

function event({ kind, eventDim, isDiscrete = false, upperBound, check, test }: EventRule): Constraint {
  const text = upperBound === undefined ? kind : `${kind}(${upperBound})`;
  return {
    kind,
    isDiscrete,
    eventDim,
    ...(upperBound !== undefined && { upperBound }),
    check,
    violation({ values, shape }) {
      const size = sizeOf(shape.slice(shape.length - eventDim));
      for (let position = 0; position * size < values.length; position++) {
        const value = Array.from({ length: size }, (_, i) => values[position * size + i]);
        if (!test(value, shape[shape.length - 1])) return { value, position, constraint: text };
      }
      return undefined;
    },
    toString: () => text,
  };
}

const total = (x: Event): number => x.reduce((a, b) => a + b, 0);
const every = (x: Tensor, dims: number): Tensor => all(dims === 1 ? x : all(x, -1), -1);

// ── vectors ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Not negative, adding up to 1. */
export const simplex: Constraint = /* @__PURE__ */ event({
  kind: 'simplex',
  eventDim: 1,
  check: (x) => logicalAnd(every(ge(x, 0), 1), lt(abs(sub(sum(x, -1), 1)), 1e-6)),
  test: (x) => x.every((p) => p >= 0) && Math.abs(total(x) - 1) < 1e-6,
});

/** One 1, otherwise 0. */
export const oneHot: Constraint = /* @__PURE__ */ event({
  kind: 'oneHot',
  eventDim: 1,
  isDiscrete: true,
  check: (x) => logicalAnd(every(logicalOr(eq(x, 0), eq(x, 1)), 1), eq(sum(x, -1), 1)),
  test: (x) => x.every((p) => p === 0 || p === 1) && total(x) === 1,
});

/** Not negative, adding up to at most `upperBound`. */
export const multinomial = (upperBound: number): Constraint =>
  event({
    kind: 'multinomial',
    eventDim: 1,
    isDiscrete: true,
    upperBound,
    check: (x) => logicalAnd(every(ge(x, 0), 1), le(sum(x, -1), upperBound)),
    test: (x) => x.every((k) => k >= 0) && total(x) <= upperBound,
  });

// ── matrices ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const isLower = (x: Event, n: number): boolean => x.every((v, i) => i % n <= Math.floor(i / n) || v === 0);
const lowerCheck = (x: Tensor): Tensor => every(eq(tril(x), x), 2);
const positiveDiagonal = (x: Tensor): Tensor => every(gt(diagonal(x, 0, -2, -1), 0), 1);
const hasPositiveDiagonal = (x: Event, n: number): boolean => x.every((v, i) => i % (n + 1) !== 0 || v > 0);

export const lowerTriangular: Constraint = /* @__PURE__ */ event({ kind: 'lowerTriangular', eventDim: 2, check: lowerCheck, test: isLower });

/** Lower triangles with a positive diagonal. */
export const lowerCholesky: Constraint = /* @__PURE__ */ event({
  kind: 'lowerCholesky',
  eventDim: 2,
  check: (x) => logicalAnd(lowerCheck(x), positiveDiagonal(x)),
  test: (x, n) => isLower(x, n) && hasPositiveDiagonal(x, n),
});

/** Lower triangles with a positive diagonal and rows of length 1. */
export const corrCholesky: Constraint = /* @__PURE__ */ event({
  kind: 'corrCholesky',
  eventDim: 2,
  check(x) {
    const lengths = sqrt(sum(mul(x, x), -1));
    const unit = every(le(abs(sub(lengths, 1)), limitsOf(x).eps * x.shape[x.ndim - 1] * 10), 1);
    return logicalAnd(logicalAnd(lowerCheck(x), positiveDiagonal(x)), unit);
  },
  test: (x, n) =>
    isLower(x, n) && hasPositiveDiagonal(x, n) && x.every((_, i) => i % n !== 0 || Math.abs(Math.hypot(...x.slice(i, i + n)) - 1) <= n * 1e-6),
});

const isSquare = (x: Event, n: number): boolean => x.length === n * n;
const squareCheck = (x: Tensor): Tensor => full(x.shape.slice(0, -2), x.shape[x.ndim - 1] === x.shape[x.ndim - 2], { device: x.device });

export const square: Constraint = /* @__PURE__ */ event({ kind: 'square', eventDim: 2, check: squareCheck, test: isSquare });

const isSymmetric = (x: Event, n: number): boolean =>
  isSquare(x, n) && x.every((v, i) => Math.abs(v - x[(i % n) * n + Math.floor(i / n)]) <= 1e-6 + 1e-5 * Math.abs(v));
const symmetricCheck = (x: Tensor): Tensor =>
  x.shape[x.ndim - 1] === x.shape[x.ndim - 2] ? every(isclose(x, mT(x), { atol: 1e-6 }), 2) : squareCheck(x);

export const symmetric: Constraint = /* @__PURE__ */ event({ kind: 'symmetric', eventDim: 2, check: symmetricCheck, test: isSymmetric });

/** Whether Cholesky's algorithm comes through, with pivots of at least `least`. */
function factorises(x: Event, n: number, least: number): boolean {
  const l = [...x];
  for (let j = 0; j < n; j++) {
    for (let k = 0; k < j; k++) for (let i = j; i < n; i++) l[i * n + j] -= l[i * n + k] * l[j * n + k];
    const pivot = l[j * n + j];
    if (!(pivot > least)) return false;
    for (let i = j; i < n; i++) l[i * n + j] /= Math.sqrt(pivot);
  }
  return true;
}

export const positiveDefinite: Constraint = /* @__PURE__ */ event({
  kind: 'positiveDefinite',
  eventDim: 2,
  check: (x) => logicalAnd(symmetricCheck(x), eq(choleskyEx(x).info, 0)),
  test: (x, n) => isSymmetric(x, n) && factorises(x, n, 0),
});

export const positiveSemidefinite: Constraint = /* @__PURE__ */ event({
  kind: 'positiveSemidefinite',
  eventDim: 2,
  check: (x) => logicalAnd(symmetricCheck(x), every(ge(eigvalsh(x), 0), 1)),
  test: (x, n) => isSymmetric(x, n) && factorises(x.map((v, i) => (i % (n + 1) === 0 ? v + 1e-7 * Math.abs(v) + 1e-30 : v)), n, 0),
});
