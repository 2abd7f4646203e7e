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

export class Allocator {
  private readonly sizes = new Map<number, number>();
  private readonly kept = new Map<number, number[]>();
  private keptCount = 0;
  /** Sorted by address, not touching each other. */
  private free: Range[] = [];
  private end: number;
  private live = 0;

  /** `grow` makes everything below an address usable, or says that it cannot. */
  constructor(
    start: number,
    private readonly grow: (end: number) => boolean,
  ) {
    this.end = start;
  }

  /** Bytes in use. */
  get used(): number {
    return this.live;
  }

  /** The address of a new piece; null when there is no room. */
  allocate(bytes: number): number | null {
    const size = roundUp(bytes);
    const address = this.reuse(size) ?? this.cut(size) ?? (this.release() ? this.cut(size) : null) ?? this.extend(size);
    if (address === null) return null;
    this.sizes.set(address, size);
    this.live += size;
    return address;
  }

  deallocate(address: number): void {
    const size = this.sizes.get(address);
    if (size === undefined) return;
    this.sizes.delete(address);
    this.live -= size;
    const same = this.kept.get(size);
    if (same === undefined) this.kept.set(size, [address]);
    else same.push(address);
    this.keptCount += 1;
  }

  private reuse(size: number): number | null {
    const address = this.kept.get(size)?.pop();
    if (address === undefined) return null;
    this.keptCount -= 1;
    return address;
  }

  private cut(size: number): number | null {
    const i = this.free.findIndex((r) => r.to - r.from >= size);
    if (i < 0) return null;
    const range = this.free[i];
    const { from } = range;
    range.from += size;
    if (range.from === range.to) this.free.splice(i, 1);
    return from;
  }

  /** Puts all kept pieces among the free ranges; whether there were any. */
  private release(): boolean {
    if (this.keptCount === 0) return false;
    const ranges = this.free;
    for (const [size, addresses] of this.kept) for (const from of addresses) ranges.push({ from, to: from + size });
    this.kept.clear();
    this.keptCount = 0;
    ranges.sort((a, b) => a.from - b.from);
    this.free = [];
    for (const r of ranges) {
      const last = this.free.at(-1);
      if (last?.to === r.from) last.to = r.to;
      else this.free.push(r);
    }
    return true;
  }

  private extend(size: number): number | null {
    const last = this.free.at(-1);
    const from = last?.to === this.end ? last.from : this.end;
    if (!this.grow(from + size)) return null;
    if (from !== this.end) this.free.pop();
    this.end = from + size;
    return from;
  }
}
