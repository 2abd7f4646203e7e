/**
 * The bridge to reductions, cumulative ops, and what is built of them.
 *
 * PyTorch's reductions have several signatures each, and a recorded call may carry the names of another one. So
 * positional arguments are taken by their place, and keywords where their type fits the name.
 */
import type { Tensor } from '@sconce/core';
import * as torch from '@sconce/ops';
import { call, type Call, type OpBridge } from './call.js';

/** What a keyword may be, where it is one. */
const FITS: Readonly<Record<string, (value: unknown) => boolean>> = {
  dim: (v) => typeof v === 'number' || Array.isArray(v),
  keepdim: (v) => typeof v === 'boolean',
  unbiased: (v) => typeof v === 'boolean',
  dtype: (v) => typeof v === 'string',
  out: (v) => typeof v === 'object',
};

/** The keywords of a call that are what their names say. */
const fitting = (named: Call['named']): Record<string, unknown> =>
  Object.fromEntries(Object.entries(named).filter(([name, value]) => FITS[name]?.(value) ?? true));

/** A call with these places: the arguments at them get their names, and the rest stays as it is. */
const placed =
  (places: readonly string[], fn: OpBridge[string]): OpBridge[string] =>
  ({ args, named }) => {
    const byPlace = Object.fromEntries(args.slice(1).map((value, i) => [places[i], value]));
    return fn({ args: args.slice(0, 1), named: { ...fitting(named), ...byPlace } });
  };

const reduction = (fn: (...args: never[]) => unknown, options: readonly string[] = ['keepdim']): OpBridge[string] =>
  placed(['dim', 'keepdim'], call(fn, ['input', 'dim'], options));

const VARIANCE = ['keepdim', 'correction', 'unbiased'];

/** `std(x, unbiased)` and `std(x, dim, unbiased, keepdim)`. */
const variance = (fn: (...args: never[]) => unknown): OpBridge[string] => {
  const run = call(fn, ['input', 'dim'], VARIANCE);
  return (given) => {
    const places = typeof given.args[1] === 'boolean' ? ['unbiased'] : ['dim', 'unbiased', 'keepdim'];
    return placed(places, run)(given);
  };
};

const norm = placed(['p', 'dim', 'keepdim'], call(torch.norm, ['input', 'p', 'dim'], ['keepdim', 'dtype']));
const softmax = (fn: (...args: never[]) => unknown): OpBridge[string] => call(fn, ['input', 'dim'], ['dtype']);

export const reduce: OpBridge = {
  sum: reduction(torch.sum, ['keepdim', 'dtype']),
  nansum: reduction(torch.nansum, ['keepdim', 'dtype']),
  mean: reduction(torch.mean, ['keepdim', 'dtype']),
  nanmean: reduction(torch.nanmean, ['keepdim', 'dtype']),
  prod: reduction(torch.prod, ['keepdim', 'dtype']),
  sum_to_size: ({ args: [x, ...size] }) => torch.sumToSize(x as Tensor, size.flat() as number[]),

  amax: reduction(torch.amax),
  amin: reduction(torch.amin),
  aminmax: call(torch.aminmax, ['input'], ['dim', 'keepdim']),
  argmax: reduction(torch.argmax),
  argmin: reduction(torch.argmin),
  'max.reduction_no_dim': reduction(torch.max),
  'max.reduction_with_dim': reduction(torch.max),
  'min.reduction_no_dim': reduction(torch.min),
  'min.reduction_with_dim': reduction(torch.min),

  any: reduction(torch.any),
  all: reduction(torch.all),
  count_nonzero: reduction(torch.countNonzero),

  std: variance(torch.std),
  std_mean: variance(torch.stdMean),
  var: variance(torch.var),
  var_mean: variance(torch.varMean),

  norm,
  'norm.fro': norm,
  'norm.inf': norm,
  'linalg.vector_norm': placed(['ord', 'dim', 'keepdim'], call(torch.vectorNorm, ['input', 'ord', 'dim'], ['keepdim', 'dtype'])),
  dist: call(torch.dist, ['input', 'other', 'p']),
  cov: call(torch.cov, ['input'], ['correction', 'fweights', 'aweights']),
  corrcoef: call(torch.corrcoef, ['input']),
  logsumexp: reduction(torch.logsumexp),

  softmax: softmax(torch.softmax),
  'softmax.with_dtype': softmax(torch.softmax),
  log_softmax: softmax(torch.logSoftmax),
  'log_softmax.dtype': softmax(torch.logSoftmax),
  'nn.functional.softmin': softmax(torch.softmin),
  'nn.functional.softmin.with_dtype': softmax(torch.softmin),
};
