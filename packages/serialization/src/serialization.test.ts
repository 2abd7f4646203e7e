/**
 * Formats: what is saved comes back, what NumPy and others wrote is read, and broken files are typed errors.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, DTypeError, fromHost, StateError, tensor, useSync, type Tensor } from '@sconce/core';
import { Linear } from '@sconce/nn';
import { mul, sum } from '@sconce/ops';
import { Adam } from '@sconce/optim';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { load, loadNpy, loadNpz, loadSafetensors, safetensorsMetadata, save, saveNpy, saveNpz, saveSafetensors } from './index.js';
import { loadFile, saveFile } from './io/index.js';

useSync(createBackend(interpreterTarget('cpu')));
useSync(createBackend({ ...interpreterTarget('narrow'), dtypes: ['float32', 'int32'] }));

const ALL: readonly Tensor[] = [
  tensor([[1.5, -2], [NaN, Infinity]]),
  tensor([1e300, -0], { dtype: 'float64' }),
  fromHost(Uint16Array.of(0x3c00, 0x7c00), [2], 'float16'),
  tensor([1, -2, 3]),
  tensor([2n ** 62n, -1n], { dtype: 'int64' }),
  fromHost(Int8Array.of(-128, 127), [2, 1], 'int8'),
  fromHost(Uint8Array.of(0, 255), [1, 2], 'uint8'),
  tensor([true, false]),
  tensor(7),
  tensor([], { dtype: 'float32' }),
];
const named = Object.fromEntries([...ALL, fromHost(Uint16Array.of(0x3f80), [1], 'bfloat16')].map((x, i) => [`layer.${i}`, x]));
const described = (x: Tensor): unknown => [x.dtype, x.shape, [...x.dataSync()]];

describe('safetensors', () => {
  test('brings back every dtype, with texts beside', async () => {
    const file = await saveSafetensors(named, { format: 'pt' });
    const loaded = loadSafetensors(file);
    expect(Object.keys(loaded)).toEqual(Object.keys(named));
    for (const [name, x] of Object.entries(named)) expect(described(loaded[name])).toEqual(described(x));
    expect(safetensorsMetadata(file)).toEqual({ format: 'pt' });
  });

  const fileOf = (header: string, ...data: number[]): Uint8Array => {
    const file = new Uint8Array(8 + header.length + data.length);
    new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
    file.set(strToU8(header), 8);
    file.set(data, 8 + header.length);
    return file;
  };

  test('reads elements at odd places, and dtypes that become wider', () => {
    const file = fileOf('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U16","shape":[2],"data_offsets":[1,5]}}', 9, 255, 255, 1, 0);
    const { a, b } = loadSafetensors(file);
    expect([described(a), described(b)]).toEqual([['uint8', [1], [9]], ['int32', [2], [65535, 1]]]);
  });

  test.each([
    ['too short', new Uint8Array(3), /it has 3 bytes/],
    ['a header longer than the file', fileOf('{}').subarray(0, 9), /header of 2 bytes is longer/],
    ['no JSON', fileOf('{a}'), /header is no JSON/],
    ['an unknown dtype', fileOf('{"a":{"dtype":"F4","shape":[1],"data_offsets":[0,1]}}', 1), /'a' is of dtype F4/],
    ['bytes outside', fileOf('{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}', 1), /'a' lies outside the file/],
    ['a size that does not fit', fileOf('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,3]}}', 1, 2, 3), /got 3 bytes for the shape \[1\], expected 4/],
    ['no offsets', fileOf('{"a":{"dtype":"F32","shape":[1]}}'), /no shape or no offsets/],
  ])('rejects %s', (_, file, message) => {
    expect(() => loadSafetensors(file)).toThrow(StateError);
    expect(() => loadSafetensors(file)).toThrow(message);
  });

  test('rejects what is no tensor', async () => {
    await expect(saveSafetensors({ a: 3 as never })).rejects.toThrow(ArgumentError);
  });
});

test('int64 becomes int32 on a device without it, when it fits', async () => {
  const file = await saveSafetensors({ x: tensor([1n, -5n], { dtype: 'int64' }) });
  const { x } = loadSafetensors(file, { device: 'narrow' });
  expect(described(x)).toEqual(['int32', [2], [1, -5]]);
  const wide = await saveSafetensors({ x: tensor([2n ** 40n], { dtype: 'int64' }) });
  expect(() => loadSafetensors(wide, { device: 'narrow' })).toThrow(DTypeError);
});

describe('npy and npz', () => {
  test.each(ALL.map((x) => [x.dtype, x] as const))('%s', async (_, x) => {
    const file = await saveNpy(x);
    expect(described(loadNpy(file))).toEqual(described(x));
    expect((file.length - x.dataSync().byteLength) % 64).toBe(0);
  });

  const npy = (header: string, ...data: number[]): Uint8Array => {
    const text = `${header}\n`;
    return Uint8Array.from([0x93, ...strToU8('NUMPY'), 1, 0, text.length, 0, ...strToU8(text), ...data]);
  };

  test('reads other byte orders, column-major arrays and wider dtypes', () => {
    const big = npy("{'descr': '>i2', 'fortran_order': False, 'shape': (2,), }", 0, 1, 255, 254);
    expect(described(loadNpy(big))).toEqual(['int32', [2], [1, -2]]);
    const columns = npy("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }", 1, 4, 2, 5, 3, 6);
    expect(loadNpy(columns).toArraySync()).toEqual([[1, 2, 3], [4, 5, 6]]);
  });

  test('packs several, with and without compression', async () => {
    const tensors = { x: tensor(new Float32Array(1000)), y: tensor([1, 2]) };
    const [plain, small] = [await saveNpz(tensors), await saveNpz(tensors, { compress: true })];
    expect(small.length).toBeLessThan(plain.length / 4);
    for (const file of [plain, small]) expect(described((await loadNpz(file)).y)).toEqual(['int32', [2], [1, 2]]);
  });

  test.each([
    ['another format', strToU8('PK\x03\x04 and more'), /does not begin with/],
    ['strings', npy("{'descr': '<U4', 'fortran_order': False, 'shape': (1,), }"), /type 'U4' are not known/],
    ['records', npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }"), /its header is/],
    ['too few bytes', npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2,), }", 1), /got 1 bytes for the shape \[2\], expected 8/],
  ])('rejects %s', (_, file, message) => {
    expect(() => loadNpy(file)).toThrow(StateError);
    expect(() => loadNpy(file)).toThrow(message);
  });

  test('rejects bfloat16, and what is no zip', async () => {
    await expect(saveNpy(named['layer.10'])).rejects.toThrow(DTypeError);
    await expect(loadNpz(new Uint8Array(40))).rejects.toThrow(StateError);
    await expect(loadNpz(zipSync({ 'a.npy': strToU8('nothing like an array') }))).rejects.toThrow(StateError);
  });
});

describe('checkpoints', () => {
  test('bring back trees with tensors, and numbers that JSON lacks', async () => {
    const tree = { 'a.b': tensor([1.5]), a: { b: tensor([2]) }, list: [1, [tensor(3)], 'x', null, true], odd: [NaN, -Infinity, -0] };
    const loaded = load(await save(tree)) as typeof tree;
    expect(loaded.odd).toEqual([NaN, -Infinity, -0]);
    expect([loaded['a.b'].itemSync(), loaded.a.b.itemSync(), (loaded.list[1] as Tensor[])[0].itemSync()]).toEqual([1.5, 2, 3]);
    expect(loaded.list.filter((_, i) => i !== 1)).toEqual([1, 'x', null, true]);
  });

  test('let training go on as if it had not stopped', async () => {
    const make = (): { model: Linear; optimizer: Adam } => {
      const model = new Linear(2, 1);
      return { model, optimizer: new Adam(model.parameters(), { lr: 0.1, betas: [0.8, 0.9] }) };
    };
    const x = tensor([[1, 2], [0.5, -1]]);
    const train = ({ model, optimizer }: ReturnType<typeof make>): void => {
      optimizer.zeroGrad();
      const y = model.forward(x);
      sum(mul(y, y)).backward();
      optimizer.step();
    };
    const [first, second] = [make(), make()];
    for (let i = 0; i < 3; i++) train(first);
    const bytes = await save({ model: first.model.stateDict(), optimizer: first.optimizer.stateDict() });
    const { model, optimizer } = load(bytes) as { model: Record<string, Tensor>; optimizer: ReturnType<Adam['stateDict']> };
    second.model.loadStateDict(model);
    second.optimizer.loadStateDict(optimizer);
    for (let i = 0; i < 3; i++) [first, second].forEach(train);
    expect(second.model.weight.dataSync()).toEqual(first.model.weight.dataSync());
  });

  test('reject what has no place in a file', async () => {
    await expect(save({ model: new Linear(1, 1) })).rejects.toThrow("cannot save an object (Linear) at 'model'");
    for (const lost of [undefined, { list: [1, undefined] }]) await expect(save(lost)).rejects.toThrow(/cannot save undefined at/);
    expect(load(await save({ kept: 1, left: undefined }))).toEqual({ kept: 1 });
    await expect(save({ f: () => 1 })).rejects.toThrow(ArgumentError);
    await expect(save({ a: { $tensor: 'x' } })).rejects.toThrow("found at 'a'");
    const plain = await saveSafetensors({ x: tensor(1) });
    expect(() => load(plain)).toThrow('Use loadSafetensors');
  });
});

test('files say their format by their ending', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sconce-'));
  try {
    const x = tensor([1, 2]);
    const values: [string, unknown, (value: never) => Tensor][] = [
      ['a.safetensors', { x }, (v: { x: Tensor }) => v.x],
      ['a.npz', { x }, (v: { x: Tensor }) => v.x],
      ['a.npy', x, (v: Tensor) => v],
      ['a.ckpt', { deep: [x] }, (v: { deep: Tensor[] }) => v.deep[0]],
    ];
    for (const [name, value, pick] of values) {
      await saveFile(join(folder, name), value);
      expect(pick((await loadFile(join(folder, name))) as never).toArraySync()).toEqual([1, 2]);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
