/**
 * Blocks: pieces of device memory as core holds them, and what is known to be wrong with their content.
 *
 * A block is a handle; its GPUBuffer is taken from the pool when something is first put into it, so that handles can be
 * made at any time, also while a new device is on its way.
 *
 * Every run has a number. An error is known only later (a failed index check with the next read, a refused command when
 * its error scope closes); then every block that was written since that run, and may depend on it, carries the error and
 * throws it whenever it is used.
 *
 * Invariant: the buffer of a block without an error belongs to the present device and holds what was computed.
 */
import type { DeviceBuffer, SconceError } from '@sconce/core';
import type { Fault } from './faults.js';
import { lostError, type Session } from './session.js';

export interface Block {
  readonly bytes: number;
  /** Stands for the device that it belongs to; core may hand us blocks of a backend that was replaced. */
  readonly home: object;
  buffer: GPUBuffer | null;
  error: SconceError | null;
  /** The run that wrote it. */
  run: number;
  /** The latest run with index checks that it depends on; 0 when there is none. */
  checkedRun: number;
}

export interface Ledger {
  allocate(bytes: number): Block;
  /** Gives the block's memory back. */
  free(block: Block, session: Session): void;
  /** The block's buffer. Throws the block's error, or a DeviceLostError when it belonged to an earlier device. */
  bufferOf(block: DeviceBuffer, session: Session): GPUBuffer;
  /** Marks what was written from run `first` on. */
  fail(error: SconceError, first: number): void;
  /** Marks what depends on a failed check. */
  failedCheck(fault: Fault): void;
  /** All blocks are gone with their device. */
  lose(): void;
}

export function createLedger(): Ledger {
  const blocks = new Set<Block>();
  let home = {};

  const mark = (error: SconceError, first: number, depends: (block: Block) => boolean): void => {
    for (const block of blocks) if (block.run >= first && block.error === null && depends(block)) block.error = error;
  };
  return {
    allocate(bytes) {
      const block: Block = { bytes, home, buffer: null, error: null, run: 0, checkedRun: 0 };
      blocks.add(block);
      return block;
    },
    free(block, session) {
      blocks.delete(block);
      if (block.buffer !== null && block.home === home) {
        // A buffer that an error came of may not be one at all.
        if (block.error === null) session.pool.release(block.buffer);
        else session.pool.discard(block.buffer);
      }
      block.buffer = null;
    },
    bufferOf(given, session) {
      const block = given as Block;
      if (block.home !== home) throw lostError('before this value was used');
      if (block.error !== null) throw block.error;
      return (block.buffer ??= session.pool.acquire(block.bytes));
    },
    fail: (error, first) => mark(error, first, () => true),
    failedCheck: ({ error, run }) => mark(error, run, (b) => b.checkedRun >= run),
    lose() {
      home = {};
      blocks.clear();
    },
  };
}
