/**
 * Files of torch.save, as PyTorch 1.13 wrote them (fixtures), and files that are spoilt.
 */
import { readFile } from 'node:fs/promises';
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { DTypeError, StateError, useSync, type Tensor } from '@sconce/core';
import { BatchNorm1d, Linear, Sequential } from '@sconce/nn';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { load, loadPt } from './index.js';
import { loadFile } from './io/index.js';

useSync(createBackend(interpreterTarget('cpu')));
useSync(createBackend({ ...interpreterTarget('narrow'), dtypes: ['float32', 'int32'] }));

const path = (name: string): string => new URL(`../fixtures/${name}`, import.meta.url).pathname;
const checkpoint = await readFile(path('checkpoint.pt'));
const linear = await readFile(path('module.pt'));

interface Checkpoint {
  readonly [name: string]: unknown;
  readonly model: Readonly<Record<string, Tensor>>;
  readonly views: readonly Tensor[];
  readonly dtypes: readonly Tensor[];
  readonly parameter: Tensor;
}
const described = (x: Tensor): unknown => [x.dtype, x.shape, [...x.dataSync()]];

describe('a checkpoint of PyTorch', () => {
  test('has the values of a model, which a model of the same layers takes', async () => {
    const { model } = (await loadPt(checkpoint)) as Checkpoint;
    expect(Object.keys(model)).toEqual(['0.weight', '0.bias', '1.weight', '1.bias', '1.running_mean', '1.running_var', '1.num_batches_tracked']);
    expect(described(model['0.bias'])).toEqual(['float32', [2], [-0.011439144611358643, 0.45777493715286255]]);
    const net = new Sequential(new Linear(3, 2), new BatchNorm1d(2));
    net.loadStateDict(model);
    expect(net.stateDict()['0.weight'].toArraySync()).toEqual([
      [-0.004322517663240433, 0.3097158372402191, -0.4751853346824646],
      [-0.4248946011066437, -0.2223689705133438, 0.15482072532176971],
    ]);
  });

  test('has plain values as they were', async () => {
    const { model, optimizer, views, dtypes, parameter, empty, ...rest } = (await loadPt(checkpoint)) as Checkpoint;
    const others = { epoch: 3, large: 2n ** 62n, negative: -70000, loss: 0.1, name: 'é', best: null, flags: [true, false], sizes: [2, 3], device: 'cpu', dtype: 'float32' };
    expect(rest).toEqual(Object.defineProperty({ ...others }, '__proto__', { value: 1, enumerable: true }));
    expect([Object.keys(model).length, views.length, dtypes.length, described(empty as Tensor)]).toEqual([7, 5, 10, ['float32', [0, 2], []]]);
    expect(optimizer).toMatchObject({ param_groups: [{ lr: 0.5, betas: [0.9, 0.999], params: [0, 1, 2, 3] }] });
    expect([parameter.requiresGrad, parameter.toArraySync()]).toEqual([true, [0.5]]);
  });

  test('gives views the elements that they see', async () => {
    const { views } = (await loadPt(checkpoint)) as Checkpoint;
    expect(views.map((x) => x.toArraySync())).toEqual([
      [[0, 3], [1, 4], [2, 5]], [1, 2, 3], [1, 4], [[[0, 1, 2], [3, 4, 5]], [[0, 1, 2], [3, 4, 5]]], 7,
    ]);
  });

  test('has every dtype, and goes to the device that is named', async () => {
    const { dtypes } = (await loadPt(checkpoint)) as Checkpoint;
    expect(dtypes.map((x) => x.dtype)).toEqual(['float64', 'float32', 'float16', 'bfloat16', 'int64', 'int32', 'int32', 'int8', 'uint8', 'bool']);
    for (const x of dtypes) expect(x.to('float32').toArraySync()).toEqual([1, 0]);
    await expect(loadPt(checkpoint, { device: 'narrow' })).rejects.toThrow(DTypeError);
  });

  test('is a file of any ending', async () => {
    expect(((await loadFile(path('checkpoint.pt'))) as Checkpoint).epoch).toBe(3);
  });
});

/** The checkpoint with one of its files in another form. */
function spoilt(name: string, spoil: (bytes: Uint8Array) => Uint8Array | null): Uint8Array {
  const files: Record<string, Uint8Array> = unzipSync(checkpoint);
  const bytes = spoil(files[`checkpoint/${name}`]);
  if (bytes === null) delete files[`checkpoint/${name}`];
  else files[`checkpoint/${name}`] = bytes;
  return zipSync(files);
}
const pickle = (text: string): Uint8Array => spoilt('data.pkl', () => Uint8Array.from(text, (c) => c.charCodeAt(0)));

/** Pickles by hand: a storage of six elements, and a tensor of it. */
const storage = (type: string): string => `(X\x07\0\0\0storagectorch\n${type}\nX\x01\0\0\x000X\x03\0\0\0cpuK\x06tQ`;
const rebuilt = (of: string, offset: string, shape: string, strides: string): Uint8Array =>
  pickle(`\x80\x02ctorch._utils\n_rebuild_tensor_v2\n(${of}${offset}${shape}${strides}\x89}tR.`);
