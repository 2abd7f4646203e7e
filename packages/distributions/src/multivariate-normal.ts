/**
 * The multivariate normal distribution.
 *
 * Invariant: whatever matrix is given, formulas use the lower triangle L with LLᵀ the covariance; the others are computed
 * when they are asked for.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#multivariatenormal
 */
import { ArgumentError, broadcastShapes, cast, enableGrad, floatFor, isTensor, ShapeError, shapeText, type Operand, type Shape, type Tensor } from '@sconce/core';
import { add, diagonal, expand, eye, flip, log, matmul, mT, mul, neg, randn, reshape, square, squeeze, sub, sum, unsqueeze } from '@sconce/ops';
import { cholesky, choleskyInverse, solveTriangular } from '@sconce/ops/linalg';
import { checkOptions } from '@sconce/ops/families';
import { ownOptions, type DistributionOptions } from './arguments.js';
import { realVector, type Constraint } from './constraints.js';
import { Distribution } from './distribution.js';
import { lowerCholesky, positiveDefinite } from './event-constraints.js';
import { LOG_SQRT_2PI } from './numbers.js';

/** One of three matrices. */
export interface CovarianceOptions extends DistributionOptions {
  readonly covarianceMatrix?: Tensor | null;
  readonly precisionMatrix?: Tensor | null;
  /** The lower triangle L with LLᵀ the covariance. */
  readonly scaleTril?: Tensor | null;
}

type MatrixName = 'covarianceMatrix' | 'precisionMatrix' | 'scaleTril';
const MATRICES: readonly MatrixName[] = ['covarianceMatrix', 'precisionMatrix', 'scaleTril'];

export const MATRIX_CONSTRAINTS: Readonly<Record<MatrixName, Constraint>> = {
  covarianceMatrix: positiveDefinite,
  precisionMatrix: positiveDefinite,
  scaleTril: lowerCholesky,
};

/** A covariance by whichever matrix was given, [..., n, n]. */
export class Covariance {
  readonly matrix: Tensor;
  private known: Tensor | undefined;

  constructor(
    readonly name: MatrixName,
    /** As it was given, which may be integers. */
    readonly given: Tensor,
    readonly options: DistributionOptions,
  ) {
    this.matrix = cast(given, floatFor(given.dtype));
  }

  /** The lower triangle, as it was given or computed, not expanded. */
  get tril(): Tensor {
    return (this.known ??= enableGrad(() => this.computed()));
  }
  private computed(): Tensor {
    if (this.name === 'scaleTril') return this.matrix;
    return this.name === 'covarianceMatrix' ? cholesky(this.matrix) : precisionToTril(this.matrix);
  }
  /** The matrix of this name. */
  get(name: MatrixName): Tensor {
    if (name === this.name) return this.matrix;
    const { tril } = this;
    if (name === 'scaleTril') return tril;
    return name === 'covarianceMatrix' ? matmul(tril, mT(tril)) : choleskyInverse(tril);
  }
  /** log |covariance| / 2 */
  get halfLogDet(): Tensor {
    return sum(log(diagonal(this.tril, 0, -2, -1)), -1);
  }
}

/** L with (LLᵀ)⁻¹ = P: the factor of P upside down is an upper triangle whose inverse's transpose it is. */
function precisionToTril(p: Tensor): Tensor {
  const n = p.shape[p.ndim - 1];
  const lower = mT(flip(cholesky(flip(p, [-2, -1])), [-2, -1]));
  return solveTriangular(lower, eye(n, { dtype: p.dtype, device: p.device }), { upper: false });
}

/** The matrix among an argument or options. */
export function givenCovariance(op: string, argument: Tensor | CovarianceOptions | undefined, options: DistributionOptions = {}): Covariance {
  const named: CovarianceOptions = isTensor(argument) ? { ...options, covarianceMatrix: argument } : { ...argument, ...options };
  checkOptions(op, named, [...MATRICES, 'validateArgs']);
  const given = MATRICES.filter((name) => named[name] !== undefined && named[name] !== null);
  if (given.length !== 1) throw new ArgumentError(`${op}: got ${given.length === 0 ? 'no matrix' : given.join(' and ')}, expected one of ${MATRICES.join(', ')}.`);
  const matrix = named[given[0]] as Tensor;
  const n = matrix.shape[matrix.ndim - 1];
  if (matrix.ndim < 2 || matrix.shape[matrix.ndim - 2] !== n) throw new ShapeError(`${op}: ${given[0]} must be square matrices, got shape ${shapeText(matrix.shape)}.`);
  return new Covariance(given[0], matrix, ownOptions(named));
}

