/**
 * Files for torch.load: what loadPt reads of them, and the instructions and places that PyTorch expects. PyTorch 1.13 has
 * read files of all these kinds, with `weights_only` those without floats.
 */
import { readFile } from 'node:fs/promises';
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, isTensor, tensor, useSync, type DType, type Tensor } from '@sconce/core';
import { BatchNorm1d, Linear, Sequential } from '@sconce/nn';
import { t } from '@sconce/ops';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { loadPt, savePt } from './index.js';

useSync(createBackend(interpreterTarget('cpu')));

const through = async (x: unknown): Promise<unknown> => loadPt(await savePt(x));

describe('loadPt reads it as it was', () => {
  test('numbers, texts and containers', async () => {
    const numbers = [0, -1, 255, 65536, -70000, 2 ** 31, -(2 ** 40), 2n ** 62n, -(2n ** 80n), 0.5, -0, NaN, Infinity, 1e300];
    const value = { numbers, text: 'é😀', none: null, flags: [true, false], nested: [[[]], {}], ['__proto__']: 1 };
    expect(await through(value)).toEqual(value);
    expect(await through({ left: undefined, list: [undefined], map: new Map<unknown, unknown>([[1, 'a'], ['b', 2]]) })).toEqual({ list: [null], map: { 1: 'a', b: 2 } });
  });

  test('tensors of every dtype and form', async () => {
    for (const dtype of ['float64', 'float32', 'float16', 'bfloat16', 'int64', 'int32', 'int8', 'uint8', 'bool'] as const satisfies readonly DType[]) {
      const x = (await through(t(tensor([[1, 0], [1, 1]], { dtype })))) as Tensor;
      expect([x.dtype, x.shape, [...x.to('float32').dataSync()]]).toEqual([dtype, [2, 2], [1, 1, 0, 1]]);
    }
    const { scalar, empty, leaf } = (await through({ scalar: tensor(1.5), empty: tensor([[], []]), leaf: tensor([0.5], { requiresGrad: true }) })) as Record<string, Tensor>;
    expect([scalar.shape, scalar.itemSync(), empty.shape, leaf.requiresGrad]).toEqual([[], 1.5, [2, 0], true]);
  });

  test('a checkpoint of PyTorch', async () => {
    const checkpoint = await loadPt(await readFile(new URL('../fixtures/checkpoint.pt', import.meta.url)));
    const plain = (x: unknown): unknown => {
      if (isTensor(x)) return [x.dtype, x.shape, x.requiresGrad, [...x.dataSync()]];
      return typeof x === 'object' && x !== null ? Object.entries(x).map(([key, y]) => [key, plain(y)]) : x;
    };
    expect(plain(await through(checkpoint))).toEqual(plain(checkpoint));
  });

  test('what is met twice is one, and so are elements', async () => {
    const list = [1];
    const cycle: Record<string, unknown> = { a: list, b: list };
    cycle['self'] = cycle;
    const back = (await through(cycle)) as Record<string, unknown>;
    expect([back['a'] === back['b'], back['self'] === back]).toEqual([true, true]);
    const w = tensor([1.5, 2]);
    const tied = await savePt({ w, again: w, detached: w.detach(), other: tensor([1.5, 2]) });
    expect(Object.keys(unzipSync(tied)).filter((name) => name.startsWith('archive/data/'))).toEqual(['archive/data/0', 'archive/data/1']);
  });

  test('a model\'s state', async () => {
    const [a, b] = [0, 1].map(() => new Sequential(new Linear(3, 2), new BatchNorm1d(2)));
    b.loadStateDict((await through(a.stateDict())) as Record<string, Tensor>);
    expect(b.stateDict()['0.weight'].toArraySync()).toEqual(a.stateDict()['0.weight'].toArraySync());
  });
});

describe('what PyTorch expects', () => {
  const pickleOf = async (x: unknown): Promise<string> => strFromU8(unzipSync(await savePt(x))['archive/data.pkl'], true);

  test('keys that are whole numbers are ints, but names of tensors texts', async () => {
    const [int, text] = ['J\x03\x00\x00\x00', 'X\x01\x00\x00\x003'];
    expect(await pickleOf({ 3: true })).toBe(`\x80\x02}r\x00\x00\x00\x00(${int}\x88u.`);
    expect(await pickleOf({ 3: true, a: true })).toContain(text);
    expect(await pickleOf({ 3: tensor(1) })).toContain(`(${text}ctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\nIntStorage\n`);
    expect(await pickleOf(new Map([['3', true]]))).toContain(text);
  });

  test('elements lie uncompressed at multiples of 64 bytes', async () => {
    const file = Buffer.from(await savePt({ a: tensor([1.5, 2]), b: tensor([3, 4, 5]) }));
    for (const elements of [[1.5, 2], [3, 4, 5]]) {
      const bytes = new Uint8Array(elements[0] === 3 ? Int32Array.from(elements).buffer : Float32Array.from(elements).buffer);
      expect(file.indexOf(bytes) % 64).toBe(0);
    }
    expect(strFromU8(unzipSync(file)['archive/version'])).toBe('3\n');
  });
});

test.each<[string, unknown, RegExp]>([
  ['a module', { model: new Linear(1, 1) }, /cannot save an object \(Linear\) at 'model'\. Save model\.stateDict\(\)/],
  ['a function', [1, [() => 1]], /cannot save the function .* at '1\.0'/],
  ['a symbol', Symbol('x'), /cannot save/],
  ['a key that is an object', new Map([[{}, 1]]), /the key an object \(Object\)/],
  ['a bigint that is too long', 1n << 3000n, /2040 bits/],
])('%s is refused', async (_, value, message) => {
  await expect(savePt(value)).rejects.toThrow(message);
  await expect(savePt(value)).rejects.toThrow(ArgumentError);
});
