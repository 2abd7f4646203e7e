/**
 * Bytes of the binary format, written in one pass into one growing buffer.
 *
 * Lengths of sections and function bodies stand before their content, so `open` leaves five bytes for one and `close`
 * fills them in with a padded LEB128 number: nothing is written twice or copied.
 *
 * Invariant: integers are LEB128 and floats little-endian with their bits kept, except that a NaN may become another.
 *
 * Reference: WebAssembly core specification 3.0, section 5.2, values.
 */
import type { ScalarType, Shape } from './instruction.js';

/** A length in five bytes, the most that LEB128 may take for 32 bits. */
const LENGTH_BYTES = 5;

const lowBits = (n: number | bigint): number => (typeof n === 'bigint' ? Number(n & 0x7fn) : n & 0x7f);

export class ByteWriter {
  #bytes = new Uint8Array(2048);
  #view = new DataView(this.#bytes.buffer);
  #end = 0;

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#end++] = value;
  }

  unsigned(value: number): void {
    this.#reserve(LENGTH_BYTES);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#end++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#end++] = rest;
  }

  /** An integer of 32 bits, or one of 64. */
  signed(value: number | bigint): void {
    let rest = value;
    while (rest < -0x40 || rest > 0x3f) {
      this.byte(lowBits(rest) | 0x80);
      rest = typeof rest === 'bigint' ? rest >> 7n : rest >> 7;
    }
    this.byte(lowBits(rest));
  }

  /** A number as it lies in memory: a float, or a lane of a vector. */
  fixed(shape: ScalarType | Shape, value: number | bigint): void {
    this.#reserve(8);
    const bits = parseInt(shape.slice(1));
    if (shape.startsWith('f')) this.#view[bits === 32 ? 'setFloat32' : 'setFloat64'](this.#end, Number(value), true);
    else if (bits === 64) this.#view.setBigInt64(this.#end, BigInt(value), true);
    else this.#view[`setInt${bits as 8 | 16 | 32}`](this.#end, Number(value), true);
    this.#end += bits / 8;
  }

  /** A string: its length in UTF-8 and its bytes. */
  text(value: string): void {
    const bytes = new TextEncoder().encode(value);
    this.unsigned(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** Leaves room for a length; `close` with what this returns writes how many bytes have followed. */
  open(): number {
    this.#reserve(LENGTH_BYTES);
    this.#end += LENGTH_BYTES;
    return this.#end;
  }

  close(start: number): void {
    const length = this.#end - start;
    for (let i = 0; i < LENGTH_BYTES; i++) {
      this.#bytes[start - LENGTH_BYTES + i] = ((length >>> (7 * i)) & 0x7f) | (i < LENGTH_BYTES - 1 ? 0x80 : 0);
    }
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#end);
  }

  #reserve(count: number): void {
    if (this.#end + count <= this.#bytes.length) return;
    const bytes = new Uint8Array(2 * this.#bytes.length + count);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}
