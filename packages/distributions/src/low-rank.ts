/**
 * Multivariate normal vectors whose covariance is one of low rank and a diagonal: WWᵀ + D.
 *
 * Invariant: no system has more rows than W has columns, thanks to the capacitance C = I + WᵀD⁻¹W.
 *
 * Reference: Woodbury, Inverting modified matrices (1950); the matrix determinant lemma.
 */
import { ArgumentError, broadcastShapes, isTensor, ShapeError, shapeText, type Operand, type Shape, type Tensor } from '@sconce/core';
import { add, diagEmbed, diagonal, div, expand, eye, log, matmul, mT, mul, randn, reciprocal, sqrt, square, sub, sum, unsqueeze } from '@sconce/ops';
import { cholesky, solveTriangular } from '@sconce/ops/linalg';
import { floats, type DistributionOptions } from './arguments.js';
import { independent, positive, real, realVector } from './constraints.js';
import { Distribution } from './distribution.js';
import { mahalanobis, timesVector } from './multivariate-normal.js';
import { LOG_SQRT_2PI } from './numbers.js';

const identity = ({ dtype, device }: Tensor, n: number): Tensor => eye(n, { dtype, device });

/** WWᵀ + D as its parts, not expanded. */
class LowRank {
  readonly capacitanceTril: Tensor;
  /** WᵀD⁻¹ */
  readonly scaled: Tensor;

  constructor(readonly factor: Tensor, readonly diag: Tensor) {
    this.scaled = div(mT(factor), unsqueeze(diag, -2));
    this.capacitanceTril = cholesky(add(matmul(this.scaled, factor), identity(factor, factor.shape[factor.ndim - 1])));
  }
  get logDet(): Tensor {
    const ofCapacitance = sum(log(diagonal(this.capacitanceTril, 0, -2, -1)), -1);
    return add(mul(ofCapacitance, 2), sum(log(this.diag), -1));
  }
  /** xᵀ(WWᵀ + D)⁻¹x */
  mahalanobis(x: Tensor): Tensor {
    return sub(sum(div(square(x), this.diag), -1), mahalanobis(this.capacitanceTril, timesVector(this.scaled, x)));
  }
  /** A with (WWᵀ + D)⁻¹ = D⁻¹ − AᵀA */
  get correction(): Tensor {
    return solveTriangular(this.capacitanceTril, this.scaled, { upper: false });
  }
}

/**
 * Normal vectors with mean `loc` [..., n] and covariance WWᵀ + D, where W is `covFactor` [..., n, m] and D has the diagonal
 * `covDiag` [..., n].
 *
 * @throws ArgumentError for a diagonal that is not positive; ShapeError when shapes do not fit.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.lowrank_multivariate_normal.LowRankMultivariateNormal
 */
export class LowRankMultivariateNormal extends Distribution {
  static override get argConstraints() {
    return {
      loc: realVector,
      covFactor: independent(real, 2),
      covDiag: independent(positive, 1),
    };
  }
  readonly loc: Tensor;
  readonly covFactor: Tensor;
  readonly covDiag: Tensor;
  readonly parts: LowRank;

  constructor(loc: Tensor, covFactor: Tensor, covDiag: Tensor, options?: DistributionOptions) {
    for (const [name, x] of Object.entries({ loc, covFactor, covDiag })) {
      if (!isTensor(x)) throw new ArgumentError(`LowRankMultivariateNormal: ${name} must be a Tensor.`);
    }
    const n = loc.shape[loc.ndim - 1];
    if (loc.ndim < 1 || covFactor.ndim < 2 || covFactor.shape[covFactor.ndim - 2] !== n || covDiag.shape[covDiag.ndim - 1] !== n) {
      throw new ShapeError(`LowRankMultivariateNormal: got loc ${shapeText(loc.shape)}, covFactor ${shapeText(covFactor.shape)} and covDiag ${shapeText(covDiag.shape)}, expected [..., n], [..., n, m] and [..., n].`);
    }
    const batchShape = broadcastShapes('LowRankMultivariateNormal', loc.shape.slice(0, -1), covFactor.shape.slice(0, -2), covDiag.shape.slice(0, -1));
    super(batchShape, [n], options);
    this.check({ loc, covFactor, covDiag });
    const [l, w, d] = floats('LowRankMultivariateNormal', { loc, covFactor, covDiag });
    this.loc = expand(l, [...batchShape, n]);
    this.covFactor = expand(w, [...batchShape, ...w.shape.slice(-2)]);
    this.covDiag = expand(d, [...batchShape, n]);
    this.parts = new LowRank(w, d);
  }
  expand(batchShape: Shape): LowRankMultivariateNormal {
    return new LowRankMultivariateNormal(expand(this.loc, [...batchShape, ...this.eventShape]), this.parts.factor, this.parts.diag, this.options);
  }
  get support() {
    return realVector;
  }
  private square(x: Tensor): Tensor {
    const n = this.eventShape[0];
    return expand(x, [...this.batchShape, n, n]);
  }
  get covarianceMatrix(): Tensor {
    const { factor, diag } = this.parts;
    return this.square(add(matmul(factor, mT(factor)), diagEmbed(diag)));
  }
  get precisionMatrix(): Tensor {
    const a = this.parts.correction;
    return this.square(sub(diagEmbed(reciprocal(this.parts.diag)), matmul(mT(a), a)));
  }
  /** √D times the triangle of I + D^−½ W Wᵀ D^−½, whose eigenvalues are at least 1. */
  get scaleTril(): Tensor {
    const root = unsqueeze(sqrt(this.parts.diag), -1);
    const scaled = div(this.parts.factor, root);
    return this.square(mul(root, cholesky(add(matmul(scaled, mT(scaled)), identity(scaled, this.eventShape[0])))));
  }
  override get mean(): Tensor {
    return this.loc;
  }
  override get mode(): Tensor {
    return this.loc;
  }
  override get variance(): Tensor {
    return expand(add(sum(square(this.parts.factor), -1), this.parts.diag), [...this.batchShape, ...this.eventShape]);
  }
  override rsample(shape: Shape = []): Tensor {
    const { dtype, device } = this.loc;
    const out = this.extended(shape);
    const rank = this.covFactor.shape[this.covFactor.ndim - 1];
    const low = timesVector(this.parts.factor, randn([...out.slice(0, -1), rank], { dtype, device }));
    return add(add(this.loc, low), mul(sqrt(this.parts.diag), randn(out, { dtype, device })));
  }
  override logProb(value: Operand): Tensor {
    const off = sub(this.valueOf('logProb', value), this.loc);
    const both = add(this.parts.logDet, this.parts.mahalanobis(off));
    return sub(mul(both, -0.5), this.eventShape[0] * LOG_SQRT_2PI);
  }
  override entropy(): Tensor {
    return expand(add(mul(this.parts.logDet, 0.5), this.eventShape[0] * (0.5 + LOG_SQRT_2PI)), [...this.batchShape]);
  }
}
