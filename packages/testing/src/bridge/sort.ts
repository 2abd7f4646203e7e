/**
 * The bridge to sorting, searching, cumulative ops and calculus on samples.
 */
import type { Tensor } from '@sconce/core';
import * as torch from '@sconce/ops';
import { argument, call, rejectOut, type Call, type OpBridge } from './call.js';

type Fn = (...args: never[]) => unknown;

const cumulative = (fn: Fn): OpBridge[string] => call(fn, ['input', 'dim'], ['dtype']);

/** A function whose positional arguments after the first `plain` ones are keywords of ours, under these names. */
const withKeywords =
  (fn: Fn, plain: readonly string[], names: readonly string[], options = names): OpBridge[string] =>
  ({ args, named }: Call) => {
    const [first, rest] = [args.slice(0, plain.length), args.slice(plain.length)];
    const positional = Object.fromEntries(rest.map((value, i) => [names[i], value]));
    const own = Object.fromEntries(Object.entries(named).filter(([, value]) => !rest.includes(value)));
    return call(fn, plain, options)({ args: first, named: { ...own, ...positional } });
  };

const trapezoid = (fn: Fn): OpBridge[string] => call(fn, ['y', 'x'], ['dx', 'dim']);
const quantile = (fn: Fn): OpBridge[string] => call(fn, ['input', 'q', 'dim'], ['keepdim', 'interpolation']);
const rows = (fn: Fn, plain: readonly string[]): OpBridge[string] => withKeywords(fn, plain, ['keepdim']);

const segments = call(torch.segmentReduce, ['data', 'reduce'], ['lengths', 'offsets', 'axis', 'unsafe', 'initial']);

export const sort: OpBridge = {
  sort: withKeywords(torch.sort, ['input', 'dim'], ['descending'], ['descending', 'stable']),
  argsort: withKeywords(torch.argsort, ['input', 'dim'], ['descending'], ['descending', 'stable']),
  msort: call(torch.msort, ['input']),
  topk: withKeywords(torch.topk, ['input', 'k', 'dim'], ['largest', 'sorted']),
  kthvalue: rows(torch.kthvalue, ['input', 'k', 'dim']),
  mode: rows(torch.mode, ['input', 'dim']),
  median: rows(torch.median, ['input', 'dim']),
  nanmedian: rows(torch.nanmedian, ['input', 'dim']),
  quantile: quantile(torch.quantile),
  nanquantile: quantile(torch.nanquantile),
  searchsorted: call(torch.searchsorted, ['sorted_sequence', 'input'], ['out_int32', 'right', 'side', 'sorter']),
  bucketize: call(torch.bucketize, ['input', 'boundaries'], ['out_int32', 'right']),

  isin: call(torch.isin, ['e', 'te'], ['assume_unique', 'invert']),
  histc: ({ args: [input, bins], named: { bins: count = bins, min, max } }) => torch.histc(input as Tensor, count as number, min as number, max as number),
  histogram: call(torch.histogram, ['input', 'bins'], ['range', 'weight', 'density']),
  histogramdd: call(torch.histogramdd, ['input', 'bins'], ['range', 'weight', 'density']),
  'segment_reduce.lengths': segments,
  'segment_reduce.offsets': segments,

  cumsum: cumulative(torch.cumsum),
  cumprod: cumulative(torch.cumprod),
  cummax: call(torch.cummax, ['input', 'dim']),
  cummin: call(torch.cummin, ['input', 'dim']),
  logcumsumexp: call(torch.logcumsumexp, ['input', 'dim']),

  diff: (given) => {
    rejectOut(given);
    const [input, n, dim, prepend, append] = ['input', 'n', 'dim', 'prepend', 'append'].map((name, i) => argument(given, i, name));
    return torch.diff(input as Tensor, n as number, dim as number, { prepend: prepend as Tensor, append: append as Tensor });
  },
  gradient: call(torch.gradient, ['input'], ['spacing', 'dim', 'edge_order']),
  trapezoid: trapezoid(torch.trapezoid),
  trapz: trapezoid(torch.trapz),
  cumulative_trapezoid: trapezoid(torch.cumulativeTrapezoid),
};
