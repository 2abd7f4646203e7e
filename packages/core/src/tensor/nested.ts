/**
 * Between nested JavaScript arrays and flat typed arrays.
 *
 * Invariant: what goes in is checked element by element (ragged lists, NaN or fractions in an integer dtype, integers out
 * of range), so a wrong number never reaches a kernel.
 */
import { hostArray, isFloat, isWhole, type DType, type TypedArray } from './dtype.js';
import { ArgumentError, DTypeError, ShapeError } from '../errors.js';
import { bfloat16Bits, bfloat16Value, float16Bits, float16Value } from './half.js';
import { shapeText, sizeOf, type Shape } from './shape.js';

/** One element, as a user writes it. */
export type Scalar = number | boolean | bigint;
/** Elements in arrays of arrays, as deep as there are dimensions. */
export type NestedArray = Scalar | NestedArray[];

// ── from the host's array to numbers ─────────────────────────────────────────────────────────────────────────────────

const READ: Partial<Record<DType, (x: number | bigint) => number>> = {
  float16: (x) => float16Value(Number(x)),
  bfloat16: (x) => bfloat16Value(Number(x)),
  int64: Number,
};

/** The elements as plain numbers (bool: 0 and 1; int64 rounds beyond 2^53). */
export function numbersOf(host: TypedArray, dtype: DType): ArrayLike<number> {
  const read = READ[dtype];
  return read === undefined ? (host as ArrayLike<number>) : Array.from(host as ArrayLike<number | bigint>, read);
}

/** Nested arrays of numbers, or booleans for bool; a plain value for a 0-d tensor. */
export function nestedArray(host: TypedArray, shape: Shape, dtype: DType): NestedArray {
  const flat = numbersOf(host, dtype);
  let position = 0;
  const build = (dim: number): NestedArray => {
    if (dim === shape.length) {
      const x = flat[position++];
      return dtype === 'bool' ? x !== 0 : x;
    }
    return Array.from({ length: shape[dim] }, () => build(dim + 1));
  };
  return build(0);
}

// ── from nested arrays to the host's array ───────────────────────────────────────────────────────────────────────────

const INTEGER_RANGE: Partial<Record<DType, readonly [number | bigint, number | bigint]>> = {
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int8: [-128, 127],
  uint8: [0, 255],
};

/** One element in a dtype's host representation; throws when the dtype cannot hold it. */
export function encode(x: Scalar, dtype: DType): number | bigint {
  if (dtype === 'bool') return x ? 1 : 0;
  if (isFloat(dtype)) {
    const n = Number(x);
    return dtype === 'float16' ? float16Bits(n) : dtype === 'bfloat16' ? bfloat16Bits(n) : n;
  }
  if (typeof x === 'number' && !Number.isInteger(x)) {
    throw new DTypeError(`tensor: ${x} is no ${dtype}. Use a float dtype, or round the values first.`);
  }
  const n = Number(x);
  const whole = typeof x === 'bigint' ? x : n;
  const [low, high] = INTEGER_RANGE[dtype]!;
  if (whole < low || whole > high) throw new DTypeError(`tensor: ${x} does not fit ${dtype} (${low} to ${high}). Use a wider dtype.`);
  return dtype === 'int64' ? BigInt(x) : n;
}

export interface Flat {
  readonly values: Scalar[];
  readonly shape: number[];
}

/** The elements and the shape of nested arrays; ShapeError for ragged ones. */
export function flatten(data: unknown): Flat {
  const shape: number[] = [];
  for (let x = data; isList(x); x = x[0]) {
    shape.push(x.length);
    if (x.length === 0) break;
  }
  const values: Scalar[] = [];
  const walk = (x: unknown, dim: number): void => {
    if (dim === shape.length) {
      if (typeof x !== 'number' && typeof x !== 'boolean' && typeof x !== 'bigint') {
        if (isList(x)) throw ragged(shape, dim, `a list of ${x.length}`);
        throw new ArgumentError(`tensor: got ${x === null ? 'null' : typeof x} as an element, expected numbers or booleans.`);
      }
      values.push(x);
      return;
    }
    if (!isList(x) || x.length !== shape[dim]) {
      throw ragged(shape, dim, isList(x) ? `a list of ${x.length}` : String(x));
    }
    for (let i = 0; i < x.length; i++) walk(x[i], dim + 1);
  };
  walk(data, 0);
  return { values, shape };
}

const isList = (x: unknown): x is ArrayLike<unknown> => Array.isArray(x) || (ArrayBuffer.isView(x) && !(x instanceof DataView));

const ragged = (shape: Shape, dim: number, got: string): ShapeError =>
  new ShapeError(`tensor: the lists are ragged: at depth ${dim} got ${got}, expected ${shape[dim] ?? 'a number'} as in the first of shape ${shapeText(shape)}. Pad them to one length.`);

/** The dtype that PyTorch infers, with int32 for integers, int64 when one does not fit, and float32 beyond that. */
export function inferDType(values: readonly Scalar[]): DType {
  let dtype: DType = values.length === 0 ? 'float32' : 'bool';
  for (const x of values) {
    if (typeof x === 'boolean') continue;
    if (typeof x === 'number' && !isWhole(x)) return 'float32';
    if (dtype === 'bool') dtype = 'int32';
    if (x > 2147483647 || x < -2147483648) dtype = 'int64';
  }
  return dtype;
}

/** The host array of these elements in a dtype. */
export function hostOf(values: ArrayLike<Scalar>, dtype: DType): TypedArray {
  const host = hostArray(dtype, values.length) as unknown as { [i: number]: number | bigint };
  for (let i = 0; i < values.length; i++) host[i] = encode(values[i], dtype);
  return host as unknown as TypedArray;
}

const DTYPE_OF_ARRAY: ReadonlyMap<unknown, DType> = new Map<unknown, DType>([
  [Float32Array, 'float32'],
  [Float64Array, 'float64'],
  [Int32Array, 'int32'],
  [BigInt64Array, 'int64'],
  [Int8Array, 'int8'],
  [Uint8Array, 'uint8'],
  [Uint8ClampedArray, 'uint8'],
]);

/** The dtype of a typed array, or undefined for those without one. */
export const dtypeOfArray = (x: object): DType | undefined => DTYPE_OF_ARRAY.get(x.constructor);

/** Whether an array holds a dtype's host representation already. */
export const holds = (x: object, dtype: DType): boolean =>
  dtypeOfArray(x) === dtype || (x.constructor === Uint16Array && (dtype === 'float16' || dtype === 'bfloat16'));

export const checkSize = (op: string, length: number, shape: Shape): void => {
  if (length !== sizeOf(shape)) {
    throw new ShapeError(`${op}: ${length} elements do not fill the shape ${shapeText(shape)}, which takes ${sizeOf(shape)}.`);
  }
};

