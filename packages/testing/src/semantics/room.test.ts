/**
 * A device whose memory runs out: what is on the host too makes room, never what the run at hand reads; and what finds no
 * room leaves nothing behind. And one that answers late: what was read is there, whatever became of the tensor meanwhile.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { commit, memory, OutOfMemoryError, realize, realizeSync, setDefaultDevice, tensor, useSync, type Tensor } from '@sconce/core';
import { add, cumsum, flip, mul, neg, tanh } from '@sconce/ops';
import { beforeEach, describe, expect, test } from 'vitest';

/** Elements of a tensor, and how many bytes it takes. */
const SIZE = 250;
const BYTES = 4 * SIZE;

/** Makes a device with room for so many tensors. What is freed there is overwritten. */
function useNarrow(tensors: number): void {
  let used = 0;
  let arena = 0;
  const take = (bytes: number): void => {
    if (used + bytes > tensors * BYTES) throw new OutOfMemoryError(`no room for ${bytes} beside ${used}.`);
    used += bytes;
  };
  const target = interpreterTarget('narrow');
  useSync(createBackend({
    ...target,
    allocate(bytes) {
      take(bytes);
      return target.allocate(bytes);
    },
    free(buffer) {
      used -= (buffer as ArrayBuffer).byteLength;
      new Uint8Array(buffer as ArrayBuffer).fill(255);
    },
    arena(bytes) {
      take(bytes - arena);
      arena = bytes;
      return target.arena(bytes);
    },
  }));
  setDefaultDevice('narrow');
}

const given = (from: number): Tensor => tensor(Float32Array.from({ length: SIZE }, (_, i) => from + i));
/** On the device, with a copy on the host. */
const uploaded = (from: number): Tensor => {
  const x = given(from);
  using used = neg(x);
  realizeSync(used);
  return x;
};
const bytes = (): number => memory().narrow.bytes;

describe('where there is room for four tensors', () => {
  beforeEach(() => useNarrow(4));

  test('a result takes the place of what is on the host too, not of what it is computed from', () => {
    const unused = [uploaded(1), uploaded(2)];
    const [x, y] = [given(0), given(1000)];
    expect(Array.from(add(flip(x, [0]), y).dataSync() as Float32Array)).toEqual(Array.from({ length: SIZE }, () => 1249));
    expect(unused[0].dataSync()[0]).toBe(1);
  });

  test('temporaries do too', () => {
    const unused = [uploaded(1), uploaded(2), uploaded(3)];
    expect((cumsum(cumsum(cumsum(given(0), 0), 0), 0).dataSync() as Float32Array)[3]).toBe(15);
    expect(unused[2].dataSync()[0]).toBe(3);
  });

  test('results that find none leave nothing behind', () => {
    const x = uploaded(0);
    const before = bytes();
    const results = [1, 2, 3, 4, 5].map((factor) => mul(x, factor));
    for (let i = 0; i < 3; i++) expect(() => realizeSync(results)).toThrow(OutOfMemoryError);
    expect(bytes()).toBe(before);
    expect(results.map((y) => y.dataSync()[2])).toEqual([2, 4, 6, 8, 10]);
  });
});

test('a value that is being read arrives, though steps have freed it meanwhile', async () => {
  const target = interpreterTarget('late');
  let answer = (): void => undefined;
  const asked = new Promise<void>((resolve) => (answer = resolve));
  useSync(createBackend({
    ...target,
    syncReads: false,
    downloadSync: undefined,
    async download(buffer, dtype, size) {
      const copy = await target.download(buffer, dtype, size);
      await asked;
      return copy;
    },
  }));
  setDefaultDevice('late');
  const w = tensor(new Float32Array(SIZE).fill(0.5)).requiresGrad_();
  const y = tanh(w);
  await realize(y);
  const reading = y.data();
  await Promise.resolve();
  for (let i = 0; i < 3; i++) commit('late');
  answer();
  expect((await reading)[7]).toBeCloseTo(Math.tanh(0.5));
  await expect(y.data()).rejects.toThrow(/freed when an optimiser/);
});
