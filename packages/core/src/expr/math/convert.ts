/**
 * Values of compute types in JavaScript: rounding to a type, conversions between types, and bits read as another type.
 *
 * Invariant: every value is a number of its type. float32 is rounded, int32 and int64 wrap around, bool is 0 or 1.
 *
 * Reference: IEEE 754-2019; WebAssembly numerics for conversions that saturate.
 */
import { hostArray, hostView, type ComputeType } from '../../tensor/dtype.js';
import type { Value } from '../instructions.js';

/** The nearest number of a compute type. */
export function roundTo(value: Value | boolean, dtype: ComputeType): Value {
  switch (dtype) {
    case 'float32':
      return Math.fround(Number(value));
    case 'float64':
      return Number(value);
    case 'int32':
      return Number(value) | 0;
    case 'int64':
      return BigInt.asIntN(64, BigInt(value));
    case 'bool':
      return Number(value) === 0 ? 0 : 1;
  }
}

/** The float32 nearest to an integer: 53 bits that stand for it, with one below that says whether the rest was 0. */
function bigToFloat32(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  if (magnitude < 2n ** 53n) return Math.fround(Number(value));
  const head = Number((magnitude >> 12n) | (magnitude & 4095n ? 1n : 0n)) * 4096;
  return Math.fround(value < 0n ? -head : head);
}

function castFloat(value: number, to: ComputeType): Value {
  if (to === 'int32') return Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, value)) | 0;
  if (to !== 'int64') return roundTo(value, to);
  if (Math.abs(value) < 2 ** 63) return BigInt(Math.trunc(value));
  return value > 0 ? 2n ** 63n - 1n : value < 0 ? -(2n ** 63n) : 0n;
}

/** Floats to integers truncate and saturate, NaN is 0; integers wrap around; anything but 0 is true. */
export function castValue(value: Value, to: ComputeType): Value {
  if (typeof value === 'number') return castFloat(value, to);
  if (to === 'float32') return bigToFloat32(value);
  return roundTo(to === 'int32' ? BigInt.asIntN(32, value) : value, to);
}

/** The same bits as another type of the same width. */
export function bitcastValue(value: Value, from: ComputeType, to: ComputeType): Value {
  const held = hostArray(from, 1);
  held[0] = value;
  return hostView(to, held.buffer, 0, 1)[0];
}
