/**
 * Storages that are collected: a finaliser gives their blocks back.
 *
 * Most blocks are freed by a rule or by hand soon after they are made, and what a finaliser knows outlives many
 * collections of young objects. So it is told of a storage only when its block has outlived others like it.
 *
 * Invariant: the finaliser holds blocks and never storages, or nothing would be collected.
 */
import { discard, type Block, type Storage } from './blocks.js';

/** From this many bytes on the collector is told how much memory hangs on a storage. */
const LARGE = 1 << 16;
/** How many storages, of how many bytes, wait for the finaliser to be told of them. */
const YOUNG_COUNT = 256;
const YOUNG_BYTES = 16 * 2 ** 20;

const finaliser = new FinalizationRegistry<Block>((block) => discard(block, 'expired'));

/** Storages that the finaliser does not know yet. */
let young: Storage[] = [];
let youngBytes = 0;

/** Gives the block back once its storage is collected, if it is still on the device. */
export function watch(storage: Storage): void {
  if (storage.watched) return;
  storage.watched = true;
  young.push(storage);
  youngBytes += storage.block.bytes;
  if (young.length >= YOUNG_COUNT || youngBytes >= YOUNG_BYTES) tellFinaliser(Infinity);
}

/** Tells the finaliser of young storages whose blocks were made before this generation. */
export function tellFinaliser(before: number): void {
  const rest: Storage[] = [];
  youngBytes = 0;
  for (const storage of young) {
    const { block } = storage;
    if (block.buffer === null) {
      storage.watched = false;
    } else if (block.born < before) {
      if (block.bytes >= LARGE && !block.volatile && !block.restorable) storage.pressure = pressureOf(block.bytes);
      finaliser.register(storage, block);
    } else {
      rest.push(storage);
      youngBytes += block.bytes;
    }
  }
  young = rest;
}

/** A constructor of arrays that may grow: engines reserve their pages, where those of plain arrays are cleared. */
type Reserving = new (bytes: number, options: { maxByteLength: number }) => ArrayBuffer;

/** An array that the collector counts and nobody touches. */
const pressureOf = (bytes: number): ArrayBuffer => new (ArrayBuffer as Reserving)(bytes, { maxByteLength: bytes });
