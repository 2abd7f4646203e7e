/**
 * What is saved comes back: names, shapes, dtypes and bits, through safetensors, npy and npz.
 */
import { cpu } from '@sconce/backend-cpu';
import { dtypeBytes, fromHost, hostArray, setDefaultDevice, use, type DType, type Tensor } from '@sconce/core';
import { permute } from '@sconce/ops';
import { loadNpy, loadNpz, loadSafetensors, saveNpy, saveNpz, saveSafetensors } from '@sconce/serialization';
import fc from 'fast-check';
import { beforeAll, expect } from 'vitest';
import { shapes } from './arbitraries.js';
import { property } from './check.js';
import { sizeOf } from './plain.js';

beforeAll(async () => setDefaultDevice(await use(cpu({ threads: 1 }))));

const IN_NUMPY: readonly DType[] = ['float32', 'float64', 'float16', 'int32', 'int64', 'int8', 'uint8', 'bool'];

interface Stored {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly bytes: Uint8Array;
}

/** Any bits, NaN of all kinds among them. */
const stored = (dtypes: readonly DType[]): fc.Arbitrary<Stored> =>
  fc.tuple(shapes(), fc.constantFrom(...dtypes)).chain(([shape, dtype]) => {
    const length = sizeOf(shape) * dtypeBytes(dtype);
    return fc.uint8Array({ min: 0, max: dtype === 'bool' ? 1 : 255, minLength: length, maxLength: length, size: 'max' }).map((bytes) => ({ shape, dtype, bytes }));
  });

function toTensor({ shape, dtype, bytes }: Stored): Tensor {
  const host = hostArray(dtype, sizeOf(shape));
  new Uint8Array(host.buffer).set(bytes);
  return fromHost(host, shape, dtype);
}

async function expectStored(x: Tensor, { shape, dtype, bytes }: Stored): Promise<void> {
  const host = await x.data();
  expect([x.shape, x.dtype, new Uint8Array(host.buffer, host.byteOffset, host.byteLength)]).toEqual([shape, dtype, bytes]);
}

// Names that are keys of every object, or that need quoting, are among them.
const name = fc.oneof(fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }), fc.constantFrom('toString', 'a.b.0', '"', '\\')).filter((n) => n !== '__metadata__' && n !== '__proto__');
const named = (dtypes: readonly DType[]): fc.Arbitrary<Record<string, Stored>> => fc.dictionary(name, stored(dtypes), { maxKeys: 5, noNullPrototype: true });
const tensorsOf = (all: Record<string, Stored>): Record<string, Tensor> => Object.fromEntries(Object.entries(all).map(([k, x]) => [k, toTensor(x)]));

property('safetensors brings everything back', [named([...IN_NUMPY, 'bfloat16'])], async (all) => {
  const back = loadSafetensors(await saveSafetensors(tensorsOf(all)));
  expect(Object.keys(back).sort()).toEqual(Object.keys(all).sort());
  for (const [key, x] of Object.entries(all)) await expectStored(back[key], x);
});

property('npy brings everything back', [stored(IN_NUMPY)], async (x) => expectStored(loadNpy(await saveNpy(toTensor(x))), x));

property('npz brings everything back', [named(IN_NUMPY), fc.boolean()], async (all, compress) => {
  const back = await loadNpz(await saveNpz(tensorsOf(all), { compress }));
  expect(Object.keys(back).sort()).toEqual(Object.keys(all).sort());
  for (const [key, x] of Object.entries(all)) await expectStored(back[key], x);
}, { runs: 50 });

// Not of halves, which compute in float32: a signalling NaN comes out quiet.
property('views are saved as what they show', [stored(IN_NUMPY.filter((dtype) => dtype !== 'float16'))], async (x) => {
  const turned = permute(toTensor(x), x.shape.map((_, d) => x.shape.length - 1 - d));
  const back = permute(loadNpy(await saveNpy(turned)), x.shape.map((_, d) => x.shape.length - 1 - d));
  await expectStored(back, x);
}, { runs: 50 });

property('a safetensors file that is cut is refused', [named(['float32', 'int64']).filter((all) => Object.values(all).some((x) => x.bytes.length > 0)), fc.nat()], async (all, cut) => {
  const file = await saveSafetensors(tensorsOf(all));
  expect(() => loadSafetensors(file.subarray(0, cut % file.length))).toThrow();
}, { runs: 50 });
