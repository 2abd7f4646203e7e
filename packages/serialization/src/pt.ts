/**
 * PyTorch's own files, .pt and .pth: a zip file of a pickle, and of the elements of each storage that it refers to.
 *
 *   archive/data.pkl, archive/data/0, archive/data/1, …
 *
 * As with PyTorch's `weights_only`, tensors, containers and plain values are read and nothing else: state dicts and
 * checkpoints of them, no modules, whose classes the pickle only names.
 *
 * Invariant: no code of the file runs; a tensor that reaches beyond its storage is an error.
 *
 * Reference: https://pytorch.org/docs/stable/notes/serialization.html
 */
import { isTensor, sizeOf, StateError, stridesOf, type Shape, type Tensor } from '@sconce/core';
import { isShape, STORED, tensorOf, type LoadOptions, type Stored } from './host.js';
import { unpickled } from './pickle.js';
import { unzipped } from './zip.js';

const invalid = (why: string, options?: ErrorOptions): StateError => new StateError(`loadPt: ${why}.`, options);

/** The first letter of 'big'. */
const BIG = 0x62;

// ── storages ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export const STORAGES: Readonly<Record<string, string>> = {
  DoubleStorage: 'float64', FloatStorage: 'float32', HalfStorage: 'float16', BFloat16Storage: 'bfloat16',
  LongStorage: 'int64', IntStorage: 'int32', ShortStorage: 'int16', CharStorage: 'int8', ByteStorage: 'uint8', BoolStorage: 'bool',
};

/** A class of storages, as the pickle names it. */
class StorageType {
  constructor(readonly name: string) {}
}

class Storage {
  constructor(readonly stored: Stored, readonly bytes: Uint8Array) {}
}

/** ('storage', its class, its file, the device it was on, how many elements) */
function storageOf(id: unknown, files: Readonly<Record<string, Uint8Array>>, folder: string): Storage {
  const [kind, type, key] = Array.isArray(id) ? (id as unknown[]) : [];
  if (kind !== 'storage' || !(type instanceof StorageType)) throw invalid('its pickle refers to what is no storage');
  const stored = STORED[STORAGES[type.name]] as Stored | undefined;
  if (stored === undefined) throw invalid(`elements of a ${type.name} are not known here`);
  const file = `${folder}data/${String(key)}`;
  if (!Object.hasOwn(files, file)) throw invalid(`it lacks the storage ${file}`);
  return new Storage(stored, files[file]);
}

/** What no array can be longer than. A view that repeats its elements has more of them than its file. */
const MOST_BYTES = 2 ** 32;

// ── tensors ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The elements of a view, row-major. */
function gathered({ stored, bytes }: Storage, offset: number, shape: Shape, strides: readonly number[]): Uint8Array {
  const size = stored.bytes;
  const count = sizeOf(shape);
  const last = offset + shape.reduce((sum, n, d) => sum + (n - 1) * strides[d], 0);
  if (count > 0 && (last + 1) * size > bytes.length) throw invalid(`a tensor of shape [${shape.join(', ')}] reaches beyond its storage`);
  const rowMajor = stridesOf(shape);
  const isDense = shape.every((n, d) => n === 1 || strides[d] === rowMajor[d]);
  if (isDense) return bytes.subarray(offset * size, (offset + count) * size);
  if (count * size > MOST_BYTES) throw invalid(`a tensor of shape [${shape.join(', ')}] repeats its elements to ${count * size} bytes, expected at most ${MOST_BYTES}`);
  const out = new Uint8Array(count * size);
  for (let i = 0; i < count; i++) {
    const from = shape.reduce((sum, n, d) => sum + (Math.floor(i / rowMajor[d]) % n) * strides[d], offset);
    out.set(bytes.subarray(from * size, (from + 1) * size), i * size);
  }
  return out;
}

function rebuilt(options: LoadOptions, storage: unknown, offset: unknown, shape: unknown, strides: unknown, requiresGrad: unknown): Tensor {
  if (!(storage instanceof Storage) || !isShape([offset]) || !isShape(shape) || !isShape(strides) || shape.length !== strides.length) {
    throw invalid('its pickle makes a tensor of what is no storage, shape or strides');
  }
  const x = tensorOf('loadPt', gathered(storage, offset as number, shape, strides), shape, storage.stored, options);
  return requiresGrad === true ? x.requiresGrad_() : x;
}

// ── what the pickle may name ─────────────────────────────────────────────────────────────────────────────────────────

type Callable = (...args: readonly unknown[]) => unknown;

/** An ordered dictionary, of pairs where it has any: in JavaScript every object keeps its order. */
const dictionary: Callable = (pairs = []) => {
  if (!Array.isArray(pairs) || !pairs.every((pair) => Array.isArray(pair) && pair.length === 2)) throw invalid('its pickle makes a dictionary of what is no list of pairs');
  return Object.fromEntries(pairs as [string, unknown][]);
};

const namesOf = (options: LoadOptions): Readonly<Record<string, Callable>> => ({
  'collections.OrderedDict': dictionary,
  'torch.Size': (sizes) => sizes,
  'torch.device': (type, ...index) => [type, ...index].join(':'),
  'torch._utils._rebuild_tensor_v2': (storage, offset, shape, strides, requiresGrad) =>
    rebuilt(options, storage, offset, shape, strides, requiresGrad),
  'torch._utils._rebuild_parameter': (x, requiresGrad) => (requiresGrad === true && isTensor(x) ? x.requiresGrad_() : x),
});

function named(names: Readonly<Record<string, Callable>>, module: string, name: string): unknown {
  const path = `${module}.${name}`;
  if (Object.hasOwn(names, path)) return names[path];
  if (module === 'torch' && name.endsWith('Storage')) return new StorageType(name);
  if (module === 'torch' && name in STORED) return name;
  throw invalid(`the file holds a ${path}, and only tensors, containers and plain values are read. In PyTorch, save model.state_dict() and plain numbers`);
}

/**
 * What `torch.save` wrote: a state dict, or any lists and dictionaries of tensors, numbers and texts.
 *
 * Dictionaries become objects and tuples arrays. Tensors become float32 and so on as they were, on one device whichever
 * they were saved from; those that shared a storage have values of their own.
 *
 * @param options device: where they are; default: the default device. There, int64 that the device lacks becomes int32.
 * @throws StateError for what is no such file, for files of PyTorch before 1.6, and for whole modules and other objects;
 *   DTypeError for a dtype that the device lacks.
 * @example
 * // torch.save({'model': model.state_dict(), 'epoch': 3}, 'checkpoint.pt')
 * const { model: state, epoch } = await loadPt(await readFile('checkpoint.pt'));
 * @see https://pytorch.org/docs/stable/generated/torch.load.html
 */
export async function loadPt(file: Uint8Array, options: LoadOptions = {}): Promise<unknown> {
  const files = await unzipped(file, (cause) => invalid('this is no zip file. Files of PyTorch before 1.6 are none: load and save it again there', { cause }));
  const pickle = Object.keys(files).find((name) => /^([^/]*\/)?data\.pkl$/.test(name));
  if (pickle === undefined) throw invalid('this zip file has no data.pkl, which torch.save writes');
  const folder = pickle.slice(0, -'data.pkl'.length);
  if (files[`${folder}byteorder`]?.[0] === BIG) throw invalid('its elements are big-endian. Save it on a little-endian machine');
  const names = namesOf(options);
  return unpickled(files[pickle], {
    global: (module, name) => named(names, module, name),
    persistent: (id) => storageOf(id, files, folder),
  });
}
