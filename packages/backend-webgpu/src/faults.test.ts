/**
 * Index checks that fail on the device: the next read throws, and what depends on them never gives a value.
 */
import { DisposedError, IndexError, defineOp, realize, record, tensor, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { add, mul, sum } from '@sconce/ops';
import { beforeEach, describe, expect, test } from 'vitest';
import { useBoth } from '@sconce/testing/both';

const PICK = defineOp({
  name: 'pick',
  form: 'element',
  lower: ([i], [x, index]) => x([e.check(index([i]), { op: 'pick', size: x.shape[0], noun: 'index' })]),
});
const pick = (x: Tensor, index: Tensor): Tensor => record(PICK, [x, index], {}, index.shape, x.dtype);

/** As `pick`, but 0 where the index is −1. */
const PICK_OR_ZERO = defineOp({
  name: 'pickOrZero',
  form: 'element',
  lower: ([i], [x, index]) => {
    const at = index([i]);
    return e.select(e.eq(at, -1), 0, x([e.check(at, { op: 'pickOrZero', size: x.shape[0], noun: 'index' })]));
  },
});
const pickOrZero = (x: Tensor, index: Tensor): Tensor => record(PICK_OR_ZERO, [x, index], {}, index.shape, x.dtype);

beforeEach(async () => void (await useBoth()), 60_000);

const device = 'webgpu';
const five = (): Tensor => tensor([0.5, 1.5, 2.5, 3.5, 4.5], { device });
const MESSAGE = 'pick: index 9 at position 2 is out of range for a dimension of size 5 (0 to 4).';

describe('an index out of range', () => {
  test('throws when the value is read', async () => {
    const bad = pick(five(), tensor([0, 1, 9, 2, -1], { device }));
    await expect(bad.data()).rejects.toThrow(IndexError);
  });

  test('tells the first position', async () => {
    await expect(pick(five(), tensor([0, 1, 9, 2, 77], { device })).data()).rejects.toThrow(MESSAGE);
    await expect(pick(five(), tensor([0, -3], { device })).data()).rejects.toThrow('index -3 at position 1');
  });

  test('tells it with the value that stands there, of very many', async () => {
    const count = 100_000;
    for (const first of [0, 77_777]) {
      const indices = Int32Array.from({ length: count }, (_, i) => (i < first ? i % 5 : 1000 + i));
      await expect(pick(five(), tensor(indices, { device })).data()).rejects.toThrow(`index ${1000 + first} at position ${first} `);
    }
  });

  test('never gives a value, however often it is asked for', async () => {
    const bad = pick(five(), tensor([0, 1, 9], { device }));
    const more = add(mul(bad, 2), 1);
    await realize(bad);
    await realize(more);
    for (let i = 0; i < 3; i++) {
      await expect(bad.data()).rejects.toThrow(MESSAGE);
      await expect(more.data()).rejects.toThrow(MESSAGE);
    }
    await expect(sum(more).item()).rejects.toThrow(MESSAGE);
  });

  test('does not spoil what is computed afterwards', async () => {
    await expect(pick(five(), tensor([5], { device })).data()).rejects.toThrow('index 5 at position 0');
    expect(await pick(five(), tensor([4, 0], { device })).toArray()).toEqual([4.5, 0.5]);
  });

  test('is told of the first kernel that met it', async () => {
    const first = pick(five(), tensor([9], { device }));
    const second = pick(five(), tensor([0, 8], { device }));
    await realize(first);
    await realize(second);
    await expect(second.data()).rejects.toThrow('index 9 at position 0');
    await expect(first.data()).rejects.toThrow('index 9 at position 0');
    await expect(second.data()).rejects.toThrow(IndexError);
  });

  test('does not matter on the side of a select that is not chosen', async () => {
    expect(await pickOrZero(five(), tensor([4, -1, 0], { device })).toArray()).toEqual([4.5, 0, 0.5]);
    await expect(pickOrZero(five(), tensor([4, -2], { device })).data()).rejects.toThrow('index -2 at position 1');
  });
});

test('a disposed tensor says so', async () => {
  const x = five();
  x.dispose();
  await expect(x.data()).rejects.toThrow(DisposedError);
});
