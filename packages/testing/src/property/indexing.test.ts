/**
 * Reading and writing at indices from data is what loops over plain arrays say, also where several indices name one
 * element, and gradients of reading are sums of what was read.
 */
import { grad, tensor, type Tensor } from '@sconce/core';
import * as torch from '@sconce/ops';
import fc from 'fast-check';
import { beforeAll, describe, expect } from 'vitest';
import { axis, exact, plain, plainOf } from './arbitraries.js';
import { property } from './check.js';
import { DEVICES } from './devices.js';
import { at, build, difference, indicesOf, offsetOf, sizeOf, toTensor, valuesOf, type Index, type Plain } from './plain.js';

/** A tensor, a dimension, indices along it of a shape that fits, and elements of the indices' shape. */
interface Along {
  readonly x: Plain;
  readonly dim: number;
  readonly index: Plain;
  readonly src: Plain;
}

const along: fc.Arbitrary<Along> = plain({ minRank: 1, minSize: 1 }).chain((x) =>
  fc.tuple(axis(x.shape.length), fc.tuple(...x.shape.map((n) => fc.integer({ min: 1, max: n }))), fc.nat(7)).chain(([dim, sizes, count]) => {
    const d = dim < 0 ? dim + x.shape.length : dim;
    const shape = sizes.map((n, k) => (k === d ? count : n));
    return fc.record({ x: fc.constant(x), dim: fc.constant(dim), index: plainOf(shape, fc.nat(x.shape[d] - 1)), src: plainOf(shape, exact) });
  }));

/** Where an index of the indices points. */
const target = ({ x, dim, index }: Along, place: Index): number[] => {
  const d = dim < 0 ? dim + x.shape.length : dim;
  return place.map((i, k) => (k === d ? at(index, place) : i));
};

/** The tensor with everything that the indices bring joined into it, from the first to the last. */
function scattered(given: Along, join: (old: number, value: number) => number): number[] {
  const values = [...given.x.values];
  for (const place of indicesOf(given.index.shape)) {
    const to = offsetOf(target(given, place), given.x.shape);
    values[to] = join(values[to], at(given.src, place));
  }
  return values;
}

/** A list of indices for each dimension, some from the end, and as many values. */
interface Put {
  readonly x: Plain;
  readonly lists: readonly (readonly number[])[];
  readonly values: readonly number[];
}

const puts: fc.Arbitrary<Put> = fc.tuple(plain({ minRank: 1, maxRank: 3, minSize: 1 }), fc.nat(6)).chain(([x, count]) =>
  fc.record({
    x: fc.constant(x),
    lists: fc.tuple(...x.shape.map((n) => fc.array(fc.integer({ min: -n, max: n - 1 }), { minLength: count, maxLength: count }))),
    values: fc.array(exact, { minLength: count, maxLength: count }),
  }));

const list = (values: readonly number[]): Tensor => tensor(Int32Array.from(values));
const positive = (i: number, n: number): number => (i < 0 ? i + n : i);

