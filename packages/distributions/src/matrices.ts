/**
 * Distributions of matrices: Wishart's, of covariances, and that of Lewandowski, Kurowicka and Joe, of correlations.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#wishart; Smith & Hocking, Wishart variates generator
 * (1972), for Bartlett's decomposition; Lewandowski, Kurowicka & Joe, Generating random correlation matrices based on vines
 * and extended onion method (2009).
 */
import { ArgumentError, broadcastShapes, noGrad, type Operand, type Shape, type Tensor } from '@sconce/core';
import {
  add, arange, clampMin, diagEmbed, diagonal, digamma, div, expand, lgamma, log, matmul, mT, mul, mvlgamma, narrow, pad, randn, reshape, sqrt, square, sub, sum, tril, unsqueeze, where, le, eq,
} from '@sconce/ops';
import { choleskySolve, slogdet } from '@sconce/ops/linalg';
import { broadcastAll, floats, type DistributionOptions } from './arguments.js';
import { Beta } from './beta.js';
import { greaterThan, positive } from './constraints.js';
import { Distribution, type Constraints } from './distribution.js';
import { corrCholesky, positiveDefinite } from './event-constraints.js';
import { Chi2 } from './gamma.js';
import { Covariance, givenCovariance, MATRIX_CONSTRAINTS, type CovarianceOptions } from './multivariate-normal.js';
import { expandTo, limitsOf } from './numbers.js';

const diagonalOf = (x: Tensor): Tensor => diagonal(x, 0, -2, -1);
/** Numbers as matrices of one element. */
const asMatrix = (x: Tensor): Tensor => reshape(x, [...x.shape, 1, 1]);

/** The derivative of mvlgamma(x, p), Σ digamma(x − j/2). */
export function mvdigamma(x: Tensor, p: number): Tensor {
  let total = digamma(x);
  for (let j = 1; j < p; j++) total = add(total, digamma(sub(x, j / 2)));
  return total;
}

/**
 * Sums of `df` products xxᵀ of normal vectors x of a covariance, which is given as in MultivariateNormal.
 *
 * @throws ArgumentError where df is not above n − 1, or a matrix is not positive-definite; ShapeError when shapes do not fit.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.wishart.Wishart
 */
export class Wishart extends Distribution {
  static override get argConstraints(): Constraints {
    return { ...MATRIX_CONSTRAINTS, df: greaterThan(0) };
  }
  readonly df: Tensor;
  readonly covariance: Covariance;

  constructor(df: Operand, matrix: Tensor | CovarianceOptions | Covariance, options?: DistributionOptions) {
    const covariance = matrix instanceof Covariance ? matrix : givenCovariance('Wishart', matrix, options);
    const { shape } = covariance.matrix;
    const n = shape[shape.length - 1];
    const [d] = floats('Wishart', { df, matrix: covariance.matrix });
    const batchShape = broadcastShapes('Wishart', d.shape, shape.slice(0, -2));
    super(batchShape, [n, n], covariance.options);
    this.check({ df, [covariance.name]: covariance.given }, { ...MATRIX_CONSTRAINTS, df: greaterThan(n - 1) });
    this.df = expandTo(d, batchShape);
    this.covariance = covariance;
  }
  expand(batchShape: Shape): Wishart {
    return new Wishart(expandTo(this.df, batchShape), this.covariance);
  }
  override get model(): Tensor {
    return this.covariance.matrix;
  }
  get support() {
    return positiveDefinite;
  }
  get scaleTril(): Tensor {
    return this.expanded('scaleTril');
  }
  get covarianceMatrix(): Tensor {
    return this.expanded('covarianceMatrix');
  }
  get precisionMatrix(): Tensor {
    return this.expanded('precisionMatrix');
  }
  private expanded(name: 'scaleTril' | 'covarianceMatrix' | 'precisionMatrix'): Tensor {
    return expand(this.covariance.get(name), [...this.batchShape, ...this.eventShape]);
  }
  protected override isShown(name: string): boolean {
    return name === 'df' || name === this.covariance.name;
  }
  /** Rows of a matrix. */
  get rows(): number {
    return this.eventShape[0];
  }
  override get mean(): Tensor {
    return mul(asMatrix(this.df), this.covarianceMatrix);
  }
  override get mode(): Tensor {
    const factor = sub(this.df, this.rows + 1);
    return mul(asMatrix(where(le(factor, 0), NaN, factor)), this.covarianceMatrix);
  }
  override get variance(): Tensor {
    const v = this.covarianceMatrix;
    const d = diagonalOf(v);
    return mul(asMatrix(this.df), add(square(v), mul(unsqueeze(d, -1), unsqueeze(d, -2))));
  }
  /** Bartlett: LAAᵀLᵀ with χ numbers on the diagonal of the triangle A and normal ones below it. */
  override rsample(shape: Shape = []): Tensor {
    const { dtype, device } = this.model;
    const degrees = sub(unsqueeze(this.df, -1), arange(this.rows, { dtype, device }));
    const chi = sqrt(clampMin(new Chi2(degrees, { validateArgs: false }).rsample(shape), limitsOf(this.model).eps));
    const factor = matmul(this.covariance.tril, add(diagEmbed(chi), tril(randn(this.extended(shape), { dtype, device }), -1)));
    return matmul(factor, mT(factor));
  }
  override logProb(value: Operand): Tensor {
    const x = this.valueOf('logProb', value);
    const p = this.rows;
    const half = mul(this.df, 0.5);
    const norm = add(mul(this.df, add(this.covariance.halfLogDet, (p * Math.LN2) / 2)), mvlgamma(half, p));
    const trace = sum(diagonalOf(choleskySolve(x, this.covariance.tril)), -1);
    return sub(sub(mul(mul(sub(this.df, p + 1), 0.5), slogdet(x).logabsdet), mul(trace, 0.5)), norm);
  }
  override entropy(): Tensor {
    const p = this.rows;
    const half = mul(this.df, 0.5);
    const scale = mul(add(this.covariance.halfLogDet, (p * Math.LN2) / 2), p + 1);
    const expected = mul(mul(sub(this.df, p + 1), 0.5), mvdigamma(half, p));
    return add(sub(add(scale, mvlgamma(half, p)), expected), mul(half, p));
  }
}

