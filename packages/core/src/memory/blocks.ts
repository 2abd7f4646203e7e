/**
 * Blocks: device buffers, where their content is, and what they can still become.
 *
 * Invariant: `blocks` holds exactly those that are on their device, in the order in which they came there.
 */
import type { DeviceBuffer } from '../device/backend.js';
import { backendOf } from '../device/device.js';
import type { DType, TypedArray } from '../tensor/dtype.js';
import { DeviceLostError, DisposedError, OutOfMemoryError } from '../errors.js';
import { LinkedList, type Links } from './linked-list.js';

export interface Block extends Links<Block> {
  readonly device: string;
  readonly dtype: DType;
  readonly size: number;
  readonly bytes: number;
  /** null while the content is on the host only. */
  buffer: DeviceBuffer | null;
  /** The storage has the content on the host too. The copy itself hangs on the storage, which a finaliser must not hold. */
  restorable: boolean;
  volatile: boolean;
  /** How many handles hold it: leaves, and what is bound in place (parameters, buffers, optimiser state). */
  pins: number;
  /** Generations. */
  readonly born: number;
  lastUse: number;
  state: 'live' | 'expired' | 'disposed' | 'lost';
}

/** What a node holds. */
export interface Storage {
  readonly block: Block;
  host: TypedArray | null;
  /** The finaliser knows it, or will. */
  watched: boolean;
  /** An array of the block's size that nobody touches: it tells the collector how much memory hangs on the handle. */
  pressure: ArrayBuffer | null;
}

/** The blocks on all devices. */
export const blocks = new LinkedList<Block>();

/** The blocks of the scopes that are open: of each those of the nodes that were recorded in it. */
let scopes: Set<Block>[] = [];

/** The blocks of the innermost scope, if one is open. */
export const currentScope = (): Set<Block> | null => scopes[scopes.length - 1] ?? null;

/** Opens a scope. */
export function openScope(): Set<Block> {
  const made = new Set<Block>();
  scopes.push(made);
  return made;
}

/** Closes a scope, and frees its blocks unless `survivors` says otherwise. */
export function closeScope(made: Set<Block>, survivors: ReadonlySet<Block>): void {
  scopes = scopes.filter((s) => s !== made);
  for (const block of made) {
    if (block.pins > 0) continue;
    if (survivors.has(block)) currentScope()?.add(block);
    else discard(block, 'disposed');
  }
}

/** The nodes of the run at hand: what they hold stays where it is. */
let inUse: readonly { readonly storage: Storage | null }[] = [];
export function setInUse(nodes: typeof inUse): void {
  inUse = nodes;
}

/** Does what takes room on a device: where there is none, again without what is on the host too and not in use. */
export function withRoom<T>(device: string, take: () => T): T {
  try {
    return take();
  } catch (error) {
    if (!(error instanceof OutOfMemoryError)) throw error;
    blocks.forEach((block) => {
      if (block.device === device && block.restorable && !inUse.some(({ storage }) => storage?.block === block)) leaveDevice(block);
    });
    return take();
  }
}

/** Gives the buffer back; the content is on the host, or nobody wants it. */
export function leaveDevice(block: Block): void {
  if (block.buffer === null) return;
  backendOf(block.device).free(block.buffer);
  block.buffer = null;
  blocks.remove(block);
}

/** Frees a block for good. */
export function discard(block: Block, state: 'expired' | 'disposed'): void {
  if (block.state !== 'live') return;
  leaveDevice(block);
  block.state = state;
}

/** Puts the block on its device. */
export function enterDevice(block: Block): DeviceBuffer {
  block.buffer = withRoom(block.device, () => backendOf(block.device).allocate(block.bytes));
  blocks.add(block);
  return block.buffer;
}

/** Throws unless the block has a content, on the device or on the host. */
export function requireLive(block: Block): void {
  if (block.state === 'disposed') {
    throw new DisposedError('this tensor was disposed. Use it before dispose(), or before its scope or `using` ends.');
  }
  if (block.state === 'lost') {
    throw new DeviceLostError(`the value of this tensor was lost with its device '${block.device}'. Compute it again, or load it; what was read before or made on the host is still there.`);
  }
  if (block.state === 'expired') {
    throw new DisposedError('this tensor was freed when an optimiser replaced the parameters that it was computed from. Read or detach it before step(), or compute it again.');
  }
}
