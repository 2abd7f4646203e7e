/**
 * Bounded caches, and that a backend's kernels are in one.
 */
import { defineOp, type Graph } from '@sconce/core';
import * as e from '@sconce/core/e';
import { expect, test } from 'vitest';
import { createBackend, MOST_KERNELS } from './create-backend.js';
import { interpreterTarget } from './interpreter.js';
import { recent } from './recent.js';

test('keeps what was used last, and no more than it may', () => {
  const made: string[] = [];
  const cache = recent<string, string>(2);
  const use = (key: string): string => cache.of(key, () => (made.push(key), key.toUpperCase()));
  expect(['a', 'b', 'a', 'c', 'a', 'b'].map(use)).toEqual(['A', 'B', 'A', 'C', 'A', 'B']);
  expect(made).toEqual(['a', 'b', 'c', 'b']);
  expect(cache.size).toBe(2);
});

test('a value of undefined is kept too', () => {
  let count = 0;
  const cache = recent<string, undefined>(2);
  for (let i = 0; i < 3; i++) cache.of('x', () => void (count += 1));
  expect(count).toBe(1);
});

test('a backend builds a kernel once, and forgets those used longest ago', () => {
  const input = defineOp({ name: 'input', form: 'input' });
  const negate = defineOp({ name: 'negate', form: 'element', lower: (ix, [x]) => e.neg(x(ix)) });
  const target = interpreterTarget('counting');
  let built = 0;
  const backend = createBackend({ ...target, build: (kernel) => (built++, target.build(kernel)) });
  const compileFor = (size: number): void => {
    const node = { attrs: {}, shape: [size], dtype: 'float32', keep: false } as const;
    const graph: Graph = { nodes: [{ ...node, op: input, inputs: [] }, { ...node, op: negate, inputs: [0] }], inputs: [0], scalars: [], roots: [1] };
    backend.compile(graph);
  };
  for (let size = 1; size <= MOST_KERNELS; size++) compileFor(size);
  compileFor(1);
  expect(built).toBe(MOST_KERNELS);
  compileFor(MOST_KERNELS + 1);
  compileFor(1);
  expect(built).toBe(MOST_KERNELS + 1);
  compileFor(2);
  expect(built).toBe(MOST_KERNELS + 2);
});
