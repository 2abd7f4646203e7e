/**
 * Sequences out of batches.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ShapeError, tensor, useSync, type Tensor } from '@sconce/core';
import { expect, test } from 'vitest';
import { utils } from '../index.js';

const { packSequence, padSequence, unpackSequence, unpadSequence } = utils.rnn;
const array = (t: Tensor): unknown => t.toArraySync();

test('packed and padded sequences come apart again', () => {
  useSync(createBackend(interpreterTarget('cpu')));
  const parts = [tensor([1, 2]), tensor([3, 4, 5])];
  expect(unpackSequence(packSequence(parts, { enforceSorted: false })).map(array)).toEqual([[1, 2], [3, 4, 5]]);
  expect(unpadSequence(padSequence(parts, { batchFirst: true }), [2, 3], { batchFirst: true }).map(array)).toEqual([[1, 2], [3, 4, 5]]);
  expect(() => unpadSequence(padSequence(parts), [2, 4])).toThrow(ShapeError);
});
