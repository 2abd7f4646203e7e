/**
 * How WebAssembly spells the basic instructions that it has: by the same names, but integers say that they are signed.
 *
 * Invariant: what is spelled does exactly what the instruction's row says; the table of opcodes says what there is.
 */
import type { Op } from '../wasm/index.js';
import type { ScalarType, Shape } from '../wasm/instruction.js';
import { opcodes } from '../wasm/opcodes.js';

const SIGNED: Readonly<Record<string, string>> = {
  shr: 'shr_s', ushr: 'shr_u', lt: 'lt_s', le: 'le_s', gt: 'gt_s', ge: 'ge_s', min: 'min_s', max: 'max_s',
};

/** What instructions on truth values are among those on bits. */
export const ON_BITS: Readonly<Record<string, string>> = { add: 'or', mul: 'and', max: 'or', min: 'and', sub: 'xor' };

/** Instructions that change no integer: it has no fraction. */
export const ROUNDING: ReadonlySet<string> = new Set(['floor', 'ceil', 'trunc', 'nearest']);

/** The instructions that convert, with # for the type or the shape that they convert from. */
const CONVERSIONS = [
  'promote_#', 'demote_#', 'trunc_sat_#_s', 'convert_#_s', 'extend_#_s', 'wrap_#',
  'promote_low_#', 'convert_low_#_s', 'demote_#_zero', 'trunc_sat_#_s_zero',
];

/** The instruction that converts values of a type, or lanes of a shape; undefined where WebAssembly has none. */
export const conversion = (from: ScalarType | Shape, to: ScalarType | Shape): Op | undefined =>
  CONVERSIONS.map((kind) => `${to}.${kind.replace('#', from)}` as Op).find((op) => opcodes().has(op));

/** The instruction on values of a type, or on lanes of a shape; undefined where WebAssembly has none. */
export function spelled(type: ScalarType | Shape, name: string): Op | undefined {
  const op = `${type}.${(type.startsWith('i') ? SIGNED[name] : undefined) ?? name}` as Op;
  return opcodes().has(op) ? op : undefined;
}