const [TWO, ONE] = ['K\x02\x85', 'K\x01\x85'];

test('instructions that other writers use', async () => {
  expect(await loadPt(pickle('\x80\x02M\x01\x02.'))).toBe(0x201);
  expect(await loadPt(pickle('\x80\x04\x95\x14\0\0\0\0\0\0\0\x8c\x05torch\x8c\x04Size\x93K\x02K\x03\x86\x85R.'))).toEqual([2, 3]);
  const x = (await loadPt(rebuilt(storage('FloatStorage'), 'K\x01', TWO, ONE))) as Tensor;
  expect([x.shape, x.requiresGrad]).toEqual([[2], false]);
});

describe('what is refused', () => {
  test.each<[string, Uint8Array, RegExp]>([
    ['a module', linear, /holds a torch\.nn\.modules\.linear\.Linear, and only tensors.*save model\.state_dict\(\)/],
    ['a function of the system', pickle('\x80\x02cos\nsystem\n(X\x02\x00\x00\x00lstR.'), /holds a os\.system/],
    ['another format', strToU8('not a zip'), /no zip file\. Files of PyTorch before 1\.6/],
    ['another zip file', zipSync({ 'x.npy': new Uint8Array(1) }), /no data\.pkl/],
    ['a storage that is not there', spoilt('data/0', () => null), /lacks the storage checkpoint\/data\/0/],
    ['a storage that is too short', spoilt('data/0', (x) => x.slice(4)), /\[2, 3\] reaches beyond its storage/],
    ['elements of a large-endian machine', spoilt('byteorder', () => strToU8('big')), /big-endian/],
    ['a pickle that ends early', spoilt('data.pkl', (x) => x.slice(0, 100)), /ends within an instruction/],
    ['an instruction that is not known', pickle('\x80\x02i.'), /instruction 0x69/],
    ['a value that was never kept', pickle('\x80\x02h\x07.'), /recalls what it never kept/],
    ['an empty stack', pickle('\x80\x02.'), /takes more values than it has/],
    ['values without a mark', pickle('\x80\x02K\x01t.'), /lacks a mark/],
    ['a name without an end', pickle('\x80\x02cos'), /ends within a line/],
    ['an item of a number', pickle('\x80\x02K\x01K\x02K\x03s.'), /sets an item of what is no dictionary/],
    ['an item of nothing', pickle('\x80\x02NK\x02K\x03s.'), /sets an item of what is no dictionary/],
    ['an end of a number', pickle('\x80\x02K\x01K\x02a.'), /appends to what is no list/],
    ['a call of a number', pickle('\x80\x02K\x01)R.'), /calls what is no function/],
    ['a call without arguments', pickle('\x80\x02ctorch\nSize\nK\x01R.'), /calls what is no function/],
    ['a reference to nothing', pickle('\x80\x02NQ.'), /refers to what is no storage/],
    ['a reference to another thing', pickle('\x80\x02(X\x05\0\0\0modelctorch\nFloatStorage\ntQ.'), /refers to what is no storage/],
    ['complex elements', pickle(`\x80\x02${storage('ComplexFloatStorage')}.`), /elements of a ComplexFloatStorage are not known/],
    ['a function of torch', pickle('\x80\x02ctorch\nload\n.'), /holds a torch\.load/],
    ['storages of others', pickle('\x80\x02cfoo\nFloatStorage\n.'), /holds a foo\.FloatStorage/],
    ['a tensor of nothing', rebuilt('N', 'K\0', TWO, ONE), /makes a tensor of what is no storage/],
    ['a tensor that begins nowhere', rebuilt(storage('FloatStorage'), 'N', TWO, ONE), /makes a tensor of what is no storage/],
    ['a tensor without a shape', rebuilt(storage('FloatStorage'), 'K\0', 'N', ONE), /makes a tensor of what is no storage/],
    ['a tensor without strides', rebuilt(storage('FloatStorage'), 'K\0', TWO, 'N'), /makes a tensor of what is no storage/],
    ['a tensor with too few strides', rebuilt(storage('FloatStorage'), 'K\0', TWO, ')'), /makes a tensor of what is no storage/],
    ['an element beyond its storage', rebuilt(storage('FloatStorage'), 'K\x63', ')', ')'), /reaches beyond its storage/],
    ['elements that repeat without end', rebuilt(storage('FloatStorage'), 'K\0', 'J\xff\xff\xff\x7f\x85', 'K\0\x85'), /repeats its elements to 8589934588 bytes/],
    ['a dictionary of a number', pickle('\x80\x02ccollections\nOrderedDict\nK\x01\x85R.'), /no list of pairs/],
    ['a dictionary of numbers', pickle('\x80\x02ccollections\nOrderedDict\n]K\x01a\x85R.'), /no list of pairs/],
    ['a key that is a list', pickle('\x80\x02}]Ns.'), /neither a text nor a number/],
  ])('%s', async (_, file, message) => {
    await expect(loadPt(file)).rejects.toThrow(message);
    await expect(loadPt(file)).rejects.toThrow(StateError);
  });

  test('a checkpoint of PyTorch as one of ours, with what to do', () => {
    expect(() => load(checkpoint)).toThrow(/loadPt/);
  });
});