describe.each(DEVICES)('on $device', ({ share, start }) => {
  beforeAll(start);
  const same = async (got: Tensor, want: readonly number[]): Promise<void> => expect(difference(await valuesOf(got), want)).toBeUndefined();
  const indexOf = ({ index }: Along): Tensor => toTensor(index, 'int32');
  const runs = { runs: 60 * share };

  property('gather reads along a dimension', [along], async (given) => {
    await same(torch.gather(toTensor(given.x), given.dim, indexOf(given)), build(given.index.shape, (place) => at(given.x, target(given, place))).values);
  }, runs);

  property('the gradient of gather counts what was read', [along], async (given) => {
    const x = toTensor(given.x, 'float32', { requiresGrad: true });
    const [g] = grad(torch.sum(torch.mul(torch.gather(x, given.dim, indexOf(given)), toTensor(given.src))), [x]) as Tensor[];
    await same(g, scattered({ ...given, x: { ...given.x, values: given.x.values.map(() => 0) } }, (a, b) => a + b));
  }, runs);

  property('scatter keeps the last of what goes to one element', [along], async (given) => {
    await same(torch.scatter(toTensor(given.x), given.dim, indexOf(given), toTensor(given.src)), scattered(given, (_, value) => value));
  }, runs);

  const JOINS: Record<string, (a: number, b: number) => number> = { sum: (a, b) => a + b, amax: Math.max, amin: Math.min };
  property('scatterReduce joins what goes to one element', [along, fc.constantFrom('sum' as const, 'amax' as const, 'amin' as const)], async (given, reduce) => {
    const got = torch.scatterReduce(toTensor(given.x), given.dim, indexOf(given), toTensor(given.src), reduce);
    await same(got, scattered(given, JOINS[reduce]));
  }, runs);

  property('indexSelect and indexAdd are each other\'s gradient', [along], async ({ x, dim, index, src }) => {
    const d = dim < 0 ? dim + x.shape.length : dim;
    const picks = index.values.slice(0, 6);
    const shape = x.shape.map((n, k) => (k === d ? picks.length : n));
    const to = (place: Index): number[] => place.map((i, k) => (k === d ? picks[i] : i));
    await same(torch.indexSelect(toTensor(x), dim, list(picks)), build(shape, (place) => at(x, to(place))).values);

    const added = build(shape, (place) => src.values[offsetOf(place, shape) % Math.max(1, src.values.length)] ?? 1);
    const want = [...x.values];
    for (const place of indicesOf(shape)) want[offsetOf(to(place), x.shape)] += at(added, place);
    await same(torch.indexAdd(toTensor(x), dim, list(picks), toTensor(added)), want);
  }, runs);

  property('indexPut writes where several index tensors point, and adds', [puts], async ({ x, lists, values }) => {
    const at = (k: number): number => offsetOf(lists.map((l, d) => positive(l[k], x.shape[d])), x.shape);
    const indices = lists.map(list);
    const [put, added] = [[...x.values], [...x.values]];
    values.forEach((value, k) => {
      put[at(k)] = value;
      added[at(k)] += value;
    });
    await same(torch.indexPut(toTensor(x), indices, toTensor({ shape: [values.length], values })), put);
    await same(torch.indexPut(toTensor(x), indices, toTensor({ shape: [values.length], values }), true), added);
    await same(torch.getitem(toTensor(x), indices), values.map((_, k) => x.values[at(k)]));
  }, runs);

  property('index tensors beside whole dimensions stand where the first one stood', [puts, fc.nat()], async ({ x, lists }, pick) => {
    if (x.shape.length < 2) return;
    const d = pick % x.shape.length;
    const shape = [...x.shape.slice(0, d), lists[d].length, ...x.shape.slice(d + 1)];
    const got = torch.getitem(toTensor(x), [...x.shape.slice(0, d).map(() => ':'), list(lists[d])]);
    expect(got.shape).toEqual(shape);
    await same(got, build(shape, (place) => at(x, place.map((i, k) => (k === d ? positive(lists[d][i], x.shape[d]) : i)))).values);
  }, runs);

  property('masks name the elements where they hold', [plain({ minSize: 1 })], async (x) => {
    const t = toTensor(x);
    const mask = torch.gt(t, 0);
    await same(torch.maskedFill(t, mask, -1), x.values.map((v) => (v > 0 ? -1 : v)));
    await same(await torch.maskedSelect(t, mask), x.values.filter((v) => v > 0));
    const places = x.values.flatMap((v, i) => (v > 0 ? [indicesOf(x.shape)[i]] : []));
    await same(await torch.nonzero(mask), places.flat());
  }, runs);

  property('an index out of range is refused on every device', [along.filter(({ index }) => sizeOf(index.shape) > 0), fc.nat()], async (given, pick) => {
    const d = given.dim < 0 ? given.dim + given.x.shape.length : given.dim;
    const values = given.index.values.map((i, k) => (k === pick % given.index.values.length ? given.x.shape[d] : i));
    const read = async (): Promise<unknown> => torch.gather(toTensor(given.x), given.dim, toTensor({ ...given.index, values }, 'int32')).data();
    await expect(read()).rejects.toThrow(/out of range/);
  }, runs);
});