/**
 * Cholesky factors L of correlation matrices of `dim` rows, p(LLᵀ) ∝ |LLᵀ|^(concentration − 1).
 *
 * @throws ArgumentError for fewer than 2 rows, or a concentration that is not positive.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.lkj_cholesky.LKJCholesky
 */
export class LKJCholesky extends Distribution {
  static override get argConstraints() {
    return { concentration: positive };
  }
  readonly concentration: Tensor;

  constructor(readonly dim: number, concentration: Operand = 1, options?: DistributionOptions) {
    if (!Number.isInteger(dim) || dim < 2) throw new ArgumentError(`LKJCholesky: dim must be a whole number from 2, got ${String(dim)}.`);
    const [c] = broadcastAll('LKJCholesky', { concentration });
    super(c.shape, [dim, dim], options);
    this.check({ concentration });
    this.concentration = c;
  }
  expand(batchShape: Shape): LKJCholesky {
    return new LKJCholesky(this.dim, expandTo(this.concentration, batchShape), this.options);
  }
  get support() {
    return corrCholesky;
  }
  /**
   * The onion method: each row has a length that is a root of a beta number, and a direction. Of row k the first
   * concentration is k/2, as the paper has it; PyTorch's k − ½ gives later rows too large correlations.
   */
  override sample(shape: Shape = []): Tensor {
    const { dtype, device } = this.concentration;
    const out = this.extended(shape);
    return noGrad(() => {
      const offset = pad(arange(this.dim - 1, { dtype, device }), [1, 0]);
      const all = add(this.concentration, (this.dim - 2) / 2);
      const squares = new Beta(mul(add(offset, 1), 0.5), sub(unsqueeze(all, -1), mul(offset, 0.5)), { validateArgs: false }).sample(shape);
      const normal = tril(randn(out, { dtype, device }), -1);
      const length = sqrt(sum(square(normal), -1, { keepdim: true }));
      const direction = div(normal, where(eq(length, 0), 1, length));
      const below = mul(sqrt(unsqueeze(squares, -1)), direction);
      const rest = clampMin(sub(1, sum(square(below), -1)), limitsOf(below).tiny);
      return add(below, diagEmbed(sqrt(rest)));
    });
  }
  override logProb(value: Operand): Tensor {
    const x = this.valueOf('logProb', value);
    const { dtype, device } = this.concentration;
    const n = this.dim - 1;
    const order = add(unsqueeze(mul(sub(this.concentration, 1), 2), -1), arange(n - 1, -1, -1, { dtype, device }));
    const density = sum(mul(order, log(narrow(diagonalOf(x), -1, 1, n))), -1);
    const alpha = add(this.concentration, n / 2);
    const norm = add(sub(mvlgamma(sub(alpha, 0.5), n), mul(lgamma(alpha), n)), (n * Math.log(Math.PI)) / 2);
    return sub(density, norm);
  }
}
