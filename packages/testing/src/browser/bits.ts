/**
 * Work for the CPU that is large enough to be shared, and the bits that come out: on the page's own thread and on a worker's.
 */
import { cpu } from '@sconce/backend-cpu';
import { fromHost, use, type Tensor } from '@sconce/core';
import * as ops from '@sconce/ops';

const values = (count: number, seed: number): Float32Array => Float32Array.from({ length: count }, (_, i) => Math.sin(i * seed));
const given = (shape: readonly number[], seed: number): Tensor =>
  fromHost(values(shape.reduce((n, d) => n * d, 1), seed), shape, 'float32', { device: 'cpu' });

/** A sum of bits that tells of any difference and of any change of places. */
function digest(data: Float32Array): number {
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  return bits.reduce((sum, x) => (Math.imul(sum, 31) + x) | 0, 7);
}

/** A product, a map, sums along rows and down columns, and a softmax, so many times over. */
export async function bitsOf(rounds: number): Promise<number[]> {
  const [a, b, wide] = [given([256, 300], 0.37), given([300, 280], 0.73), given([900, 700], 0.11)];
  const found: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const results = [ops.matmul(a, b), ops.exp(ops.mul(wide, round + 1)), ops.sum(wide, 1), ops.sum(wide, 0), ops.softmax(wide, 1)];
    for (const result of results) found.push(digest((await result.data()) as Float32Array));
  }
  return found;
}

/** Registers a CPU backend of so many threads in place of the one that is there. */
export const useThreads = (threads: number): Promise<string> => use(cpu({ threads }));