/** The product of matrices and vectors. */
export const timesVector = (matrix: Tensor, vector: Tensor): Tensor => squeeze(matmul(matrix, unsqueeze(vector, -1)), -1);

/** |L⁻¹x|² of vectors x, whose batches broadcast with those of L. */
export function mahalanobis(tril: Tensor, x: Tensor): Tensor {
  const n = x.shape[x.ndim - 1];
  if (tril.ndim > 2) return sum(square(squeeze(solveTriangular(tril, unsqueeze(x, -1), { upper: false }), -1)), -1);
  // One matrix: all vectors are columns of one system.
  const columns = mT(reshape(x, [-1, n]));
  return reshape(sum(square(solveTriangular(tril, columns, { upper: false })), 0), x.shape.slice(0, -1));
}

/**
 * Normal vectors with mean `loc` [..., n] and a covariance, given as `covarianceMatrix`, `precisionMatrix` or `scaleTril`:
 * `new MultivariateNormal(loc, covariance)`, `new MultivariateNormal(loc, { scaleTril })`.
 *
 * @throws ArgumentError unless exactly one matrix is given, or where it is not positive-definite (on reading, where it is
 * computed); ShapeError when shapes do not fit.
 * @example
 * new MultivariateNormal(tensor([0.0, 0]), eye(2)).logProb(tensor([0.0, 0]));      // -1.8379
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.multivariate_normal.MultivariateNormal
 */
export class MultivariateNormal extends Distribution {
  static override get argConstraints() {
    return { loc: realVector, ...MATRIX_CONSTRAINTS };
  }
  readonly loc: Tensor;
  readonly covariance: Covariance;

  constructor(loc: Tensor, matrix: Tensor | CovarianceOptions | Covariance, options?: DistributionOptions) {
    const covariance = matrix instanceof Covariance ? matrix : givenCovariance('MultivariateNormal', matrix, options);
    if (!isTensor(loc) || loc.ndim === 0) throw new ShapeError('MultivariateNormal: loc must be a Tensor of at least one dimension.');
    const n = loc.shape[loc.ndim - 1];
    const { shape } = covariance.matrix;
    if (shape[shape.length - 1] !== n) throw new ShapeError(`MultivariateNormal: got loc of shape ${shapeText(loc.shape)} and ${covariance.name} of ${shapeText(shape)}, expected matrices of ${n} rows.`);
    const batchShape = broadcastShapes('MultivariateNormal', loc.shape.slice(0, -1), shape.slice(0, -2));
    super(batchShape, [n], covariance.options);
    this.check({ loc, [covariance.name]: covariance.given });
    this.loc = expand(cast(loc, floatFor(loc.dtype)), [...batchShape, n]);
    this.covariance = covariance;
  }
  expand(batchShape: Shape): MultivariateNormal {
    return new MultivariateNormal(expand(this.loc, [...batchShape, ...this.eventShape]), this.covariance);
  }
  get support() {
    return realVector;
  }
  private matrix(name: MatrixName): Tensor {
    const n = this.eventShape[0];
    return expand(this.covariance.get(name), [...this.batchShape, n, n]);
  }
  get scaleTril(): Tensor {
    return this.matrix('scaleTril');
  }
  get covarianceMatrix(): Tensor {
    return this.matrix('covarianceMatrix');
  }
  get precisionMatrix(): Tensor {
    return this.matrix('precisionMatrix');
  }
  protected override isShown(name: string): boolean {
    return name === 'loc' || name === this.covariance.name;
  }
  override get mean(): Tensor {
    return this.loc;
  }
  override get mode(): Tensor {
    return this.loc;
  }
  override get variance(): Tensor {
    return expand(sum(square(this.covariance.tril), -1), [...this.batchShape, ...this.eventShape]);
  }
  override rsample(shape: Shape = []): Tensor {
    const { dtype, device } = this.loc;
    return add(this.loc, timesVector(this.covariance.tril, randn(this.extended(shape), { dtype, device })));
  }
  override logProb(value: Operand): Tensor {
    const off = sub(this.valueOf('logProb', value), this.loc);
    const norm = add(this.covariance.halfLogDet, this.eventShape[0] * LOG_SQRT_2PI);
    return neg(add(mul(mahalanobis(this.covariance.tril, off), 0.5), norm));
  }
  override entropy(): Tensor {
    return expand(add(this.covariance.halfLogDet, this.eventShape[0] * (0.5 + LOG_SQRT_2PI)), [...this.batchShape]);
  }
}
