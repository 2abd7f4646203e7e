/**
 * The heap: one WebAssembly memory in which all buffers of the backend lie, and typed views of it.
 *
 * The first page holds kernels' arguments. It and a page after the end are never handed out, so a load whose value is
 * not used may reach a page far outside of its buffer.
 *
 * Invariant: views are made anew when the memory has grown; arrays given to callers are copies and never shared.
 */
import { hostView, OutOfMemoryError, type DType, type TypedArray } from '@sconce/core';
import { allocator, type Allocator } from './allocator.js';

export const PAGE = 65536;
/** 4 GiB, all that 32-bit addresses reach. */
const MOST_PAGES = 65536;
const FIRST_PAGES = 64;

export class Heap {
  readonly memory: WebAssembly.Memory;
  readonly shared: boolean;
  readonly maximumPages: number;
  i32!: Int32Array;
  f32!: Float32Array;
  f64!: Float64Array;
  i64!: BigInt64Array;
  private readonly allocator: Allocator;

  constructor(shared: boolean) {
    const { memory, maximumPages } = reserveMemory(shared);
    this.memory = memory;
    this.maximumPages = maximumPages;
    this.shared = shared;
    this.view();
    this.allocator = allocator(PAGE, (end) => this.growTo(end));
  }

  allocate(bytes: number): number {
    const address = this.allocator.allocate(bytes);
    if (address === null) {
      throw new OutOfMemoryError(
        `cpu: no room for ${describe(bytes)}; ${describe(this.allocator.used())} of ${describe(this.maximumPages * PAGE)} are in use. ` +
          'Free tensors that are no longer needed: run the work inside scope(() => …), or use `using` or dispose().',
      );
    }
    return address;
  }

  deallocate(address: number): void {
    this.allocator.deallocate(address);
  }

  /** Elements in place; valid until the memory grows. */
  elements(dtype: DType, address: number, size: number): TypedArray {
    return hostView(dtype, this.memory.buffer, address, size);
  }

  private growTo(end: number): boolean {
    const have = this.memory.buffer.byteLength;
    const need = end + PAGE;
    if (need <= have) return true;
    const pages = (bytes: number): number => Math.ceil(bytes / PAGE);
    if (pages(need) > this.maximumPages) return false;
    // A quarter more than asked, so that growing stays rare; if that is refused, what is needed.
    for (const wanted of [Math.min(pages(need * 1.25), this.maximumPages), pages(need)]) {
      try {
        this.memory.grow(wanted - pages(have));
        this.view();
        return true;
      } catch {
        continue;
      }
    }
    return false;
  }

  private view(): void {
    const { buffer } = this.memory;
    this.i32 = new Int32Array(buffer);
    this.f32 = new Float32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.i64 = new BigInt64Array(buffer);
  }
}

/** The largest memory that the host lets us reserve. */
function reserveMemory(shared: boolean): { memory: WebAssembly.Memory; maximumPages: number } {
  for (let maximumPages = MOST_PAGES; ; maximumPages /= 2) {
    try {
      return { memory: new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: maximumPages, shared }), maximumPages };
    } catch (error) {
      if (maximumPages <= FIRST_PAGES) throw error;
    }
  }
}

const describe = (bytes: number): string =>
  bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(2)} GiB` : bytes >= 2 ** 20 ? `${(bytes / 2 ** 20).toFixed(1)} MiB` : `${bytes} bytes`;
