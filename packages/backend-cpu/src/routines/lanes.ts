/** Arithmetic in float64 on one number or on two side by side, so that a loop and its rest are written once. */
import { op, type Operand } from '../wasm/builder.js';
import type { Local, Value } from '../wasm/index.js';

/** A complex number, or two side by side. */
export interface Complex {
  readonly re: Local;
  readonly im: Local;
}

/** Arithmetic on one number or on two. */
export interface Lanes {
  readonly bytes: 8 | 16;
  readonly op: (name: 'add' | 'sub' | 'mul', a: Operand, b: Operand) => Value;
  readonly load: (address: Operand) => Value;
  readonly store: (address: Operand, value: Value) => Value;
}

export const PAIR: Lanes = {
  bytes: 16,
  op: (name, a, b) => op(`f64x2.${name}`, a, b),
  load: (address) => op('v128.load', address),
  store: (address, value) => op('v128.store', address, value),
};
export const SINGLE: Lanes = {
  bytes: 8,
  op: (name, a, b) => op(`f64.${name}`, a, b),
  load: (address) => op('f64.load', address),
  store: (address, value) => op('f64.store', address, value),
};
