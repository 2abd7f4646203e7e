/**
 * Constraints: regions in which parameters and values lie, as data.
 *
 * A constraint says it twice: `check` in ops, for any tensor, and `test` in JavaScript, for values that are on the host
 * already, so that a bad argument is an error at the call and costs no kernel.
 *
 * Invariant: `check` gives a truth value for every event, a group of the last `eventDim` dimensions.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#module-torch.distributions.constraints
 */
import { ArgumentError, broadcastShapes, isTensor, sizeOf, type Operand, type Shape, type Tensor } from '@sconce/core';
import { all, cat as joined, eq, floor, ge, gt, le, logicalAnd, logicalOr, lt, narrow, reshape, select, stack as stacked } from '@sconce/ops';

/** What is wrong: the first element or event that breaks a constraint, and the bounds that it meets. */
export interface Violation {
  readonly value: number | readonly number[];
  /** Position among the elements, or among the events. */
  readonly position: number;
  readonly constraint: string;
}

/** Numbers on the host. */
export interface Numbers {
  readonly values: ArrayLike<number>;
  readonly shape: Shape;
}

export interface Constraint {
  /** Constraints of one kind share a transform to them: `bijectTo` and `transformTo` look it up. */
  readonly kind: string;
  readonly isDiscrete: boolean;
  readonly eventDim: number;
  /** Whether it depends on other values, so that it cannot be checked by itself. */
  readonly isDependent?: boolean;
  readonly lowerBound?: Operand;
  readonly upperBound?: Operand;
  /** Of `independent`, `cat` and `stack`. */
  readonly base?: Constraint;
  readonly reinterpretedBatchNdims?: number;
  readonly parts?: readonly Constraint[];
  readonly dim?: number;
  readonly lengths?: readonly number[];
  /** A truth value for each event. */
  check(value: Tensor): Tensor;
  /** What is wrong with numbers on the host; `known` gives those of a bound, or undefined. */
  violation(numbers: Numbers, known: (x: Operand) => Numbers | undefined): Violation | undefined;
  toString(): string;
}

const textOf = (kind: string, bounds: readonly unknown[]): string => (bounds.length === 0 ? kind : `${kind}(${bounds.map(String).join(', ')})`);
const boundText = (x: Operand): string => (isTensor(x) ? `Tensor [${x.shape.join(', ')}]` : String(x));

// ── of single numbers ────────────────────────────────────────────────────────────────────────────────────────────────

/** The place in an array of `shape` of element `i` of an array of shape `out`, to which the former broadcasts. */
function placeIn(shape: Shape, out: Shape, i: number): number {
  let [place, step, rest] = [0, 1, i];
  for (let d = out.length - 1, own = shape.length - 1; d >= 0; d--, own--) {
    if (own >= 0) {
      place += shape[own] === 1 ? 0 : (rest % out[d]) * step;
      step *= shape[own];
    }
    rest = Math.floor(rest / out[d]);
  }
  return place;
}

interface ScalarRule {
  readonly kind: string;
  readonly isDiscrete?: boolean;
  readonly bounds?: readonly Operand[];
  readonly named?: Pick<Constraint, 'lowerBound' | 'upperBound'>;
  readonly check: (x: Tensor) => Tensor;
  readonly test: (x: number, ...bounds: number[]) => boolean;
}

function scalar({ kind, isDiscrete = false, bounds = [], named, check, test }: ScalarRule): Constraint {
  return {
    kind,
    isDiscrete,
    eventDim: 0,
    ...named,
    check,
    violation({ values, shape }, known) {
      const limits = bounds.map(known).filter((l) => l !== undefined);
      if (limits.length < bounds.length) return undefined;
      const out = broadcastShapes(kind, shape, ...limits.map((l) => l.shape));
      for (let i = 0; i < sizeOf(out); i++) {
        const position = placeIn(shape, out, i);
        const own = limits.map((l) => l.values[placeIn(l.shape, out, i)]);
        if (!test(values[position], ...own)) return { value: values[position], position, constraint: textOf(kind, own) };
      }
      return undefined;
    },
    toString: () => textOf(kind, bounds.map(boundText)),
  };
}

const isWhole = (x: Tensor): Tensor => eq(floor(x), x);
const whole = Number.isInteger;

/** Any number but NaN. */
export const real: Constraint = /* @__PURE__ */ scalar({ kind: 'real', check: (x) => eq(x, x), test: (x) => !Number.isNaN(x) });

/** 0 or 1. */
export const boolean: Constraint = /* @__PURE__ */ scalar({
  kind: 'boolean',
  isDiscrete: true,
  check: (x) => logicalOr(eq(x, 0), eq(x, 1)),
  test: (x) => x === 0 || x === 1,
});

/** x > lowerBound. */
export const greaterThan = (lowerBound: Operand): Constraint =>
  scalar({ kind: 'greaterThan', bounds: [lowerBound], named: { lowerBound }, check: (x) => gt(x, lowerBound), test: (x, low) => x > low });

/** x ≥ lowerBound. */
export const greaterThanEq = (lowerBound: Operand): Constraint =>
  scalar({ kind: 'greaterThanEq', bounds: [lowerBound], named: { lowerBound }, check: (x) => ge(x, lowerBound), test: (x, low) => x >= low });

