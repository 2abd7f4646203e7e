/**
 * A backend that takes another's place has none of its memory: values move or are lost, and are never read elsewhere.
 */
import { DeviceLostError, realizeSync, tensor, useSync } from '@sconce/core';
import { add } from '@sconce/ops';
import { expect, test } from 'vitest';
import { createBackend } from './index.js';
import { interpreterTarget } from './interpreter.js';

test('values on the host move to the backend that takes the place of theirs, others are lost', () => {
  useSync(createBackend(interpreterTarget('cpu')));
  const x = tensor([1, 2, 3]);
  const read = add(x, 1);
  const unread = add(x, 2);
  realizeSync([read, unread]);
  expect([...read.dataSync()]).toEqual([2, 3, 4]);

  useSync(createBackend(interpreterTarget('cpu')));
  const other = add(tensor([7, 8, 9]), x);
  realizeSync(other);
  expect([...add(read, x).dataSync()]).toEqual([3, 5, 7]);
  expect(() => unread.dataSync()).toThrow(DeviceLostError);
  expect([...other.dataSync()]).toEqual([8, 10, 12]);
});
