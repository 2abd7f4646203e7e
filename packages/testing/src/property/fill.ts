/**
 * Elements of large tensors: numbers that look random, the same for the same seed. What they are says nothing about why a
 * test fails, so they are drawn, not searched; shapes and programs are what `arbitraries.ts` searches.
 */
import { fromHost, hostArray, isFloat, sizeOf, type DType, type Tensor } from '@sconce/core';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Numbers of [0, 1). */
export function uniform(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
}

/** Integers of `low` to `high`, both included. */
export function integers(seed: number, low: number, high: number): () => number {
  const generator = xoroshiro128plus(seed);
  return () => uniformInt(generator, low, high);
}

/** Numbers between −1 and 1, or integers between −9 and 9. */
export function noise(shape: readonly number[], dtype: DType = 'float32', seed = 1): Tensor {
  const data = hostArray(dtype, sizeOf(shape)) as Float32Array;
  const next = isFloat(dtype) ? uniform(seed) : integers(seed, -9, 9);
  for (let i = 0; i < data.length; i++) {
    const x = next();
    data[i] = dtype === 'bool' ? Number(x > 0) : isFloat(dtype) ? 2 * x - 1 : x;
  }
  return fromHost(data, shape, dtype);
}
