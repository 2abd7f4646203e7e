/**
 * Device memory: who holds it and when it is given back, without reference counts and without `tidy`.
 *
 * A `Block` is one device buffer; the `Storage` that a node holds is its only owner, so a collected node gives its block
 * back through a finaliser. Finalisers do not run in synchronous loops, so two rules free deterministically:
 *   1. A block whose content is also on the host (an upload, or a result that was read) leaves the device when a
 *      generation has passed without using it, or when such blocks exceed a budget. It comes back on use. One that
 *      something holds, such as a leaf of every step, is given two generations more.
 *   2. An optimiser step ends a generation. Blocks computed from values that steps replace, and gradients and optimisers'
 *      states that no user has got at, are freed after a generation that did not use them, unless something holds them: a
 *      handle bound in place (a parameter, an optimiser's state), or a leaf its gradient. What a user may still want of the
 *      step is kept (`wanted.ts`).
 *
 * Invariant: no rule frees a value that could not be had again, except volatile ones under rule 2; using one of those
 * throws a DisposedError that says what to do.
 *
 * Reference: docs/decisions/0002-memory.md.
 */
import type { DeviceBuffer } from '../device/backend.js';
import { blocks, discard, enterDevice, leaveDevice, requireLive, type Block, type Storage } from './blocks.js';
import { tellFinaliser, watch } from './collected.js';
import { backendOf, devices } from '../device/device.js';
import type { DType, TypedArray } from '../tensor/dtype.js';

/** Blocks up to this many bytes leave the device as soon as they have been read. */
const SMALL = 1 << 12;
/** Restorable blocks beyond this many, or this many bytes, leave the device, oldest first. */
const RESTORABLE_COUNT = 256;
const RESTORABLE_BYTES = 256 * 2 ** 20;

/** Small results of ended steps that a device keeps until it is read: the newest, if it never is. */
const MOST_ASIDE = 4096;

/** A block that is older than this many generations is one for the finaliser. */
const YOUNG_GENERATIONS = 2;

let generation = 0;
let aside: Storage[] = [];
/** Bytes and blocks that entered devices since restorable blocks were last limited, and since the event loop had a turn. */
let sinceLimit = { bytes: 0, count: 0 };
let sinceTurn = { bytes: 0, count: 0 };

// ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Puts the block on its device, and counts it. */
function enter(block: Block): DeviceBuffer {
  const buffer = enterDevice(block);
  sinceLimit.bytes += block.bytes;
  sinceLimit.count += 1;
  sinceTurn.bytes += block.bytes;
  sinceTurn.count += 1;
  return buffer;
}

function newStorage(device: string, dtype: DType, size: number, host: TypedArray | null, volatile: boolean, pins: number, scope: Set<Block> | null): Storage {
  const bytes = backendOf(device).bytesFor(dtype, size);
  const block: Block = {
    device, dtype, size, bytes, volatile, pins,
    buffer: null, restorable: host !== null, born: generation, lastUse: generation, state: 'live', previous: null, next: null,
  };
  scope?.add(block);
  return { block, host, watched: false, pressure: null };
}

/** A value that is on the host; it goes to the device when first used. */
export const storageFromHost = (device: string, dtype: DType, host: TypedArray, scope: Set<Block> | null): Storage =>
  newStorage(device, dtype, host.length, host, false, 0, scope);

/** Room on the device for a result. The caller watches it, or reads it. */
export function storageFor(device: string, dtype: DType, size: number, volatile: boolean, pins: number, scope: Set<Block> | null): Storage {
  const storage = newStorage(device, dtype, size, null, volatile, pins, scope);
  enter(storage.block);
  return storage;
}

/** The block's device buffer, brought back from the host when it had left. */
export function bufferOf(storage: Storage): DeviceBuffer {
  const { block, host } = storage;
  requireLive(block);
  block.lastUse = generation;
  if (block.buffer !== null) return block.buffer;
  const buffer = enter(block);
  watch(storage);
  // What has left its device is on the host.
  backendOf(block.device).upload(buffer, host!, block.dtype);
  return buffer;
}

/** What a backend calls when its device is gone with its memory: what is on the host too comes back on use, the rest is lost. */
export function loseDevice(device: string): void {
  blocks.forEach((block) => {
    if (block.device !== device) return;
    blocks.remove(block);
    block.buffer = null;
    if (!block.restorable) block.state = 'lost';
  });
}

/** The content on the host, if it is there already. The array belongs to the block: copy before handing it out. */
export function hostCopyOf({ block, host }: Storage): TypedArray | null {
  requireLive(block);
  return host;
}

