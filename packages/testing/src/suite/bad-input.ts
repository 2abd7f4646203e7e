/**
 * Bad input: what each wrong call throws, by class and by words, and that an index out of range never gives a value.
 */
import { IndexError, tensor } from '@sconce/core';
import { crossEntropy } from '@sconce/losses';
import * as ops from '@sconce/ops';
import { describe, expect, test } from 'vitest';
import { ONE_PLACE } from './one-place.js';
import { WRONG_CALLS } from './wrong-calls.js';

/** Registers the checks for the default device. */
export function badInputSuite(): void {
  describe('bad input', () => {
    test.each(WRONG_CALLS)('$what', ({ call, type, words }) => {
      let thrown: unknown;
      try {
        call();
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(type);
      for (const word of words) expect((thrown as Error).message).toContain(word);
    });

    test('a label that was computed and is no class throws when the loss is read', async () => {
      const loss = crossEntropy(ops.ones([5, 5]), ops.mul(tensor([0, 1, 2, 7, 4]), 1));
      await expect(loss.item()).rejects.toThrow(/crossEntropy: target 7 at position 3 is not a class; input has 5 classes \(0 to 4\)/);
    });

    test('a probability that was computed and is none throws when it is read', async () => {
      await expect(ops.bernoulli(ops.mul(tensor([0.5, 0.9]), 1.5)).data()).rejects.toThrow(/bernoulli: the probability.* is not from 0 to 1/);
    });
  });

  describe('an index out of range where there is one place', () => {
    test.each(Object.entries(ONE_PLACE))('%s', async (_, call) => {
      await expect(Promise.resolve().then(() => call().data())).rejects.toThrow(IndexError);
    });

    test('and one inside changes nothing', async () => {
      const x = ops.full([1], 1.5);
      const inside = tensor([0, 0]);
      expect(await ops.gather(x, 0, inside).toArray()).toEqual([1.5, 1.5]);
      expect(await ops.gather(ops.expand(x, [5]), 0, tensor([0, 4, 2])).toArray()).toEqual([1.5, 1.5, 1.5]);
      expect(await ops.oneHot(inside, 1).toArray()).toEqual([[1], [1]]);
      expect(await ops.scatterAdd(x, 0, inside, ops.full([2], 1.5)).toArray()).toEqual([4.5]);
    });
  });
}
