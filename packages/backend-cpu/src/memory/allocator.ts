/**
 * The allocator: pieces of one growing range of addresses.
 *
 * Training allocates the same sizes over and over, so freed pieces are first kept by size and handed out again as they
 * are. When that does not serve, they are put back into the list of free ranges, neighbours joined, and the first range
 * that fits is cut; only then does the range grow.
 *
 * Invariant: pieces are aligned to 64 bytes and do not overlap; everything below `end` is in a piece, kept or free.
 *
 * Reference: Bonwick, The slab allocator (1994), for keeping by size; Knuth, The Art of Computer Programming 2.5, first fit.
 */
export const ALIGNMENT = 64;

interface Range {
  from: number;
  to: number;
}

const roundUp = (bytes: number): number => Math.max(Math.ceil(bytes / ALIGNMENT), 1) * ALIGNMENT;

export interface Allocator {
  /** The address of a new piece; null when there is no room. */
  allocate(bytes: number): number | null;
  deallocate(address: number): void;
  /** Bytes in use. */
  used(): number;
}

/** Pieces from `start` on; `grow` makes everything below an address usable, or says that it cannot. */
export function allocator(start: number, grow: (end: number) => boolean): Allocator {
  /** By address; negative for what is kept: a map that forgets addresses and learns them again is built anew time after time. */
  const sizes = new Map<number, number>();
  const kept = new Map<number, number[]>();
  let keptCount = 0;
  /** Sorted by address, not touching each other. */
  let free: Range[] = [];
  let end = start;
  let live = 0;

  const reuse = (size: number): number | null => {
    const address = kept.get(size)?.pop();
    if (address === undefined) return null;
    keptCount -= 1;
    return address;
  };

  const cut = (size: number): number | null => {
    const i = free.findIndex((r) => r.to - r.from >= size);
    if (i < 0) return null;
    const range = free[i];
    const { from } = range;
    range.from += size;
    if (range.from === range.to) free.splice(i, 1);
    return from;
  };

  /** Puts all kept pieces among the free ranges; whether there were any. */
  const release = (): boolean => {
    if (keptCount === 0) return false;
    const ranges = free;
    for (const [size, addresses] of kept) {
      for (const from of addresses) {
        sizes.delete(from);
        ranges.push({ from, to: from + size });
      }
    }
    kept.clear();
    keptCount = 0;
    ranges.sort((a, b) => a.from - b.from);
    free = [];
    for (const r of ranges) {
      const last = free.at(-1);
      if (last?.to === r.from) last.to = r.to;
      else free.push(r);
    }
    return true;
  };

  const extend = (size: number): number | null => {
    const last = free.at(-1);
    const from = last?.to === end ? last.from : end;
    if (!grow(from + size)) return null;
    if (from !== end) free.pop();
    end = from + size;
    return from;
  };

  return {
    used: () => live,
    allocate(bytes) {
      const size = roundUp(bytes);
      const address = reuse(size) ?? cut(size) ?? (release() ? cut(size) : null) ?? extend(size);
      if (address === null) return null;
      sizes.set(address, size);
      live += size;
      return address;
    },
    deallocate(address) {
      const size = sizes.get(address);
      if (size === undefined || size < 0) return;
      sizes.set(address, -size);
      live -= size;
      const same = kept.get(size);
      if (same === undefined) kept.set(size, [address]);
      else same.push(address);
      keptCount += 1;
    },
  };
}
