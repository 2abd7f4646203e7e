/**
 * Products of random labels: operands whose rows, columns, batches and summed axes are several axes in any order, of sizes
 * that tiles and groups of lanes do not divide.
 *
 * Invariant: elements are small integers, so every order of summation gives the same float32, and results are compared
 * exactly. A failure says the smallest labels and sizes found that make it.
 */
import { cpu } from '@sconce/backend-cpu';
import { webgpu } from '@sconce/backend-webgpu';
import { fromHost, use } from '@sconce/core';
import { einsum } from '@sconce/ops';
import fc from 'fast-check';
import { beforeAll, describe, expect } from 'vitest';
import { softwareGpu } from '../adapter/index.js';
import { seeds } from '../property/arbitraries.js';
import { property } from '../property/check.js';
import { integers } from '../property/fill.js';

type Sizes = ReadonlyMap<string, number>;
type Kind = 'batch' | 'rows' | 'columns' | 'sums';
type Labels = Readonly<Record<Kind, string[]>>;

/** Sizes to choose from, one list or the other for all axes of a kind. */
const SIZES: Readonly<Record<Kind, readonly [readonly number[], readonly number[]]>> = {
  batch: [[1, 2], [3]],
  rows: [[1, 2, 3, 5, 6, 8, 12, 20], [3, 4, 16, 33, 48, 64]],
  columns: [[1, 2, 4, 7, 12, 20, 24], [4, 10, 36, 48, 63, 64]],
  sums: [[16, 17, 64, 100], [3, 8, 257, 320]],
};
const MOST_AXES = { rows: 3, columns: 2, sums: 2 } as const;

/** Labels of an operand or of the result, in the order in which they are written. */
interface Product {
  readonly labels: Labels;
  readonly sizes: Sizes;
  readonly a: readonly string[];
  readonly b: readonly string[];
  readonly out: readonly string[];
  readonly seed: number;
}

const ordered = (letters: readonly string[]): fc.Arbitrary<string[]> => fc.shuffledSubarray([...letters], { minLength: letters.length });

/** Sizes of the axes of a kind. */
const sizesOf = (kind: Kind): fc.Arbitrary<number[]> => {
  const count = kind === 'batch' ? fc.constantFrom(0, 0, 0, 1) : fc.integer({ min: 1, max: MOST_AXES[kind] });
  return fc.tuple(count, fc.constantFrom(...SIZES[kind])).chain(([n, list]) => fc.array(fc.constantFrom(...list), { minLength: n, maxLength: n }));
};

/** Products of so many multiplications. */
const products = (least: number, most: number): fc.Arbitrary<Product> =>
  fc.noBias(fc.record({ batch: sizesOf('batch'), rows: sizesOf('rows'), columns: sizesOf('columns'), sums: sizesOf('sums') }))
    .map((given) => {
      const letters = [...'abcdefgh'];
      const sizes = new Map<string, number>();
      const take = (kind: Kind): string[] => given[kind].map((size) => {
        const letter = letters.shift()!;
        sizes.set(letter, size);
        return letter;
      });
      return { labels: { batch: take('batch'), rows: take('rows'), columns: take('columns'), sums: take('sums') }, sizes };
    })
    .filter(({ sizes }) => {
      const points = pointsOf([...sizes.keys()], sizes);
      return points >= least && points <= most;
    })
    .chain(({ labels, sizes }) => {
      const { batch, rows, columns, sums } = labels;
      return fc.record({
        labels: fc.constant(labels), sizes: fc.constant(sizes), seed: seeds,
        a: ordered([...batch, ...rows, ...sums]), b: ordered([...batch, ...sums, ...columns]), out: ordered([...batch, ...rows, ...columns]),
      });
    });

const pointsOf = (letters: readonly string[], sizes: Sizes): number => letters.reduce((n, l) => n * sizes.get(l)!, 1);

/** Where the elements at all values of some labels lie in an operand. */
function offsets(letters: readonly string[], operand: readonly string[], sizes: Sizes): number[] {
  return letters.reduce((all, l) => {
    const at = operand.indexOf(l);
    const stride = at < 0 ? 0 : pointsOf(operand.slice(at + 1), sizes);
    return all.flatMap((from) => Array.from({ length: sizes.get(l)! }, (_, i) => from + i * stride));
  }, [0]);
}

/** The product by a device, and by hand. */
async function compare({ labels: { batch, rows, columns, sums }, sizes, a, b, out, seed }: Product, device: string): Promise<void> {
  const next = integers(seed, -8, 8);
  const [x, y] = [a, b].map((letters) => Float32Array.from({ length: pointsOf(letters, sizes) }, next));

  const want = new Float32Array(pointsOf(out, sizes));
  const [kx, ky] = [offsets(sums, a, sizes), offsets(sums, b, sizes)];
  const outer = [...batch, ...rows];
  const [ix, iy, io] = [a, b, out].map((operand) => offsets(outer, operand, sizes));
  const [jy, jo] = [b, out].map((operand) => offsets(columns, operand, sizes));
  for (let i = 0; i < io.length; i++) {
    for (let j = 0; j < jo.length; j++) {
      let sum = 0;
      for (let k = 0; k < kx.length; k++) sum += x[ix[i] + kx[k]] * y[iy[i] + jy[j] + ky[k]];
      want[io[i] + jo[j]] = sum;
    }
  }

  const given = [a, b].map((letters, i) => fromHost(i === 0 ? x : y, letters.map((l) => sizes.get(l)!), 'float32', { device }));
  const equation = `${a.join('')},${b.join('')}->${out.join('')}`;
  const got = (await einsum(equation, ...given).data()) as Float32Array;
  const wrong = want.findIndex((value, i) => value !== got[i]);
  if (wrong >= 0) expect.fail(`${equation} with ${JSON.stringify(Object.fromEntries(sizes))}: element ${wrong} is ${got[wrong]}, expected ${want[wrong]}`);
}

describe.each([1, 2])('on the CPU with threads: %d', (threads) => {
  beforeAll(async () => void (await use(cpu({ threads }))));
  property('products of any labels', [products(2e4, 4e6)], (given) => compare(given, 'cpu'), { runs: 60 });
});

describe('on WebGPU', () => {
  beforeAll(async () => void (await use(webgpu({ gpu: await softwareGpu() }))));
  property('products of any labels', [products(1e3, 3e5)], (given) => compare(given, 'webgpu'), { runs: 30 });
});
