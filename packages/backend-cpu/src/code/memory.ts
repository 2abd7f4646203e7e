/**
 * Elements in memory: how each storage type is loaded into a register and stored from one, singly and four at a time.
 *
 * Invariant: what a store writes, a load of the same storage type reads back. int8 and uint8 keep the low byte of the
 * int32 that they are computed in; bool is a byte that is 0 or 1.
 */
import { computeType, dtypeBytes } from '@sconce/core';
import type { StorageType } from '@sconce/compiler';
import type { Op } from '../wasm/index.js';
import { SCALAR_TYPE } from './scalar.js';
import { store, type Statement } from './statement.js';
import type { Address, Memory, Term, Terms } from './term.js';
import type { Offsets } from './lanes.js';
import { extract, isVector, isWide, lanes32, type Parts } from './vector.js';

export const bytesOf = (storage: StorageType): number => (storage === 'bits16' ? 2 : dtypeBytes(storage));
export const computeOf = (storage: StorageType): ReturnType<typeof computeType> =>
  storage === 'bits16' ? 'int32' : computeType(storage);

const signOf = (storage: StorageType): 's' | 'u' => (storage === 'int8' ? 's' : 'u');

/** `i32.load8_u`, say: what is narrower than a register tells its bits and, where it is loaded, whether it has a sign. */
const spelled = (storage: StorageType, access: 'load' | 'store'): Op => {
  const bits = 8 * bytesOf(storage);
  const narrow = bits < 32 ? `${bits}${access === 'load' ? `_${signOf(storage)}` : ''}` : '';
  return `${SCALAR_TYPE[computeOf(storage)]}.${access}${narrow}` as Op;
};

export const shift = ({ base, offset }: Address, bytes: number): Address => ({ base, offset: offset + bytes });

export const loadElement = (t: Terms, storage: StorageType, address: Address, memory?: Memory): Term =>
  t.load(spelled(storage, 'load'), address, memory);

export const storeElement = (storage: StorageType, address: Address, value: Term, memory: Memory): Statement =>
  store(spelled(storage, 'store'), address, value, memory);

/** Four elements that follow each other. */
export function loadFour(t: Terms, storage: StorageType, address: Address, memory?: Memory): Parts {
  const bytes = bytesOf(storage);
  if (bytes === 2) return [t.load('v128.load16x4_u', address, memory)];
  if (bytes > 1) return Array.from({ length: bytes / 4 }, (_, i) => t.load('v128.load', shift(address, 16 * i), memory));
  const sign = signOf(storage);
  const words = t.op(`i32x4.extend_low_i16x8_${sign}`, t.op(`i16x8.extend_low_i8x16_${sign}`, t.load('v128.load32_zero', address, memory)));
  return [storage === 'bool' ? t.op('i32x4.gt_s', words, 0) : words];
}

/** One element, or four that follow each other. */
export const loadParts = (t: Terms, storage: StorageType, address: Address, four: boolean, memory?: Memory): Parts =>
  four ? loadFour(t, storage, address, memory) : [loadElement(t, storage, address, memory)];

export const storeParts = (t: Terms, storage: StorageType, address: Address, value: Parts, memory: Memory): Statement[] =>
  isVector(value) ? storeFour(t, storage, address, value, memory) : [storeElement(storage, address, value[0], memory)];

/** The low bytes of four lanes of 32 bits, side by side. */
const packLanes = (bytes: number): number[] =>
  Array.from({ length: 16 }, (_, i) => (i < 4 * bytes ? 4 * Math.floor(i / bytes) + (i % bytes) : 0));

export function storeFour(t: Terms, storage: StorageType, address: Address, value: Parts, memory: Memory): Statement[] {
  const bytes = bytesOf(storage);
  if (bytes < 4) {
    const lanes = storage === 'bool' ? t.op('v128.and', value[0], t.splat('i32x4', 1)) : value[0];
    const packed = t.laneOp('i8x16.shuffle', packLanes(bytes), lanes, lanes);
    return [store(bytes === 1 ? 'v128.store32_lane' : 'v128.store64_lane', address, packed, memory, 0)];
  }
  return value.map((part, i) => store('v128.store', shift(address, 16 * i), part, memory));
}

/**
 * Four elements of four bytes that lie within two vectors, at these distances in bytes from the first: loaded as one or
 * two vectors from the lowest element to the highest, and picked. null where they do not.
 */
export function loadNear(t: Terms, storage: StorageType, address: Address, offsets: Offsets, memory?: Memory): Parts | null {
  const low = Math.min(...offsets);
  const upper = Math.max(...offsets) - VECTOR + 4;
  const isNear = offsets.every((o) => o < low + VECTOR || o >= upper);
  if (bytesOf(storage) !== 4 || !isNear) return null;
  const picked = offsets.map((o) => (o < low + VECTOR ? o - low : VECTOR + o - upper) / 4);
  const [first] = loadFour(t, storage, moved(t, address, low), memory);
  const [last] = upper <= low ? [first] : loadFour(t, storage, moved(t, address, upper), memory);
  return [t.laneOp('i8x16.shuffle', lanes32(...picked), first, last)];
}

const VECTOR = 16;

/** Four elements at these distances in bytes from the first. */
export function loadApart(t: Terms, storage: StorageType, address: Address, offsets: Offsets, memory?: Memory): Term[] {
  return addressesOf(t, address, offsets).map((a) => loadElement(t, storage, a, memory));
}

export function storeApart(t: Terms, storage: StorageType, address: Address, offsets: Offsets, value: Parts, memory: Memory): Statement[] {
  const dtype = computeOf(storage);
  return addressesOf(t, address, offsets).map((a, lane) => {
    if (bytesOf(storage) === 4) return store('v128.store32_lane', a, value[0], memory, lane);
    if (isWide(dtype)) return store('v128.store64_lane', a, value[lane >> 1], memory, lane & 1);
    return storeElement(storage, a, extract(t, value, dtype, lane), memory);
  });
}

/** The constant in an instruction is not negative, so the lowest address is the base. */
function addressesOf(t: Terms, address: Address, offsets: Offsets): Address[] {
  const low = Math.min(...offsets);
  const lowest = moved(t, address, low);
  return offsets.map((o) => shift(lowest, low < 0 ? o - low : o));
}

/** An address some bytes further, or before. */
const moved = (t: Terms, address: Address, bytes: number): Address =>
  bytes < 0 ? { base: t.add(address.base, bytes), offset: address.offset } : shift(address, bytes);
