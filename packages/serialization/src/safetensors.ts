/**
 * Safetensors: tensors by name, and texts by name beside them.
 *
 *   length of the header (8 bytes), header in JSON, elements of all tensors
 *
 * Invariant: a header that does not fit the bytes is an error; nothing outside them is read.
 *
 * Reference: https://github.com/huggingface/safetensors#format
 */
import { requireTensor, StateError, type DType, type Tensor } from '@sconce/core';
import { bytesOf, isShape, STORED, tensorOf, type LoadOptions } from './host.js';

const CODES: Readonly<Record<DType, string>> = {
  float64: 'F64', float32: 'F32', float16: 'F16', bfloat16: 'BF16',
  int64: 'I64', int32: 'I32', int8: 'I8', uint8: 'U8', bool: 'BOOL',
};
const STORED_AS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(CODES).map(([dtype, code]) => [code, dtype])),
  I16: 'int16', U16: 'uint16', U32: 'uint32',
};

const METADATA = '__metadata__';
/** Elements begin at a multiple of this. */
const ALIGNMENT = 8;

export type NamedTensors = Readonly<Record<string, Tensor>>;

/**
 * The bytes of a safetensors file.
 *
 * @param tensors by name, such as a model's state dict
 * @param metadata texts by name
 * @throws ArgumentError for what is no tensor; StateError for the name that the format keeps to itself.
 * @example
 * await writeFile('model.safetensors', await saveSafetensors(model.stateDict()));
 * @see https://huggingface.co/docs/safetensors
 */
export async function saveSafetensors(tensors: NamedTensors, metadata: Readonly<Record<string, string>> = {}): Promise<Uint8Array> {
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { [METADATA]: metadata } : {};
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const [name, x] of Object.entries(tensors)) {
    requireTensor('saveSafetensors', x, `'${name}'`);
    if (name === METADATA) throw new StateError(`saveSafetensors: the name '${METADATA}' is the format's own.`);
    const bytes = await bytesOf(x);
    header[name] = { dtype: CODES[x.dtype], shape: x.shape, data_offsets: [end, end + bytes.length] };
    parts.push(bytes);
    end += bytes.length;
  }
  const text = JSON.stringify(header);
  const json = new TextEncoder().encode(text);
  const start = Math.ceil((8 + json.length) / ALIGNMENT) * ALIGNMENT;
  const file = new Uint8Array(start + end).fill(0x20, 0, start);
  new DataView(file.buffer).setBigUint64(0, BigInt(start - 8), true);
  file.set(json, 8);
  let at = start;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

const invalid = (why: string): StateError => new StateError(`loadSafetensors: this is no safetensors file: ${why}.`);

function headerOf(file: Uint8Array): { header: Record<string, unknown>; start: number } {
  if (file.length < 8) throw invalid(`it has ${file.length} bytes`);
  const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  if (length > BigInt(file.length - 8)) throw invalid(`its header of ${length} bytes is longer than the file`);
  const start = 8 + Number(length);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(8, start)));
  } catch {
    throw invalid('its header is no JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) throw invalid('its header is no object');
  return { header: header as Record<string, unknown>, start };
}

/**
 * The tensors in the bytes of a safetensors file, by name.
 *
 * @param options device: where they are; default: the default device. There, int64 that the device lacks becomes int32.
 * @throws StateError when the bytes do not fit the format; DTypeError for a dtype that the device lacks.
 * @example
 * model.loadStateDict(loadSafetensors(await readFile('model.safetensors')));
 * @see https://huggingface.co/docs/safetensors
 */
export function loadSafetensors(file: Uint8Array, options: LoadOptions = {}): Record<string, Tensor> {
  const { header, start } = headerOf(file);
  const entries = Object.entries(header).filter(([name]) => name !== METADATA);
  return Object.fromEntries(
    entries.map(([name, entry]) => {
      const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as { dtype?: unknown; shape?: unknown; data_offsets?: unknown };
      const stored = typeof dtype === 'string' ? STORED[STORED_AS[dtype]] : undefined;
      if (stored === undefined) throw invalid(`'${name}' is of dtype ${String(dtype)}, which is not known here`);
      if (!isShape(shape) || !isShape(offsets) || offsets.length !== 2) throw invalid(`the entry of '${name}' has no shape or no offsets`);
      const [from, to] = offsets;
      if (from > to || start + to > file.length) throw invalid(`'${name}' lies outside the file`);
      return [name, tensorOf(`loadSafetensors: '${name}'`, file.subarray(start + from, start + to), shape, stored, options)];
    }),
  );
}

/** The texts beside the tensors of a safetensors file. */
export function safetensorsMetadata(file: Uint8Array): Record<string, string> {
  const metadata = headerOf(file).header[METADATA] ?? {};
  if (typeof metadata !== 'object') throw invalid('its metadata is no object');
  return metadata as Record<string, string>;
}
