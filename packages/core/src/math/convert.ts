/**
 * Values of compute types in JavaScript: rounding to a type, conversions between types, and bits read as another type.
 *
 * Invariant: every value is a number of its type. float32 is rounded, int32 and int64 wrap around, bool is 0 or 1.
 *
 * Reference: IEEE 754-2019; WebAssembly numerics for conversions that saturate.
 */
import type { ComputeType } from '../dtype.js';
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
      return value ? 1 : 0;
  }
}

const INT32 = { low: -(2 ** 31), high: 2 ** 31 - 1 };
const INT64 = { low: -(2n ** 63n), high: 2n ** 63n - 1n };

/** The float32 nearest to an integer: 53 bits that stand for it, with one below that says whether the rest was 0. */
function bigToFloat32(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  if (magnitude < 2n ** 53n) return Math.fround(Number(value));
  const head = Number((magnitude >> 12n) | (magnitude & 4095n ? 1n : 0n)) * 4096;
  return Math.fround(value < 0n ? -head : head);
}

function castFloat(value: number, to: ComputeType): Value {
  if (to === 'int32') return Math.max(INT32.low, Math.min(INT32.high, Math.trunc(value))) | 0;
  if (to !== 'int64') return roundTo(to === 'bool' ? value !== 0 : value, to);
  if (value !== value) return 0n;
  if (value >= 2 ** 63) return INT64.high;
  return value <= -(2 ** 63) ? INT64.low : BigInt(Math.trunc(value));
}

/** Floats to integers truncate and saturate, NaN is 0; integers wrap around; anything but 0 is true. */
export function castValue(value: Value, to: ComputeType): Value {
  if (typeof value === 'number') return castFloat(value, to);
  if (to === 'float32') return bigToFloat32(value);
  return roundTo(to === 'int32' ? BigInt.asIntN(32, value) : to === 'bool' ? value !== 0n : value, to);
}

const BITS = new DataView(new ArrayBuffer(8));

const WRITE: Partial<Record<ComputeType, (value: Value) => void>> = {
  float32: (v) => BITS.setFloat32(0, Number(v)),
  float64: (v) => BITS.setFloat64(0, Number(v)),
  int32: (v) => BITS.setInt32(0, Number(v)),
  int64: (v) => BITS.setBigInt64(0, BigInt(v)),
};

const READ: Partial<Record<ComputeType, () => Value>> = {
  float32: () => BITS.getFloat32(0),
  float64: () => BITS.getFloat64(0),
  int32: () => BITS.getInt32(0),
  int64: () => BITS.getBigInt64(0),
};

/** The same bits as another type of the same width. */
export function bitcastValue(value: Value, from: ComputeType, to: ComputeType): Value {
  WRITE[from]?.(value);
  return READ[to]?.() ?? value;
}
