/**
 * Writing PyTorch's own files: the counterpart of `pt.ts`, for `torch.load`.
 *
 * As PyTorch writes them: files are stored, not compressed, and the elements of each storage begin at a multiple of 64
 * bytes, so that they can be mapped. A tensor is row-major in a storage of its own; tensors of the same value share one.
 *
 * Invariant: `torch.load(…, weights_only=True)` reads what is written, except floats before PyTorch 2.0, and so does `loadPt`.
 *
 * Reference: https://pytorch.org/docs/stable/notes/serialization.html
 */
import { isTensor, stridesOf, type Tensor } from '@sconce/core';
import { bytesOf } from './host.js';
import { Call, Global, Persistent, pickled, Tuple } from './pickling.js';
import { STORAGES } from './pt.js';
import { zip } from './zip.js';

// ── tensors ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const storageClass = (x: Tensor): Global => new Global('torch', Object.keys(STORAGES).find((name) => STORAGES[name] === x.dtype)!);

const EMPTY_HOOKS = new Call(new Global('collections', 'OrderedDict'), []);

/** A view of all of the storage of that number. */
function rebuilding(x: Tensor, storage: number): Call {
  const place = new Persistent(new Tuple(['storage', storageClass(x), String(storage), 'cpu', x.numel()]));
  return new Call(new Global('torch._utils', '_rebuild_tensor_v2'), [
    place, 0, new Tuple(x.shape), new Tuple(stridesOf(x.shape)), x.requiresGrad, EMPTY_HOOKS,
  ]);
}

// ── the zip file ─────────────────────────────────────────────────────────────────────────────────────────────────────

const ALIGNMENT = 64;
/** Bytes of a file's header in a zip file, without its name, and of that of its extra field. */
const HEADER = 30;
const EXTRA_HEADER = 4;
/** The extra field that PyTorch pads with, "FB". */
const PADDING = 0x4246;

type Stored = [Uint8Array, { readonly extra: Record<number, Uint8Array> }];

/** The files with as much padding as puts the elements of each at a multiple of 64 bytes. */
function aligned(files: readonly (readonly [name: string, bytes: Uint8Array])[]): Record<string, Stored> {
  let at = 0;
  return Object.fromEntries(files.map(([name, bytes]): [string, Stored] => {
    const unpadded = at + HEADER + name.length + EXTRA_HEADER;
    const padding = (ALIGNMENT - (unpadded % ALIGNMENT)) % ALIGNMENT;
    at = unpadded + padding + bytes.length;
    return [name, [bytes, { extra: { [PADDING]: new Uint8Array(padding) } }]];
  }));
}

/** Version of the format. */
const VERSION = '3\n';

/**
 * The bytes of a file that `torch.load` reads: a state dict, or any objects and arrays of tensors, numbers and texts.
 *
 * Objects become dictionaries and arrays lists; keys are texts, but ints in an object that has nothing but whole numbers as
 * keys and no tensors under them, as the state of an optimiser; a Map's keys are what they are. Whole numbers become ints,
 * int32 stays int32. What an optimiser keeps gets PyTorch's names by `stateToTorch` of
 * `@sconce/optim`.
 *
 * @throws ArgumentError for modules, functions and other values that have no place in a file.
 * @example
 * // model.load_state_dict(torch.load('run.pt')['model'])
 * await writeFile('run.pt', await savePt({ model: model.stateDict(), epoch: 3 }));
 * @see https://pytorch.org/docs/stable/generated/torch.save.html
 */
export async function savePt(value: unknown): Promise<Uint8Array> {
  const stored: Tensor[] = [];
  const numbers = new Map<object, number>();
  const numberOf = (x: Tensor): number => {
    const key = x.node.storage ?? x.node;
    if (!numbers.has(key)) numbers.set(key, stored.push(x) - 1);
    return numbers.get(key)!;
  };
  const pickle = pickled(value, (x) => (isTensor(x) ? rebuilding(x, numberOf(x)) : undefined));
  const elements = await Promise.all(stored.map(bytesOf));
  const { strToU8, zipSync } = await zip();
  const files = [['data.pkl', pickle], ...elements.map((bytes, i) => [`data/${i}`, bytes] as const), ['version', strToU8(VERSION)]] as const;
  return zipSync(aligned(files.map(([name, bytes]) => [`archive/${name}`, bytes])), { level: 0 });
}
