/**
 * Products of random labels: operands whose rows, columns, batches and summed axes are several axes in any order, of sizes
 * that tiles and groups of lanes do not divide.
 *
 * Invariant: elements are small integers, so every order of summation gives the same float32, and results are compared
 * exactly. Seeds are fixed; a failure says the labels and sizes that make it.
 */
import { cpu } from '@sconce/backend-cpu';
import { webgpu } from '@sconce/backend-webgpu';
import { fromHost, use } from '@sconce/core';
import { einsum } from '@sconce/ops';
import { expect, test } from 'vitest';
import { softwareGpu } from '../adapter/index.js';
import { generator } from '../fusion/random-graph.js';

type Next = (n: number) => number;
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
const MOST_AXES: Readonly<Record<Kind, number>> = { batch: 1, rows: 3, columns: 2, sums: 2 };

function labelsOf(next: Next): { labels: Labels; sizes: Sizes } {
  const letters = [...'abcdefgh'];
  const sizes = new Map<string, number>();
  const take = (kind: Kind): string[] => {
    const list = SIZES[kind][next(2)];
    const count = kind === 'batch' ? Number(next(4) === 0) : 1 + next(MOST_AXES[kind]);
    const taken = letters.splice(0, count);
    for (const letter of taken) sizes.set(letter, list[next(list.length)]);
    return taken;
  };
  return { labels: { batch: take('batch'), rows: take('rows'), columns: take('columns'), sums: take('sums') }, sizes };
}

function shuffled(next: Next, letters: readonly string[]): string[] {
  const rest = [...letters];
  return letters.map(() => rest.splice(next(rest.length), 1)[0]);
}

const pointsOf = (letters: readonly string[], sizes: Sizes): number => letters.reduce((n, l) => n * sizes.get(l)!, 1);

/** Where the elements at all values of some labels lie in an operand. */
function offsets(letters: readonly string[], operand: readonly string[], sizes: Sizes): number[] {
  return letters.reduce((all, l) => {
    const at = operand.indexOf(l);
    const stride = at < 0 ? 0 : pointsOf(operand.slice(at + 1), sizes);
    return all.flatMap((from) => Array.from({ length: sizes.get(l)! }, (_, i) => from + i * stride));
  }, [0]);
}

/** Operands of random labels, their product by device, and by hand. */
async function compare(next: Next, work: { readonly least: number; readonly most: number }, device: string): Promise<void> {
  const { labels: { batch, rows, columns, sums }, sizes } = labelsOf(next);
  const all = pointsOf([...batch, ...rows, ...columns, ...sums], sizes);
  if (all < work.least || all > work.most) return compare(next, work, device);
  const [a, b, out] = [[...batch, ...rows, ...sums], [...batch, ...sums, ...columns], [...batch, ...rows, ...columns]].map((l) => shuffled(next, l));
  const [x, y] = [a, b].map((letters) => Float32Array.from({ length: pointsOf(letters, sizes) }, () => next(17) - 8));

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

async function compareMany(count: number, work: { readonly least: number; readonly most: number }, device: string): Promise<void> {
  const next = generator(count);
  for (let i = 0; i < count; i++) await compare(next, work, device);
}

test.each([1, 2])('on the CPU with threads: %d', async (threads) => {
  await use(cpu({ threads }));
  await compareMany(60, { least: 2e4, most: 4e6 }, 'cpu');
}, 120_000);

test('on WebGPU', async () => {
  await use(webgpu({ gpu: await softwareGpu() }));
  await compareMany(30, { least: 1e3, most: 3e5 }, 'webgpu');
}, 120_000);