/** Remembers what was read, unless the block has gone meanwhile, which makes it restorable; a small one leaves the device. */
export function keepHostCopy(storage: Storage, host: TypedArray): void {
  const { block } = storage;
  if (block.state !== 'live') return;
  storage.host = host;
  block.restorable = true;
  if (block.bytes <= SMALL && block.pins === 0) leaveDevice(block);
  else watch(storage);
  limitRestorable();
}

export function disposeStorage(storage: Storage): void {
  discard(storage.block, 'disposed');
  storage.pressure = null;
}

// ── what outlives its step ───────────────────────────────────────────────────────────────────────────────────────────

/** Keeps a value when its step has ended: on the host, where the collector sees it, or on a device that cannot be read at once. */
export function keepBeyondStep(storage: Storage): void {
  const { block } = storage;
  if (block.restorable || block.state !== 'live') return;
  const backend = backendOf(block.device);
  if (backend.downloadSync !== undefined) keepHostCopy(storage, backend.downloadSync(bufferOf(storage), block.dtype, block.size));
  else if (block.volatile) {
    block.volatile = false;
    if (block.bytes > SMALL || aside.push(storage) <= MOST_ASIDE) return;
    const oldest = aside.shift()!.block;
    if (!oldest.restorable && oldest.pins === 0) discard(oldest, 'expired');
  }
}

/** Reads what was put aside on a device, beside the one that is being read. What fails fails when it is read itself. */
export async function bringAside(device: string, beside: Storage): Promise<void> {
  const due = aside.filter((storage) => storage !== beside && storage.block.device === device && storage.block.state === 'live' && !storage.block.restorable);
  aside = aside.filter(({ block }) => block.device !== device);
  const bring = async (storage: Storage): Promise<void> => {
    const { dtype, size } = storage.block;
    keepHostCopy(storage, await backendOf(device).download(bufferOf(storage), dtype, size));
  };
  await Promise.allSettled(due.map(bring));
}

// ── the deterministic rules ──────────────────────────────────────────────────────────────────────────────────────────

function limitRestorable(): void {
  if (sinceLimit.count < RESTORABLE_COUNT && sinceLimit.bytes < RESTORABLE_BYTES) return;
  sinceLimit = { bytes: 0, count: 0 };
  const held = blocks.filter((b) => b.restorable && b.pins === 0);
  let bytes = held.reduce((sum, b) => sum + b.bytes, 0);
  let count = held.length;
  for (const block of held) {
    if (count <= RESTORABLE_COUNT / 2 && bytes <= RESTORABLE_BYTES / 2) break;
    leaveDevice(block);
    bytes -= block.bytes;
    count -= 1;
  }
}

/** Frees what this generation has not used, of one device or of all. */
export function freeUnused(device?: string): void {
  blocks.forEach((block) => {
    if (block.lastUse >= generation || (device !== undefined && block.device !== device)) return;
    const isHeld = block.pins > 0;
    if (block.restorable && (!isHeld || block.lastUse < generation - YOUNG_GENERATIONS)) leaveDevice(block);
    else if (block.volatile && !isHeld && !block.restorable) discard(block, 'expired');
  });
}

/** Ends a generation: called by an optimiser's step once its results are on their way. */
export function endGeneration(): void {
  freeUnused();
  tellFinaliser(generation - YOUNG_GENERATIONS);
  generation += 1;
}

/** Whether enough is unreleased that an asynchronous read should let finalisers run. */
export const wantsTurn = (): boolean => sinceTurn.count >= RESTORABLE_COUNT || sinceTurn.bytes >= RESTORABLE_BYTES / 4;

/** Lets the event loop turn once, so that finalisers run. */
export async function turn(): Promise<void> {
  sinceTurn = { bytes: 0, count: 0 };
  await new Promise<void>((resolve) => setTimeout(resolve, 0));
}

// ── what a user sees ─────────────────────────────────────────────────────────────────────────────────────────────────

export interface MemoryReport {
  /** Bytes of live tensors on the device. */
  readonly bytes: number;
  /** Device buffers that hold them. */
  readonly buffers: number;
}

/** Bytes and buffers that live tensors take, for every registered device. */
export function memory(): Record<string, MemoryReport> {
  const report = Object.fromEntries(devices().map((device) => [device, { bytes: 0, buffers: 0 }]));
  blocks.forEach((block) => {
    report[block.device].bytes += block.bytes;
    report[block.device].buffers += 1;
  });
  return report;
}
