/**
 * NumPy's formats: npy holds one array, npz is a zip file of them.
 *
 *   \x93NUMPY, version (2 bytes), length of the header, header (a Python literal), elements
 *
 * Reference: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { DTypeError, requireTensor, sizeOf, StateError, stridesOf, type DType, type Shape, type Tensor } from '@sconce/core';
import { bytesOf, STORED, tensorOf, type LoadOptions } from './host.js';
import type { NamedTensors } from './safetensors.js';
import { unzipped, zip } from './zip.js';

const CODES: Readonly<Partial<Record<DType, string>>> = {
  float64: '<f8', float32: '<f4', float16: '<f2', int64: '<i8', int32: '<i4', int8: '|i1', uint8: '|u1', bool: '|b1',
};
const STORED_AS: Readonly<Record<string, string>> = {
  f8: 'float64', f4: 'float32', f2: 'float16', i8: 'int64', i4: 'int32', i2: 'int16', i1: 'int8', u4: 'uint32', u2: 'uint16', u1: 'uint8', b1: 'bool',
};
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const ALIGNMENT = 64;

/**
 * The bytes of an npy file.
 *
 * @throws DTypeError for bfloat16, which NumPy lacks.
 * @example await writeFile('x.npy', await saveNpy(x));
 * @see https://numpy.org/doc/stable/reference/generated/numpy.save.html
 */
export async function saveNpy(x: Tensor): Promise<Uint8Array> {
  requireTensor('saveNpy', x);
  const code = CODES[x.dtype];
  if (code === undefined) throw new DTypeError(`saveNpy: NumPy has no ${x.dtype}. Use x.to('float32').`);
  const shape = x.ndim === 1 ? `(${x.shape[0]},)` : `(${x.shape.join(', ')})`;
  const text = `{'descr': '${code}', 'fortran_order': False, 'shape': ${shape}, }`;
  const start = Math.ceil((10 + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const elements = await bytesOf(x);
  const file = new Uint8Array(start + elements.length);
  file.set([...MAGIC, 1, 0]);
  new DataView(file.buffer).setUint16(8, start - 10, true);
  file.set(new TextEncoder().encode(`${text.padEnd(start - 11)}\n`), 10);
  file.set(elements, start);
  return file;
}

const invalid = (why: string): StateError => new StateError(`loadNpy: this is no npy file: ${why}.`);

interface Header {
  readonly order: string;
  readonly code: string;
  readonly fortran: boolean;
  readonly shape: number[];
  readonly start: number;
}

function headerOf(file: Uint8Array): Header {
  if (file.length < 12 || MAGIC.some((x, i) => file[i] !== x)) throw invalid('it does not begin with \\x93NUMPY');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const wide = file[6] >= 2;
  const start = wide ? 12 + view.getUint32(8, true) : 10 + view.getUint16(8, true);
  if (start > file.length) throw invalid('its header is longer than the file');
  const text = new TextDecoder('latin1').decode(file.subarray(wide ? 12 : 10, start));
  const [, order, code] = /'descr':\s*'([<>|=])(\w+)'/.exec(text) ?? [];
  const [, fortran] = /'fortran_order':\s*(True|False)/.exec(text) ?? [];
  const [, sizes] = /'shape':\s*\(([\d\s,]*)\)/.exec(text) ?? [];
  if (code === undefined || fortran === undefined || sizes === undefined) throw invalid(`its header is ${text.trim()}`);
  return { order, code, fortran: fortran === 'True', shape: sizes.split(',').filter((n) => n.trim() !== '').map(Number), start };
}

/** Elements of `size` bytes with their bytes turned around. */
function swapped(bytes: Uint8Array, size: number): Uint8Array {
  const turned = new Uint8Array(bytes);
  for (let i = 0; i < turned.length; i += size) turned.subarray(i, i + size).reverse();
  return turned;
}

/** Elements in column-major order, put in row-major order. */
function transposed(bytes: Uint8Array, shape: Shape, size: number): Uint8Array {
  const out = new Uint8Array(bytes.length);
  const rowMajor = stridesOf(shape);
  const count = sizeOf(shape);
  for (let i = 0; i < count; i++) {
    let from = 0;
    for (let d = 0, step = 1; d < shape.length; step *= shape[d++]) from += (Math.floor(i / rowMajor[d]) % shape[d]) * step;
    for (let b = 0; b < size; b++) out[i * size + b] = bytes[from * size + b];
  }
  return out;
}

/**
 * The tensor in the bytes of an npy file.
 *
 * @param options device: where it is; default: the default device. There, int64 that the device lacks becomes int32.
 * @throws StateError when the bytes do not fit the format or hold what is no tensor; DTypeError for a dtype that the device lacks.
 * @example const x = loadNpy(await readFile('x.npy'));
 * @see https://numpy.org/doc/stable/reference/generated/numpy.load.html
 */
export function loadNpy(file: Uint8Array, options: LoadOptions = {}): Tensor {
  const { order, code, fortran, shape, start } = headerOf(file);
  const stored = STORED[STORED_AS[code]];
  if (stored === undefined) throw new StateError(`loadNpy: elements of type '${code}' are not known here. They may be ${Object.keys(STORED_AS).join(', ')}.`);
  let bytes = file.subarray(start, start + sizeOf(shape) * stored.bytes);
  if (order === '>') bytes = swapped(bytes, stored.bytes);
  if (fortran && bytes.length === sizeOf(shape) * stored.bytes) bytes = transposed(bytes, shape, stored.bytes);
  return tensorOf('loadNpy', bytes, shape, stored, options);
}

/**
 * The bytes of an npz file.
 *
 * @param options compress: as `numpy.savez_compressed`. Default false.
 * @example await writeFile('data.npz', await saveNpz({ x, y }));
 * @see https://numpy.org/doc/stable/reference/generated/numpy.savez.html
 */
export async function saveNpz(tensors: NamedTensors, options: { readonly compress?: boolean } = {}): Promise<Uint8Array> {
  const { zipSync } = await zip();
  const files = await Promise.all(Object.entries(tensors).map(async ([name, x]) => [`${name}.npy`, await saveNpy(x)] as const));
  return zipSync(Object.fromEntries(files), { level: options.compress ? 6 : 0 });
}

/**
 * The tensors in the bytes of an npz file, by name.
 *
 * @throws as `loadNpy`.
 * @example const { x, y } = await loadNpz(await readFile('data.npz'));
 */
export async function loadNpz(file: Uint8Array, options: LoadOptions = {}): Promise<Record<string, Tensor>> {
  const files = await unzipped(file, (cause) => new StateError('loadNpz: this is no npz file: it cannot be unpacked as zip.', { cause }));
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name.replace(/\.npy$/, ''), loadNpy(bytes, options)]));
}
