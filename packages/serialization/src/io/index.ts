/**
 * @sconce/serialization/io: the formats in files, in Node. The ending of a path says which: .safetensors, .npz, .npy,
 * and .pt or .pth for PyTorch's; any other is a checkpoint of ours.
 */
import type { Tensor } from '@sconce/core';
import { load, loadNpy, loadNpz, loadPt, loadSafetensors, save, saveNpy, saveNpz, savePt, saveSafetensors, type LoadOptions, type NamedTensors } from '../index.js';
import { isZip } from '../zip.js';

interface Format {
  readonly save: (value: never) => Promise<Uint8Array>;
  readonly load: (bytes: Uint8Array, options: LoadOptions) => unknown;
}

/** What a checkpoint holds tells PyTorch's, which may have any ending, from ours, which may be called .pt. */
const loadCheckpoint: Format['load'] = (bytes, options) => (isZip(bytes) ? loadPt : load)(bytes, options);

const FORMATS: Readonly<Record<string, Format>> = {
  pt: { save: savePt, load: loadCheckpoint },
  pth: { save: savePt, load: loadCheckpoint },
  safetensors: { save: (tensors: NamedTensors) => saveSafetensors(tensors), load: loadSafetensors },
  npz: { save: (tensors: NamedTensors) => saveNpz(tensors), load: loadNpz },
  npy: { save: (x: Tensor) => saveNpy(x), load: loadNpy },
};

const CHECKPOINT: Format = { save, load: loadCheckpoint };

const formatOf = (path: string): Format => FORMATS[path.slice(path.lastIndexOf('.') + 1)] ?? CHECKPOINT;

/**
 * Writes a file.
 *
 * @example await saveFile('run.ckpt', { model: model.stateDict(), epoch: 3 });
 */
export async function saveFile(path: string, value: unknown): Promise<void> {
  const { writeFile } = await import('node:fs/promises');
  await writeFile(path, await formatOf(path).save(value as never));
}

/**
 * Reads a file.
 *
 * @example
 * model.loadStateDict(await loadFile('model.safetensors'));
 * const { model: state, epoch } = await loadFile('checkpoint.pt');      // of torch.save
 */
export async function loadFile(path: string, options: LoadOptions = {}): Promise<unknown> {
  const { readFile } = await import('node:fs/promises');
  return formatOf(path).load(await readFile(path), options);
}
