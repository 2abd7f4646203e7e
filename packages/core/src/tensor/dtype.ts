/**
 * Dtypes: what an element is, how it is stored, in which type it is computed, and how two types promote.
 *
 * Invariant: everything that depends on a dtype is a column of the one table below. `float16`, `bfloat16`, `uint8` and
 * `int8` are storage types: kernels compute them in float32 or int32.
 *
 * Reference: https://pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc
 */
import { DTypeError } from '../errors.js';

/** What a tensor holds. */
export type DType = 'float32' | 'float64' | 'float16' | 'bfloat16' | 'int32' | 'int64' | 'int8' | 'uint8' | 'bool';

/** The types that kernels compute in. */
export type ComputeType = 'float32' | 'float64' | 'int32' | 'int64' | 'bool';

/** A host array of elements. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Uint16Array
  | Int32Array
  | BigInt64Array
  | Int8Array
  | Uint8Array;

type Category = 'bool' | 'int' | 'float';

interface DTypeInfo {
  /** Bytes of one element in host memory. */
  readonly bytes: number;
  readonly category: Category;
  readonly compute: ComputeType;
  /** float16 and bfloat16 are held as their bits. */
  readonly array: new (source: number | ArrayBuffer | ArrayLike<never>) => TypedArray;
}


const TABLE: Record<DType, DTypeInfo> = {
  float32: { bytes: 4, category: 'float', compute: 'float32', array: Float32Array },
  float64: { bytes: 8, category: 'float', compute: 'float64', array: Float64Array },
  float16: { bytes: 2, category: 'float', compute: 'float32', array: Uint16Array },
  bfloat16: { bytes: 2, category: 'float', compute: 'float32', array: Uint16Array },
  int32: { bytes: 4, category: 'int', compute: 'int32', array: Int32Array },
  int64: { bytes: 8, category: 'int', compute: 'int64', array: BigInt64Array },
  int8: { bytes: 1, category: 'int', compute: 'int32', array: Int8Array },
  uint8: { bytes: 1, category: 'int', compute: 'int32', array: Uint8Array },
  bool: { bytes: 1, category: 'bool', compute: 'bool', array: Uint8Array },
};

/** All dtypes. */
export const DTYPES = Object.keys(TABLE) as readonly DType[];

/** Whether a value is the name of a dtype. */
export const isDType = (value: unknown): value is DType => typeof value === 'string' && value in TABLE;
/** Bytes of one element on the host. */
export const dtypeBytes = (dtype: DType): number => TABLE[dtype].bytes;
/** Which of float, int and bool a dtype is. */
export const categoryOf = (dtype: DType): Category => TABLE[dtype].category;
/** The dtype in which a storage dtype computes. */
export const computeType = (dtype: DType): ComputeType => TABLE[dtype].compute;
/** Whether a dtype is a floating point one. */
export const isFloat = (dtype: DType): boolean => TABLE[dtype].category === 'float';
/** Whether a dtype is an integer one; bool is none. */
export const isInteger = (dtype: DType): boolean => TABLE[dtype].category === 'int';

/** A zero-filled host array for `size` elements. */
export const hostArray = (dtype: DType, size: number): TypedArray => new TABLE[dtype].array(size);

/** A host array over existing memory. */
export const hostView = (dtype: DType, buffer: ArrayBufferLike, byteOffset: number, size: number): TypedArray =>
  new (TABLE[dtype].array as unknown as new (b: ArrayBufferLike, o: number, n: number) => TypedArray)(
    buffer,
    byteOffset,
    size,
  );

// ── promotion ────────────────────────────────────────────────────────────────────────────────────────────────────────

const DEFAULT_OF: Record<Category, DType> = { bool: 'bool', int: 'int32', float: 'float32' };
const RANK: Record<Category, number> = { bool: 0, int: 1, float: 2 };

/** The dtype that two tensors of these dtypes are computed in. */
export function promoteTypes(a: DType, b: DType): DType {
  if (a === b) return a;
  const ca = categoryOf(a);
  const cb = categoryOf(b);
  if (ca !== cb) return RANK[ca] > RANK[cb] ? a : b;
  const wide = ca === 'float' ? 'float64' : 'int64';
  // float16 with bfloat16 is float32. int8 with uint8: PyTorch answers int16, the next wider type here is int32.
  return a === wide || b === wide ? wide : DEFAULT_OF[ca];
}

/** What takes part in a promotion: `weak` 0 for a tensor with dimensions, 1 for a 0-d tensor, 2 for a plain number. */
export interface PromotionOperand {
  readonly dtype: DType;
  readonly weak: 0 | 1 | 2;
}

/** What operands promote to: weaker ones count only when their category is higher than all stronger ones'. */
export function promoteOperands(operands: readonly PromotionOperand[]): DType {
  const byStrength: (DType | undefined)[] = [undefined, undefined, undefined];
  for (const { dtype, weak } of operands) {
    const seen = byStrength[weak];
    byStrength[weak] = seen === undefined ? dtype : promoteTypes(seen, dtype);
  }
  let result: DType | undefined;
  for (const dtype of byStrength) {
    if (dtype === undefined) continue;
    if (result === undefined || RANK[categoryOf(dtype)] > RANK[categoryOf(result)]) result = dtype;
  }
  if (result === undefined) throw new DTypeError('promoteOperands: got no operand, expected at least one.');
  return result;
}

/** The float dtype that an op such as `exp` or a true division computes in. */
export const floatFor = (dtype: DType): DType => (isFloat(dtype) ? dtype : DEFAULT_OF.float);

/** Whether a number stands for an integer: beyond int64 it is a float. */
export const isWhole = (x: number): boolean => Number.isInteger(x) && Math.abs(x) < 2 ** 63;

/** The dtype of a plain JavaScript value among tensors. */
export const dtypeOfNumber = (value: number | boolean | bigint): DType =>
  typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' || isWhole(value) ? 'int32' : 'float32';

/** Whether a dtype's computations hold a number: an integer of 32 bits, or one of 64 that a plain number is exact for. */
export function fits(value: number | boolean | bigint, dtype: DType): boolean {
  const compute = computeType(dtype);
  const n = Number(value);
  if (compute === 'int32') return n >= -2147483648 && n <= 2147483647;
  return compute !== 'int64' || typeof value !== 'bigint' || BigInt(n) === value;
}
