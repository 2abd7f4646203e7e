/**
 * Reading back: device memory is copied into a mappable buffer, together with the fault record, and mapped.
 *
 * Invariant: what is given was read: a lost device, a failed index check, or an error of earlier work throws instead.
 */
import { InternalError, type SconceError } from '@sconce/core';
import { EMPTY_RECORD, RECORD_BYTES, type Fault } from './faults.js';
import { lostError, type Session } from './session.js';
import { MAP_READ, STAGING } from './usage.js';

/** A piece of device memory from its buffer's start. */
export interface Piece {
  readonly buffer: GPUBuffer;
  readonly bytes: number;
}

/** The buffers that pieces are copied into: one for all, or one each where one would be too large. */
function sharesOf(pieces: readonly Piece[], most: number): (readonly Piece[])[] {
  const total = pieces.reduce((sum, p) => sum + p.bytes, 0);
  return total <= most ? [pieces] : pieces.map((p) => [p]);
}

/** Starts copying now, and gives the memory once it is here, with the index check that failed before, if one did. */
export async function readBack(session: Session, pieces: readonly Piece[]): Promise<{ memory: readonly ArrayBuffer[]; fault: Fault | null }> {
  const { device, faults } = session;
  const shares = sharesOf([...pieces, { buffer: faults.record, bytes: RECORD_BYTES }], device.limits.maxBufferSize);
  const { last } = faults.book;
  let failure: SconceError | null = null;
  const staging: GPUBuffer[] = [];
  let mapped: Promise<unknown> | undefined;
  session.watch(
    () => {
      const encoder = device.createCommandEncoder();
      for (const share of shares) {
        const size = share.reduce((sum, p) => sum + p.bytes, 0);
        const whole = device.createBuffer({ label: 'staging', size, usage: STAGING });
        staging.push(whole);
        let offset = 0;
        for (const { buffer, bytes } of share) {
          encoder.copyBufferToBuffer(buffer, 0, whole, offset, bytes);
          offset += bytes;
        }
      }
      device.queue.submit([encoder.finish()]);
      mapped = Promise.all(staging.map((s) => s.mapAsync(MAP_READ)));
    },
    (error) => void (failure = error),
  );
  try {
    await Promise.race([mapped, session.loss]);
    await session.watched();
    if (failure !== null) throw failure as SconceError;
    const memory = shares.flatMap((share, i) => {
      const whole = staging[i].getMappedRange();
      let start = 0;
      return share.map(({ bytes }) => whole.slice(start, (start += bytes)));
    });
    const fault = faults.book.read(new Uint32Array(memory.pop()!), last);
    if (fault === 'gone') session.lose('a read brought nothing back');
    if (session.isLost()) throw lostError('while a value was read');
    if (fault !== 'none') device.queue.writeBuffer(faults.record, 0, EMPTY_RECORD);
    return { memory, fault: fault === 'none' ? null : (fault as Fault) };
  } catch (cause) {
    if (session.isLost()) throw lostError('while a value was read', cause);
    await session.watched();
    throw failure ?? new InternalError(`webgpu: a value could not be read: ${String(cause)}`, { cause });
  } finally {
    staging.forEach((s) => s.destroy());
  }
}
