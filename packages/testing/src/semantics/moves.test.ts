/**
 * Reads at the same time that wait for the same values from another device, in any order.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { tensor, useSync } from '@sconce/core';
import { add, mul, sub } from '@sconce/ops';
import { expect, test } from 'vitest';

const [here, there] = ['here', 'there'].map((name) => useSync(createBackend(interpreterTarget(name))));

test('each value moves for whoever needs it', async () => {
  const [a, b] = [3, 4].map((x) => mul(tensor([x], { device: here }), 2).to(there));
  expect(await Promise.all([add(a, b), sub(b, a), mul(a, b)].map((x) => x.toArray()))).toEqual([[14], [2], [48]]);
});
