/**
 * Binomial numbers, as `torch.binomial` draws them.
 */
import { binomial as drawn } from '@sconce/ops';
import { expandTo } from '../numbers.js';
import type { Sampler } from './sampler.js';

/** Numbers of successes among n trials of probability p. */
export const binomial: Sampler = (shape, n, p) => drawn(expandTo(n, shape), expandTo(p, shape));
