/**
 * Orthogonal polynomials, by their recurrences p₍ₖ₊₁₎ = (αx + β)·pₖ − γ·p₍ₖ₋₁₎ from p₀ = 1.
 *
 * A degree that is a small whole number is written out, so it fuses with what is around it. Any other degree takes as many
 * steps as its elements say: that is a routine.
 *
 * Invariant: a degree is truncated to a whole number; below 0 the value is 0. Not differentiable, as in PyTorch.
 *
 * Reference: DLMF 18.9; https://pytorch.org/docs/stable/special.html
 */
import { isTensor, type Expr, type Operand, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { hosted, unary, type Unary } from '../families/index.js';

type Step = readonly [alpha: number, beta: number, gamma: number];

interface Family {
  readonly name: string;
  /** p₁ = ax + b. */
  readonly first: readonly [number, number];
  /** From pₖ to p₍ₖ₊₁₎. */
  readonly step: (k: number) => Step;
  /** The value between −1 and 1 from x = cos θ, for high degrees; the variable is 2x − 1 in shifted families. */
  readonly angle?: (n: number, theta: number) => number;
  readonly isShifted?: boolean;
}

/** Degrees above which the form in angles is used, and up to which a recurrence is written out. */
const HIGH = 8;
const WRITTEN_OUT = 32;

function valueAt({ first, step, angle, isShifted = false }: Family, x: number, degree: number): number {
  const n = Number.isFinite(degree) ? Math.trunc(degree) : -1;
  if (n < 0) return 0;
  if (n === 0) return 1;
  const cosine = isShifted ? 2 * x - 1 : x;
  if (angle !== undefined && n > HIGH && Math.abs(cosine) < 1) return angle(n, Math.acos(cosine));
  let [before, value] = [1, first[0] * x + first[1]];
  for (let k = 1; k < n && !Number.isNaN(value); k++) {
    const [alpha, beta, gamma] = step(k);
    [before, value] = [value, (alpha * x + beta) * value - gamma * before];
  }
  return value;
}

function written({ first, step }: Family, x: Expr, n: number): Expr {
  const linear = (a: number, b: number): Expr => (b === 0 ? e.mul(x, a) : e.add(e.mul(x, a), b));
  let [before, value]: [Expr, Expr] = [e.const(1, x.dtype), linear(...first)];
  for (let k = 1; k < n; k++) {
    const [alpha, beta, gamma] = step(k);
    [before, value] = [value, e.sub(e.mul(linear(alpha, beta), value), e.mul(before, gamma))];
  }
  return n === 0 ? before : value;
}

/** A polynomial of each element of the first, of the degree that the second has in its place. */
export type Polynomial = (input: Operand, n: Operand) => Tensor;

/** Defines a family. */
function family(definition: Family): Polynomial {
  const general = hosted({ name: definition.name, scalar: (x, n) => valueAt(definition, x, n) });
  const degrees = new Map<number, Unary>();
  return (input, n) => {
    if (!isTensor(input) || typeof n !== 'number' || !Number.isInteger(n) || n < 1 || n > WRITTEN_OUT) return general(input, n);
    let op = degrees.get(n);
    if (op === undefined) degrees.set(n, (op = unary({ name: `${definition.name}${n}`, scalar: (x) => written(definition, x, n) })));
    return op(input);
  };
}

const chebyshev: Family['step'] = () => [2, 0, 1];
const shifted: Family['step'] = () => [4, -2, 1];
const ANGLES = {
  t: (n: number, theta: number): number => Math.cos(n * theta),
  u: (n: number, theta: number): number => Math.sin((n + 1) * theta) / Math.sin(theta),
  v: (n: number, theta: number): number => Math.cos((n + 0.5) * theta) / Math.cos(theta / 2),
  w: (n: number, theta: number): number => Math.sin((n + 0.5) * theta) / Math.sin(theta / 2),
};

/**
 * The Chebyshev polynomial of the first kind Tₙ(x) = cos(n arccos x), of each element.
 *
 * @param n the degree: a number, or a tensor that broadcasts with the input
 * @throws ShapeError when the shapes do not broadcast; ArgumentError without a tensor.
 * @example chebyshevPolynomialT(tensor([2.0, 3]), 2)   // [7, 17]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.chebyshev_polynomial_t
 */
export const chebyshevPolynomialT = /* @__PURE__ */ family({ name: 'chebyshevPolynomialT', first: [1, 0], step: chebyshev, angle: ANGLES.t });

/**
 * The Chebyshev polynomial of the second kind Uₙ(x) = sin((n + 1)θ)/sin θ with x = cos θ, of each element.
 *
 * @param n the degree: a number, or a tensor that broadcasts with the input
 * @throws ShapeError when the shapes do not broadcast; ArgumentError without a tensor.
 * @example chebyshevPolynomialU(tensor([2.0, 3]), 2)   // [15, 35]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.chebyshev_polynomial_u
 */
export const chebyshevPolynomialU = /* @__PURE__ */ family({ name: 'chebyshevPolynomialU', first: [2, 0], step: chebyshev, angle: ANGLES.u });

/**
 * The Chebyshev polynomial of the third kind Vₙ(x) = cos((n + ½)θ)/cos(θ/2) with x = cos θ, of each element.
 *
 * @param n the degree: a number, or a tensor that broadcasts with the input
 * @throws ShapeError when the shapes do not broadcast; ArgumentError without a tensor.
 * @example chebyshevPolynomialV(tensor([2.0, 3]), 2)   // [11, 29]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.chebyshev_polynomial_v
 */
export const chebyshevPolynomialV = /* @__PURE__ */ family({ name: 'chebyshevPolynomialV', first: [2, -1], step: chebyshev, angle: ANGLES.v });

/**
 * The Chebyshev polynomial of the fourth kind Wₙ(x) = sin((n + ½)θ)/sin(θ/2) with x = cos θ, of each element.
 *
 * @param n the degree: a number, or a tensor that broadcasts with the input
 * @throws ShapeError when the shapes do not broadcast; ArgumentError without a tensor.
 * @example chebyshevPolynomialW(tensor([2.0, 3]), 2)   // [19, 41]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.chebyshev_polynomial_w
 */
export const chebyshevPolynomialW = /* @__PURE__ */ family({ name: 'chebyshevPolynomialW', first: [2, 1], step: chebyshev, angle: ANGLES.w });

/**
 * The shifted Chebyshev polynomial of the first kind Tₙ(2x − 1), of each element.
 *
 * @param n the degree: a number, or a tensor that broadcasts with the input
 * @throws ShapeError when the shapes do not broadcast; ArgumentError without a tensor.
 * @example shiftedChebyshevPolynomialT(tensor([2.0, 3]), 2)   // [17, 49]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.shifted_chebyshev_polynomial_t
 */
export const shiftedChebyshevPolynomialT = /* @__PURE__ */ family({ name: 'shiftedChebyshevPolynomialT', first: [2, -1], step: shifted, angle: ANGLES.t, isShifted: true });

/**
 * The shifted Chebyshev polynomial of the second kind Uₙ(2x − 1), of each element.
 *
 * @param n the degree: a number, or a tensor that broadcasts with the input
 * @throws ShapeError when the shapes do not broadcast; ArgumentError without a tensor.
 * @example shiftedChebyshevPolynomialU(tensor([2.0, 3]), 2)   // [35, 99]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.shifted_chebyshev_polynomial_u
 */
export const shiftedChebyshevPolynomialU = /* @__PURE__ */ family({ name: 'shiftedChebyshevPolynomialU', first: [4, -2], step: shifted, angle: ANGLES.u, isShifted: true });

/**
 * The shifted Chebyshev polynomial of the third kind Vₙ(2x − 1), of each element.
 *
 * @param n the degree: a number, or a tensor that broadcasts with the input
 * @throws ShapeError when the shapes do not broadcast; ArgumentError without a tensor.
 * @example shiftedChebyshevPolynomialV(tensor([2.0, 3]), 2)   // [29, 89]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.shifted_chebyshev_polynomial_v
 */
export const shiftedChebyshevPolynomialV = /* @__PURE__ */ family({ name: 'shiftedChebyshevPolynomialV', first: [4, -3], step: shifted, angle: ANGLES.v, isShifted: true });

/**
 * The shifted Chebyshev polynomial of the fourth kind Wₙ(2x − 1), of each element.
 *
 * @param n the degree: a number, or a tensor that broadcasts with the input
 * @throws ShapeError when the shapes do not broadcast; ArgumentError without a tensor.
 * @example shiftedChebyshevPolynomialW(tensor([2.0, 3]), 2)   // [41, 109]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.shifted_chebyshev_polynomial_w
 */
export const shiftedChebyshevPolynomialW = /* @__PURE__ */ family({ name: 'shiftedChebyshevPolynomialW', first: [4, -1], step: shifted, angle: ANGLES.w, isShifted: true });

/**
 * The Hermite polynomial Hₙ(x) = 2x Hₙ₋₁(x) − 2(n − 1) Hₙ₋₂(x), the physicist's, of each element.
 *
 * @param n the degree: a number, or a tensor that broadcasts with the input
 * @throws ShapeError when the shapes do not broadcast; ArgumentError without a tensor.
 * @example hermitePolynomialH(tensor([2.0, 3]), 2)   // [14, 34]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.hermite_polynomial_h
 */
export const hermitePolynomialH = /* @__PURE__ */ family({ name: 'hermitePolynomialH', first: [2, 0], step: (k) => [2, 0, 2 * k] });

/**
 * The Hermite polynomial Heₙ(x) = x Heₙ₋₁(x) − (n − 1) Heₙ₋₂(x), the probabilist's, of each element.
 *
 * @param n the degree: a number, or a tensor that broadcasts with the input
 * @throws ShapeError when the shapes do not broadcast; ArgumentError without a tensor.
 * @example hermitePolynomialHe(tensor([2.0, 3]), 2)   // [3, 8]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.hermite_polynomial_he
 */
export const hermitePolynomialHe = /* @__PURE__ */ family({ name: 'hermitePolynomialHe', first: [1, 0], step: (k) => [1, 0, k] });

/**
 * The Laguerre polynomial Lₙ(x) = ((2n − 1 − x) Lₙ₋₁(x) − (n − 1) Lₙ₋₂(x))/n, of each element.
 *
 * @param n the degree: a number, or a tensor that broadcasts with the input
 * @throws ShapeError when the shapes do not broadcast; ArgumentError without a tensor.
 * @example laguerrePolynomialL(tensor([2.0, 3]), 2)   // [-1, -0.5]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.laguerre_polynomial_l
 */
export const laguerrePolynomialL = /* @__PURE__ */ family({ name: 'laguerrePolynomialL', first: [-1, 1], step: (k) => [-1 / (k + 1), (2 * k + 1) / (k + 1), k / (k + 1)] });

/**
 * The Legendre polynomial Pₙ(x) = ((2n − 1) x Pₙ₋₁(x) − (n − 1) Pₙ₋₂(x))/n, of each element.
 *
 * @param n the degree: a number, or a tensor that broadcasts with the input
 * @throws ShapeError when the shapes do not broadcast; ArgumentError without a tensor.
 * @example legendrePolynomialP(tensor([2.0, 3]), 2)   // [5.5, 13]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.legendre_polynomial_p
 */
export const legendrePolynomialP = /* @__PURE__ */ family({ name: 'legendrePolynomialP', first: [1, 0], step: (k) => [(2 * k + 1) / (k + 1), 0, k / (k + 1)] });
