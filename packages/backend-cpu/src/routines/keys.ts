/**
 * Keys: unsigned integers that order as elements do, computed from an element's bits on its way into a sort.
 *
 * Invariant: key(a) < key(b) exactly when a comes before b, as in the routine's own keys: −0 equals 0, and NaN comes after
 * everything, or before everything in a descending order, for which keys are inverted.
 *
 * Reference: M. Herf, Radix tricks (2001), for floats as sortable integers.
 */
import { dtypeBytes, type DType } from '@sconce/core';
import { constant, op, select, type FunctionBuilder } from '../wasm/builder.js';
import type { Local, Op, Value } from '../wasm/index.js';

export interface KeyForm {
  /** Bytes of an element, and how one is loaded. */
  readonly elementBytes: number;
  readonly load: Op & ('i32.load' | 'i64.load' | 'i32.load8_s' | 'i32.load8_u' | 'i32.load16_u');
  /** Whether keys have 64 bits. */
  readonly isWide: boolean;
  /** Bytes of a key that may differ, from the lowest on. */
  readonly digits: number;
  /** The key of a word that was loaded. */
  key(fn: FunctionBuilder, word: Local): Value;
}

/** A float's key: above its sign all bits change below 0, the sign above. `infinity` is the magnitude beyond which bits mean NaN. */
function float32Key(fn: FunctionBuilder, word: Local): Value {
  const magnitude = fn.let('magnitude', op('i32.and', word, 0x7fffffff));
  const key = op('i32.xor', word, op('i32.or', op('i32.shr_s', word, 31), 0x80000000));
  const number = select(key, 0x80000000, magnitude);
  return select(number, 0xffffffff, op('i32.le_u', magnitude, 0x7f800000));
}

const halfKey = (infinity: number) => (fn: FunctionBuilder, word: Local): Value => {
  const magnitude = fn.let('magnitude', op('i32.and', word, 0x7fff));
  const isNegative = op('i32.gt_u', word, 0x7fff);
  const key = select(op('i32.xor', word, 0xffff), op('i32.or', word, 0x8000), isNegative);
  const number = select(key, 0x8000, magnitude);
  return select(number, 0xffff, op('i32.le_u', magnitude, infinity));
};

const SIGN = constant('i64', -(2n ** 63n));

function float64Key(fn: FunctionBuilder, word: Local): Value {
  const magnitude = fn.let('magnitude', op('i64.and', word, constant('i64', 2n ** 63n - 1n)));
  const key = op('i64.xor', word, op('i64.or', op('i64.shr_s', word, constant('i64', 63n)), SIGN));
  const number = select(SIGN, key, op('i64.eqz', magnitude));
  return select(number, constant('i64', -1n), op('i64.le_u', magnitude, constant('i64', 0x7ff0000000000000n)));
}

const asIs = (_: FunctionBuilder, word: Local): Value => word;

const FORMS: Readonly<Record<DType, Pick<KeyForm, 'load' | 'digits' | 'key'>>> = {
  bool: { load: 'i32.load8_u', digits: 1, key: asIs },
  uint8: { load: 'i32.load8_u', digits: 1, key: asIs },
  int8: { load: 'i32.load8_s', digits: 1, key: (_, word) => op('i32.add', word, 128) },
  int32: { load: 'i32.load', digits: 4, key: (_, word) => op('i32.xor', word, 0x80000000) },
  float16: { load: 'i32.load16_u', digits: 2, key: halfKey(0x7c00) },
  bfloat16: { load: 'i32.load16_u', digits: 2, key: halfKey(0x7f80) },
  float32: { load: 'i32.load', digits: 4, key: float32Key },
  int64: { load: 'i64.load', digits: 8, key: (_, word) => op('i64.xor', word, SIGN) },
  float64: { load: 'i64.load', digits: 8, key: float64Key },
};

/** The keys of a dtype, for an ascending or a descending order. */
export function keyForm(dtype: DType, descending: boolean): KeyForm {
  const { load, digits, key } = FORMS[dtype];
  const isWide = load === 'i64.load';
  const inverted = (fn: FunctionBuilder, word: Local): Value =>
    isWide ? op('i64.xor', key(fn, word), constant('i64', -1n)) : op('i32.xor', key(fn, word), 2 ** (8 * digits) - 1);
  return { elementBytes: dtypeBytes(dtype), load, isWide, digits, key: descending ? inverted : key };
}
