/**
 * Divergences of distributions of the same family.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#module-torch.distributions.kl
 */
import type { Tensor } from '@sconce/core';
import { add, div, eq, log, mul, neg, square, sub, sum, where } from '@sconce/ops';
import { Bernoulli } from '../bernoulli.js';
import { Categorical } from '../categorical.js';
import { Normal } from '../normal.js';
import { softplus } from '../numbers.js';
import { rule, type Rule } from './registry.js';

function bernoulli(p: Bernoulli, q: Bernoulli): Tensor {
  const ones = mul(p.probs, sub(softplus(neg(q.logits)), softplus(neg(p.logits))));
  const zeros = mul(sub(1, p.probs), sub(softplus(q.logits), softplus(p.logits)));
  return add(
    where(eq(p.probs, 0), 0, where(eq(q.probs, 0), Infinity, ones)),
    where(eq(p.probs, 1), 0, where(eq(q.probs, 1), Infinity, zeros)),
  );
}

function categorical(p: Categorical, q: Categorical): Tensor {
  const each = mul(p.probs, sub(p.logits, q.logits));
  return sum(where(eq(p.probs, 0), 0, where(eq(q.probs, 0), Infinity, each)), -1);
}

export function normal(p: Normal, q: Normal): Tensor {
  const ratio = square(div(p.scale, q.scale));
  const distance = square(div(sub(p.loc, q.loc), q.scale));
  return mul(sub(sub(add(ratio, distance), 1), log(ratio)), 0.5);
}

export const SAME: readonly Rule[] = [
  rule(Bernoulli, Bernoulli, bernoulli),
  rule(Categorical, Categorical, categorical),
  rule(Normal, Normal, normal),
];
