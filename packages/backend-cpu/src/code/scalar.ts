/**
 * Scalar instructions: each basic instruction of the language on one value, as WebAssembly spells it.
 *
 * Invariant: bool is an i32 that is 0 or 1; no instruction traps. Integer division by 0 gives 0, and −2³¹/−1 wraps.
 *
 * Reference: WebAssembly core specification 3.0, section 4.3, numerics.
 */
import { InternalError, type ComputeType } from '@sconce/core';
import type { Op } from '../wasm/index.js';
import type { ScalarType } from '../wasm/instruction.js';
import { conversion, ON_BITS, ROUNDING, spelled } from './spelling.js';
import type { Term, Terms } from './term.js';

export const SCALAR_TYPE: Record<ComputeType, ScalarType> = {
  float32: 'f32', float64: 'f64', int32: 'i32', int64: 'i64', bool: 'i32',
};

/** The instruction `name` on operands of `dtype`; for cast and bitcast, `to` is the result's type. */
export function scalarOp(t: Terms, name: string, dtype: ComputeType, to: ComputeType, args: readonly Term[]): Term {
  if (name === 'select') return t.select(args[1], args[2], args[0]);
  if (name === 'cast') return castTerm(t, dtype, to, args[0]);
  const type = SCALAR_TYPE[dtype];
  if (name === 'bitcast') return type === SCALAR_TYPE[to] ? args[0] : t.op(`${SCALAR_TYPE[to]}.reinterpret_${type}` as Op, args[0]);
  const isInteger = type.startsWith('i');
  if (isInteger && ROUNDING.has(name)) return args[0];
  const op = spelled(type, (dtype === 'bool' ? ON_BITS[name] : undefined) ?? name);
  if (op !== undefined) return t.op(op, ...args);
  const derived = isInteger ? integerOp(t, name, dtype, args) : undefined;
  if (derived !== undefined) return derived;
  throw new InternalError(`cpu: no instruction '${name}' for ${dtype}.`);
}

function integerOp(t: Terms, name: string, dtype: ComputeType, [a, b]: readonly Term[]): Term | undefined {
  const type = SCALAR_TYPE[dtype];
  const op = (suffix: string, ...args: (Term | number)[]): Term => t.op(`${type}.${suffix}` as Op, ...args);
  const [zero, one] = [t.constant(type, 0), t.constant(type, 1)];
  switch (name) {
    case 'neg':
      return dtype === 'bool' ? a : op('sub', zero, a);
    case 'abs':
      return dtype === 'bool' ? a : t.select(op('sub', zero, a), a, op('lt_s', a, zero));
    case 'not':
      return dtype === 'bool' ? op('eqz', a) : op('xor', a, -1);
    case 'min':
      return t.select(a, b, op('lt_s', a, b));
    case 'max':
      return t.select(a, b, op('gt_s', a, b));
    case 'umulhi': {
      const product = t.op('i64.mul', t.op('i64.extend_i32_u', a), t.op('i64.extend_i32_u', b));
      return t.op('i32.wrap_i64', t.op('i64.shr_u', product, 32));
    }
    case 'quot':
    case 'rem': {
      const instruction = name === 'quot' ? 'div_s' : 'rem_s';
      if (b.kind === 'constant' && b.values[0] > 0) return op(instruction, a, b);
      // −1 and 0, the divisors that trap, are those for which b + 1 is 0 or 1.
      const plain = op('gt_u', op('add', b, one), one);
      const safe = op(instruction, a, t.select(b, one, plain));
      const negated = name === 'quot' ? t.select(op('sub', zero, a), zero, op('ne', b, zero)) : zero;
      return t.select(safe, negated, plain);
    }
    default:
      return undefined;
  }
}

function castTerm(t: Terms, from: ComputeType, to: ComputeType, x: Term): Term {
  if (from === to) return x;
  const [a, b] = [SCALAR_TYPE[from], SCALAR_TYPE[to]];
  if (to === 'bool') return t.op(`${a}.ne` as Op, x, 0);
  return a === b ? x : t.op(conversion(a, b)!, x);
}
