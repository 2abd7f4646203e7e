/**
 * Resizing with smoothing: where the result is smaller, the filter is as wide as the elements of the result lie apart, so
 * that what is finer than them is averaged away instead of appearing as a coarse pattern.
 *
 * Invariant: weights of an element of the result sum to 1, and what is not under its filter, infinities too, leaves it alone.
 *
 * Reference: `_compute_indices_weights_aa` in PyTorch's UpSampleKernel.cpp, which follows Pillow's Resample.c.
 */
import { tensor, type Tensor } from '@sconce/core';
import { indexSelect, mul, ne, reshape, sum, where } from '@sconce/ops';

export interface Filter {
  /** Its weight `x` elements from the centre. */
  readonly weight: (x: number) => number;
  /** Where it ends. */
  readonly reach: number;
}

/** Keys' cubic with a = −½. */
const cubic = (x: number): number => (x < 1 ? (1.5 * x - 2.5) * x * x + 1 : x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0);

export const FILTERS = {
  linear: { weight: (x) => Math.max(1 - Math.abs(x), 0), reach: 1 },
  cubic: { weight: (x) => cubic(Math.abs(x)), reach: 2 },
} as const satisfies Record<string, Filter>;

interface Taps {
  /** How many elements are read for one of the result. */
  readonly count: number;
  readonly index: Int32Array;
  readonly weight: Float64Array;
}

/** For each of `to` elements, which of `from` are read, and their weights. Places that are left over read one again, with weight 0. */
function tapsOf({ weight, reach }: Filter, from: number, to: number, scale: number): Taps {
  const stretch = Math.max(scale, 1);
  const spans = Array.from({ length: to }, (_, o) => {
    const center = scale * (o + 0.5);
    const first = Math.max(Math.trunc(center - reach * stretch + 0.5), 0);
    return { center, first, end: Math.min(Math.trunc(center + reach * stretch + 0.5), from) };
  });
  const count = Math.max(...spans.map(({ first, end }) => end - first), 1);
  const taps: Taps = { count, index: new Int32Array(to * count), weight: new Float64Array(to * count) };
  spans.forEach(({ center, first, end }, o) => {
    const weights = Array.from({ length: end - first }, (_, j) => weight((j + first - center + 0.5) / stretch));
    const total = weights.reduce((a, b) => a + b, 0);
    for (let j = 0; j < count; j++) {
      taps.index[o * count + j] = Math.min(first + j, Math.max(end - 1, first), from - 1);
      taps.weight[o * count + j] = total === 0 ? 0 : (weights[j] ?? 0) / total;
    }
  });
  return taps;
}

/** `x` with `to` elements along `dim`, which lie `scale` of its own apart. */
export function smoothed(x: Tensor, dim: number, to: number, scale: number, filter: Filter): Tensor {
  const { count, index, weight } = tapsOf(filter, x.shape[dim], to, scale);
  const at = { device: x.device };
  const read = indexSelect(x, dim, tensor(index, { ...at, dtype: 'int32' }));
  const apart = reshape(read, [...x.shape.slice(0, dim), to, count, ...x.shape.slice(dim + 1)]);
  const weights = reshape(tensor(weight, { ...at, dtype: x.dtype }), [to, count, ...x.shape.slice(dim + 1).map(() => 1)]);
  return sum(where(ne(weights, 0), mul(apart, weights), 0), dim + 1);
}
