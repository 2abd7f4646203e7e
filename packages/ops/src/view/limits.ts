/**
 * The limits of dtypes: what they can hold, and how finely.
 *
 * Reference: https://pytorch.org/docs/stable/type_info.html
 */
import { describe, DTypeError, type DType } from '@sconce/core';

/** The limits of a float dtype. */
export interface FloatLimits {
  readonly dtype: DType;
  readonly bits: number;
  /** The difference between 1 and the next larger number. */
  readonly eps: number;
  readonly max: number;
  readonly min: number;
  /** The smallest positive number of full precision. */
  readonly tiny: number;
  readonly smallestNormal: number;
}

/** The limits of an integer dtype; of int64 as the nearest numbers. */
export interface IntegerLimits {
  readonly dtype: DType;
  readonly bits: number;
  readonly max: number;
  readonly min: number;
}

/** Bits, digits after the point, and the least exponent; the greatest is one less than the least's opposite. */
const FLOATS: Readonly<Record<string, readonly [bits: number, digits: number, least: number]>> = {
  float64: [64, 52, -1022],
  float32: [32, 23, -126],
  bfloat16: [16, 7, -126],
  float16: [16, 10, -14],
};

const INTEGERS: Readonly<Record<string, readonly [bits: number, signed: boolean]>> = {
  int64: [64, true],
  int32: [32, true],
  int8: [8, true],
  uint8: [8, false],
};

/**
 * The limits of a float dtype.
 *
 * @throws DTypeError for another one.
 * @example
 * finfo('float32').eps;      // 1.1920928955078125e-7
 * @see https://pytorch.org/docs/stable/type_info.html#torch.torch.finfo
 */
export function finfo(dtype: DType = 'float32'): FloatLimits {
  if (!Object.hasOwn(FLOATS, dtype)) throw new DTypeError(`finfo: got ${describe(dtype)}, expected one of ${Object.keys(FLOATS).join(', ')}.`);
  const [bits, digits, least] = FLOATS[dtype];
  const max = (2 - 2 ** -digits) * 2 ** (1 - least);
  return { dtype, bits, eps: 2 ** -digits, max, min: -max, tiny: 2 ** least, smallestNormal: 2 ** least };
}

/**
 * The limits of an integer dtype.
 *
 * @throws DTypeError for another one.
 * @example
 * iinfo('uint8').max;      // 255
 * @see https://pytorch.org/docs/stable/type_info.html#torch.torch.iinfo
 */
export function iinfo(dtype: DType): IntegerLimits {
  if (!Object.hasOwn(INTEGERS, dtype)) throw new DTypeError(`iinfo: got ${describe(dtype)}, expected one of ${Object.keys(INTEGERS).join(', ')}.`);
  const [bits, signed] = INTEGERS[dtype];
  const values = signed ? bits - 1 : bits;
  return { dtype, bits, max: 2 ** values - 1, min: signed ? -(2 ** values) : 0 };
}
