/**
 * Binomial numbers: outcomes are laid one after the other on [0, 1), from the likeliest outwards, each as long as it is
 * likely, and one uniform number says in which it lies.
 *
 * Invariant: a draw takes about √(n p (1 − p)) steps.
 *
 * Reference: Devroye, Non-Uniform Random Variate Generation (1986), chapter X.4.
 */
import * as e from '@sconce/core/e';
import type { Random } from './generator.js';
import { sampler } from './sampler.js';

const lgamma = e.lgamma.row.js as (x: number) => number;

function outcome(random: Random, n: number, p: number): number {
  if (!(p >= 0 && p <= 1 && n >= 0)) return NaN;
  if (p === 0 || p === 1 || n === 0) return n * p;
  const mode = Math.min(Math.floor((n + 1) * p), n);
  const odds = p / (1 - p);
  const choices = lgamma(n + 1) - lgamma(mode + 1) - lgamma(n - mode + 1);
  let [low, high] = [mode, mode];
  let below = Math.exp(choices + mode * Math.log(p) + (n - mode) * Math.log1p(-p));
  let above = below;
  for (let rest = random() - below; rest >= 0; ) {
    const nextBelow = low > 0 ? (below * low) / ((n - low + 1) * odds) : 0;
    const nextAbove = high < n ? (above * (n - high) * odds) / (high + 1) : 0;
    if (nextBelow === 0 && nextAbove === 0) return mode;
    const goesUp = nextAbove >= nextBelow;
    if (goesUp) [high, above] = [high + 1, nextAbove];
    else [low, below] = [low - 1, nextBelow];
    rest -= goesUp ? above : below;
    if (rest < 0) return goesUp ? high : low;
  }
  return mode;
}

/** Numbers of successes among n trials of probability p. */
export const binomial = /* @__PURE__ */ sampler('binomial', outcome);
