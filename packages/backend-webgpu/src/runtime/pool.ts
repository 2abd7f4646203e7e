/**
 * The pool of device buffers: freed ones wait for the next allocation of their size.
 *
 * Sizes come in steps of an eighth of a power of two, so that at most an eighth is wasted and sizes that change a little
 * from step to step still meet. What waits is limited in bytes; beyond, the buffer that waited longest is destroyed.
 *
 * Invariant: a buffer is in use or waits, never both; its content is arbitrary.
 */
import { STORAGE } from './usage.js';

/** The least bytes of a buffer. */
const SMALLEST = 256;

/** The size of the buffer that holds this many bytes, not above `most`. */
export function roundedSize(bytes: number, most: number): number {
  if (bytes <= SMALLEST) return SMALLEST;
  const step = 2 ** Math.max(Math.floor(Math.log2(bytes)) - 3, 8);
  return Math.max(Math.min(Math.ceil(bytes / step) * step, most), bytes);
}

export interface Pool {
  acquire(bytes: number): GPUBuffer;
  release(buffer: GPUBuffer): void;
  /** Takes a buffer out of use for good. */
  discard(buffer: GPUBuffer): void;
  /** Destroys what waits. */
  trim(): void;
  /** Bytes in use, and bytes that wait. */
  readonly bytes: { readonly used: number; readonly waiting: number };
}

export interface PoolOptions {
  /** Bytes that may wait. */
  readonly cap: number;
  /** Largest buffer. */
  readonly most: number;
}

export function createPool(device: Pick<GPUDevice, 'createBuffer'>, { cap, most }: PoolOptions): Pool {
  /** By size; and all, in the order in which they came. */
  const bySize = new Map<number, GPUBuffer[]>();
  const all = new Set<GPUBuffer>();
  const bytes = { used: 0, waiting: 0 };

  const take = (size: number): GPUBuffer | undefined => {
    const buffer = bySize.get(size)?.pop();
    if (buffer !== undefined && all.delete(buffer)) bytes.waiting -= size;
    return buffer;
  };
  const drop = (buffer: GPUBuffer): void => {
    const waiting = bySize.get(buffer.size)!;
    waiting.splice(waiting.indexOf(buffer), 1);
    all.delete(buffer);
    bytes.waiting -= buffer.size;
    buffer.destroy();
  };
  return {
    bytes,
    acquire(wanted) {
      const size = roundedSize(wanted, most);
      bytes.used += size;
      return take(size) ?? device.createBuffer({ size, usage: STORAGE });
    },
    release(buffer) {
      const { size } = buffer;
      bytes.used -= size;
      bytes.waiting += size;
      all.add(buffer);
      const waiting = bySize.get(size);
      if (waiting === undefined) bySize.set(size, [buffer]);
      else waiting.push(buffer);
      for (const oldest of all) {
        if (bytes.waiting <= cap) break;
        drop(oldest);
      }
    },
    discard(buffer) {
      bytes.used -= buffer.size;
      buffer.destroy();
    },
    trim() {
      for (const buffer of all) drop(buffer);
    },
  };
}
