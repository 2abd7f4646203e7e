/**
 * One of several categories, as a number or as a one-hot vector.
 *
 * Invariant: weights are normalised when they are given, so `logits` are logarithms of probabilities.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#categorical
 */
import { broadcastShapes, cast, isFloat, isTensor, noGrad, ShapeError, sizeOf, type Operand, type Shape, type Tensor } from '@sconce/core';
import { add, argmax, clampMin, div, expand, eye, full, gather, logsumexp, mul, multinomial, neg, oneHot as oneHotOf, reshape, squeeze, sub, sum, transpose, unsqueeze, zeros } from '@sconce/ops';
import { broadcastAll, givenOdds, Odds, type DistributionOptions, type OddsArgument } from './arguments.js';
import { enumerated } from './bernoulli.js';
import { independent, integerInterval, nonnegative, realVector } from './constraints.js';
import { Distribution } from './distribution.js';
import { oneHot, simplex } from './event-constraints.js';
import { expandTo } from './numbers.js';
import { OddsDistribution } from './odds-distribution.js';

/** Weights need not add up to 1. */
const WEIGHTS = { probs: /* @__PURE__ */ independent(nonnegative, 1), logits: realVector };
const LOWEST = -3.4028234663852886e38;

/**
 * Category k with probability `probs[..., k]`, which is normalised: `new Categorical(probs)`, `new Categorical({ logits })`.
 *
 * @throws ArgumentError for a negative weight, or unless exactly one of probs and logits is given; ShapeError for a number.
 * @example
 * new Categorical(tensor([1.0, 3])).logProb(tensor([0, 1]));      // [-1.3863, -0.2877]
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.categorical.Categorical
 */
export class Categorical extends OddsDistribution {
  static override get argConstraints() {
    return { probs: simplex, logits: realVector };
  }
  readonly odds: Odds;
  /** How many categories there are. */
  readonly numEvents: number;

  constructor(probs: OddsArgument, options?: DistributionOptions) {
    const given = givenOdds('Categorical', probs, options);
    const [param] = broadcastAll('Categorical', { [given.name]: given.value });
    if (param.ndim === 0) throw new ShapeError(`Categorical: ${given.name} must have at least one dimension, that of the categories.`);
    super(param.shape.slice(0, -1), [], given.options);
    this.check({ [given.name]: given.value }, WEIGHTS);
    this.numEvents = param.shape[param.ndim - 1];
    const isProbs = given.name === 'probs';
    this.odds = new Odds(given.name, isProbs ? div(param, sum(param, -1, { keepdim: true })) : sub(param, logsumexp(param, -1, { keepdim: true })), false);
  }
  expand(batchShape: Shape): Categorical {
    return new Categorical(this.odds.map((x) => expandTo(x, [...batchShape, this.numEvents])).argument, this.options);
  }
  get support() {
    return integerInterval(0, this.numEvents - 1);
  }
  /** The numbers of categories have no mean: NaN. */
  override get mean(): Tensor {
    const { dtype, device } = this.odds.param;
    return full(this.batchShape, NaN, { dtype, device });
  }
  override get variance(): Tensor {
    return this.mean;
  }
  override get mode(): Tensor {
    return argmax(this.probs, -1);
  }
  override sample(shape: Shape = []): Tensor {
    const out = this.extended(shape);
    const count = sizeOf(shape);
    if (count === 0) return zeros(out, { dtype: 'int32', device: this.odds.param.device });
    return noGrad(() => {
      const rows = reshape(this.probs, [-1, this.numEvents]);
      return reshape(transpose(multinomial(rows, count, { replacement: true }), 0, 1), out);
    });
  }
  override logProb(value: Operand): Tensor {
    const given = this.valueOf('logProb', value);
    const k = cast(isTensor(value) && !isFloat(value.dtype) ? value : given, 'int32');
    const shape = broadcastShapes('Categorical.logProb', k.shape, this.batchShape);
    const logits = expand(this.logits, [...shape, this.numEvents]);
    return squeeze(gather(logits, -1, unsqueeze(expand(k, shape), -1)), -1);
  }
  override entropy(): Tensor {
    return neg(sum(mul(clampMin(this.logits, LOWEST), this.probs), -1));
  }
  override enumerateSupport(isExpanded = true): Tensor {
    return enumerated(this.numEvents, { dtype: 'int32', device: this.odds.param.device }, this.batchShape, isExpanded);
  }
}

/** What distributions of vectors share that are made of a categorical one: an element for each category. */
export abstract class OfCategories extends Distribution {
  static override get argConstraints() {
    return { probs: simplex, logits: realVector };
  }
  readonly categorical: Categorical;

  constructor(probs: OddsArgument | Categorical, options?: DistributionOptions) {
    const categorical = probs instanceof Categorical ? probs : new Categorical(probs, options);
    super(categorical.batchShape, [categorical.numEvents], { validateArgs: categorical.validateArgs });
    this.categorical = categorical;
  }
  get probs(): Tensor {
    return this.categorical.probs;
  }
  get logits(): Tensor {
    return this.categorical.logits;
  }
  protected override isShown(): boolean {
    return false;
  }
}

/**
 * As `Categorical`, whose values are vectors with a 1 at the category and otherwise 0.
 *
 * @throws as Categorical.
 * @example
 * new OneHotCategorical(tensor([1.0, 3])).logProb(tensor([0, 1]));      // -0.2877
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.one_hot_categorical.OneHotCategorical
 */
export class OneHotCategorical extends OfCategories {
  expand(batchShape: Shape): OneHotCategorical {
    return new (this.constructor as typeof OneHotCategorical)(this.categorical.expand(batchShape));
  }
  get support() {
    return oneHot;
  }
  override get mean(): Tensor {
    return this.probs;
  }
  override get variance(): Tensor {
    return mul(this.probs, sub(1, this.probs));
  }
  override get mode(): Tensor {
    return this.vectors(this.categorical.mode);
  }
  private vectors(categories: Tensor): Tensor {
    return cast(oneHotOf(categories, this.categorical.numEvents), this.probs.dtype);
  }
  override sample(shape: Shape = []): Tensor {
    return this.vectors(this.categorical.sample(shape));
  }
  override logProb(value: Operand): Tensor {
    return this.categorical.logProb(argmax(this.valueOf('logProb', value), -1));
  }
  override entropy(): Tensor {
    return this.categorical.entropy();
  }
  override enumerateSupport(isExpanded = true): Tensor {
    const n = this.categorical.numEvents;
    const { dtype, device } = this.probs;
    const values = reshape(eye(n, { dtype, device }), [n, ...this.batchShape.map(() => 1), n]);
    return isExpanded ? expand(values, [n, ...this.batchShape, n]) : values;
  }
}

/**
 * As `OneHotCategorical`, whose samples pass gradients to the probabilities as if they were these.
 *
 * @throws as Categorical.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.one_hot_categorical.OneHotCategoricalStraightThrough
 */
export class OneHotCategoricalStraightThrough extends OneHotCategorical {
  override rsample(shape: Shape = []): Tensor {
    return add(this.sample(shape), sub(this.probs, this.probs.detach()));
  }
}
