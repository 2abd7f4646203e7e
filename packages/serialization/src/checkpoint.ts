/**
 * Checkpoints: whatever a program needs to go on, with tensors anywhere inside.
 *
 * The tensors go into a safetensors file, each under its path; the rest is JSON in its metadata, with a reference in the
 * place of each tensor. So any reader of safetensors can open a checkpoint.
 *
 * Invariant: what is loaded equals what was saved; what JSON cannot hold is rejected when it is saved.
 *
 * Reference: https://pytorch.org/tutorials/beginner/saving_loading_models.html
 */
import { ArgumentError, describe, isTensor, StateError, type Tensor } from '@sconce/core';
import { isPlain, type LoadOptions } from './host.js';
import { loadSafetensors, safetensorsMetadata, saveSafetensors } from './safetensors.js';
import { isZip } from './zip.js';

const KEY = 'sconce.checkpoint';
const REFERENCE = '$tensor';
const NUMBER = '$number';

function encode(value: unknown, path: string, tensors: Record<string, Tensor>): unknown {
  if (isTensor(value)) {
    let name = path;
    while (name in tensors) name += "'";
    tensors[name] = value;
    return { [REFERENCE]: name };
  }
  const below = (name: string | number): string => (path === '' ? String(name) : `${path}.${name}`);
  if (Array.isArray(value)) return value.map((x, i) => encode(x, below(i), tensors));
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) return { [NUMBER]: Object.is(value, -0) ? '-0' : String(value) };
  if (value === null || ['number', 'string', 'boolean'].includes(typeof value)) return value;
  if (typeof value === 'object' && isPlain(value)) {
    if (REFERENCE in value || NUMBER in value) throw new ArgumentError(`save: the names '${REFERENCE}' and '${NUMBER}' are the format's own, found at '${path}'.`);
    return Object.fromEntries(Object.entries(value).filter(([, x]) => x !== undefined).map(([name, x]) => [name, encode(x, below(name), tensors)]));
  }
  throw new ArgumentError(`save: cannot save ${describe(value)} at '${path}'. Save model.stateDict() and plain values.`);
}

function decode(value: unknown, tensors: Readonly<Record<string, Tensor>>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((x) => decode(x, tensors));
  const { [REFERENCE]: path, [NUMBER]: number } = value as Record<string, unknown>;
  if (typeof number === 'string') return Number(number);
  if (typeof path !== 'string') return Object.fromEntries(Object.entries(value).map(([name, x]) => [name, decode(x, tensors)]));
  if (!(path in tensors)) throw new StateError(`load: the checkpoint lacks the tensor '${path}' that it refers to.`);
  return tensors[path];
}

/**
 * The bytes of a checkpoint.
 *
 * @throws ArgumentError for functions, classes and other values that have no place in a file.
 * @example
 * const bytes = await save({ model: model.stateDict(), optimizer: optimizer.stateDict(), epoch: 3 });
 * @see https://pytorch.org/docs/stable/generated/torch.save.html
 */
export async function save(tree: unknown): Promise<Uint8Array> {
  const tensors: Record<string, Tensor> = {};
  const json = JSON.stringify(encode(tree, '', tensors));
  return saveSafetensors(tensors, { [KEY]: json });
}

/**
 * What was saved as a checkpoint.
 *
 * @param options device: where its tensors are; default: the default device.
 * @throws StateError when the bytes are no checkpoint.
 * @example
 * const { model: state, optimizer: rest, epoch } = load(await readFile('run.ckpt'));
 * model.loadStateDict(state);
 * optimizer.loadStateDict(rest);
 * @see https://pytorch.org/docs/stable/generated/torch.load.html
 */
export function load(bytes: Uint8Array, options: LoadOptions = {}): unknown {
  if (isZip(bytes)) throw new StateError('load: this is a zip file. Use loadPt for what torch.save wrote, loadNpz for arrays of NumPy.');
  const json = safetensorsMetadata(bytes)[KEY];
  if (json === undefined) throw new StateError('load: this safetensors file is no checkpoint. Use loadSafetensors.');
  return decode(JSON.parse(json), loadSafetensors(bytes, options));
}
