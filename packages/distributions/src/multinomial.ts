/**
 * How many of several draws give each category.
 *
 * Invariant: counts are floats, as in PyTorch; no gradient passes through a sample.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#multinomial
 */
import { ArgumentError, cast, noGrad, type Operand, type Shape, type Tensor } from '@sconce/core';
import { add, eq, exp, lgamma, logicalAnd, mul, oneHot, slice, sub, sum, where, zeros } from '@sconce/ops';
import type { DistributionOptions, OddsArgument } from './arguments.js';
import { OfCategories, type Categorical } from './categorical.js';
import type { Constraint } from './constraints.js';
import { Binomial } from './counts.js';
import { multinomial } from './event-constraints.js';
import { lgammaOf } from './numbers.js';

/**
 * How many of `totalCount` draws give each of several categories: `new Multinomial(10, probs)`, or `{ logits }`.
 *
 * @throws ArgumentError for a count that is no whole number from 0, and as Categorical.
 * @example
 * new Multinomial(3, tensor([1.0, 1])).logProb(tensor([1, 2]));      // -0.9808
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.multinomial.Multinomial
 */
export class Multinomial extends OfCategories {
  constructor(readonly totalCount: number, probs: OddsArgument | Categorical, options?: DistributionOptions) {
    if (!Number.isInteger(totalCount) || totalCount < 0) throw new ArgumentError(`Multinomial: totalCount must be a whole number from 0, got ${String(totalCount)}.`);
    super(probs, options);
  }
  expand(batchShape: Shape): Multinomial {
    return new Multinomial(this.totalCount, this.categorical.expand(batchShape));
  }
  get support(): Constraint {
    return multinomial(this.totalCount);
  }
  override get mean(): Tensor {
    return mul(this.probs, this.totalCount);
  }
  override get variance(): Tensor {
    return mul(this.mean, sub(1, this.probs));
  }
  override sample(shape: Shape = []): Tensor {
    const { dtype, device } = this.model;
    if (this.totalCount === 0) return zeros(this.extended(shape), { dtype, device });
    return noGrad(() => {
      const draws = this.categorical.sample([this.totalCount, ...shape]);
      return cast(sum(oneHot(draws, this.categorical.numEvents), 0), dtype);
    });
  }
  override logProb(value: Operand): Tensor {
    const counts = this.valueOf('logProb', value);
    const logits = where(logicalAnd(eq(counts, 0), eq(this.logits, -Infinity)), 0, this.logits);
    const orders = sub(lgamma(add(sum(counts, -1), 1)), sum(lgamma(add(counts, 1)), -1));
    return add(orders, sum(mul(logits, counts), -1));
  }
  override entropy(): Tensor {
    const n = this.totalCount;
    const each = new Binomial(n, { probs: this.probs }, { validateArgs: false });
    const counts = slice(each.enumerateSupport(false), 0, 1, n + 1);
    const logFactorials = lgamma(add(counts, 1));
    const expected = sum(mul(exp(each.logProb(counts)), logFactorials), [0, -1]);
    return add(sub(mul(this.categorical.entropy(), n), lgammaOf(n + 1)), expected);
  }
}