/** x < upperBound. */
export const lessThan = (upperBound: Operand): Constraint =>
  scalar({ kind: 'lessThan', bounds: [upperBound], named: { upperBound }, check: (x) => lt(x, upperBound), test: (x, high) => x < high });

/** lowerBound ≤ x ≤ upperBound. */
export const interval = (lowerBound: Operand, upperBound: Operand): Constraint =>
  scalar({
    kind: 'interval',
    bounds: [lowerBound, upperBound],
    named: { lowerBound, upperBound },
    check: (x) => logicalAnd(ge(x, lowerBound), le(x, upperBound)),
    test: (x, low, high) => x >= low && x <= high,
  });

/** lowerBound ≤ x < upperBound. */
export const halfOpenInterval = (lowerBound: Operand, upperBound: Operand): Constraint =>
  scalar({
    kind: 'halfOpenInterval',
    bounds: [lowerBound, upperBound],
    named: { lowerBound, upperBound },
    check: (x) => logicalAnd(ge(x, lowerBound), lt(x, upperBound)),
    test: (x, low, high) => x >= low && x < high,
  });

/** Whole numbers with lowerBound ≤ x ≤ upperBound. */
export const integerInterval = (lowerBound: Operand, upperBound: Operand): Constraint =>
  scalar({
    kind: 'integerInterval',
    isDiscrete: true,
    bounds: [lowerBound, upperBound],
    named: { lowerBound, upperBound },
    check: (x) => logicalAnd(isWhole(x), logicalAnd(ge(x, lowerBound), le(x, upperBound))),
    test: (x, low, high) => whole(x) && x >= low && x <= high,
  });

const integerFrom = (lowerBound: number): Constraint =>
  scalar({
    kind: 'integerGreaterThan',
    isDiscrete: true,
    bounds: [lowerBound],
    named: { lowerBound },
    check: (x) => logicalAnd(isWhole(x), ge(x, lowerBound)),
    test: (x, low) => whole(x) && x >= low,
  });

export const nonnegativeInteger: Constraint = /* @__PURE__ */ integerFrom(0);
export const positiveInteger: Constraint = /* @__PURE__ */ integerFrom(1);
export const positive: Constraint = /* @__PURE__ */ greaterThan(0);
export const nonnegative: Constraint = /* @__PURE__ */ greaterThanEq(0);
export const unitInterval: Constraint = /* @__PURE__ */ interval(0, 1);

/** What depends on other values and cannot be checked by itself. */
export const dependent: Constraint = /* @__PURE__ */ dependentOn();

function dependentOn(): Constraint {
  return {
    ...scalar({ kind: 'dependent', check: refused, test: () => true }),
    isDependent: true,
  };
}

function refused(): never {
  throw new ArgumentError('check: a dependent constraint cannot be checked by itself. Use the support of the distribution.');
}

export const isDependent = (constraint: Constraint): boolean => constraint.isDependent === true;

// ── of several at once ───────────────────────────────────────────────────────────────────────────────────────────────

/** `base` for the last `reinterpretedBatchNdims` dimensions together: an event is in it when all its elements are. */
export function independent(base: Constraint, reinterpretedBatchNdims: number): Constraint {
  return {
    kind: 'independent',
    isDiscrete: base.isDiscrete,
    eventDim: base.eventDim + reinterpretedBatchNdims,
    base,
    reinterpretedBatchNdims,
    check(value) {
      const each = base.check(value);
      return reinterpretedBatchNdims === 0 ? each : all(reshape(each, [...each.shape.slice(0, each.ndim - reinterpretedBatchNdims), -1]), -1);
    },
    violation: (numbers, known) => base.violation(numbers, known),
    toString: () => `independent(${String(base)}, ${reinterpretedBatchNdims})`,
  };
}

export const realVector: Constraint = /* @__PURE__ */ independent(real, 1);

/** The constraints of pieces of lengths `lengths` along `dim`, which lie beside each other as `cat` puts them. */
export function cat(parts: readonly Constraint[], dim = 0, lengths: readonly number[] = parts.map(() => 1)): Constraint {
  const starts = lengths.map((_, i) => lengths.slice(0, i).reduce((a, b) => a + b, 0));
  return {
    kind: 'cat',
    isDiscrete: parts.some((c) => c.isDiscrete),
    eventDim: Math.max(0, ...parts.map((c) => c.eventDim)),
    parts,
    dim,
    lengths,
    check: (value) => joined(parts.map((c, i) => c.check(narrow(value, dim, starts[i], lengths[i]))), dim),
    violation: () => undefined,
    toString: () => `cat([${parts.map(String).join(', ')}], ${dim})`,
  };
}

/** The constraints of the slices along `dim`, as `stack` puts them. */
export function stack(parts: readonly Constraint[], dim = 0): Constraint {
  const most = Math.max(0, ...parts.map((c) => c.eventDim));
  return {
    kind: 'stack',
    isDiscrete: parts.some((c) => c.isDiscrete),
    eventDim: most + (dim + most < 0 ? 1 : 0),
    parts,
    dim,
    check: (value) => stacked(parts.map((c, i) => c.check(select(value, dim, i))), dim),
    violation: () => undefined,
    toString: () => `stack([${parts.map(String).join(', ')}], ${dim})`,
  };
}
