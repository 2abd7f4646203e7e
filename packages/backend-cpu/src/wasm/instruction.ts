/**
 * What the name of an instruction says: its type, its result, what its encoding ends with.
 *
 * WebAssembly's names are regular enough to be read, so that the table of opcodes says nothing else. What operands an
 * instruction takes is read in `signature.ts`, where code that is written by hand is checked. Instructions are described
 * when they are first used.
 *
 * Invariant: for every name in the table the description agrees with the specification; the test has the engine
 * validate one function per instruction.
 *
 * Reference: WebAssembly core specification 3.0, section 3.4, validation of instructions.
 */
import { opcodes, type Op } from './opcodes.js';

export type ScalarType = 'i32' | 'i64' | 'f32' | 'f64';
export type ValueType = ScalarType | 'v128';
export type ResultType = ValueType | 'none';

/** How the 128 bits of a vector are divided into lanes. */
export type Shape = 'i8x16' | 'i16x8' | 'i32x4' | 'i64x2' | 'f32x4' | 'f64x2';

export interface Instruction {
  readonly name: Op;
  /** The opcode; a prefix byte, where there is one, stands before three hexadecimal digits. */
  readonly code: number;
  /** The type that the name begins with. */
  readonly type: ValueType;
  readonly result: ResultType;
  /** The lanes of the operands, which say what a plain number among them becomes; undefined where they differ. */
  readonly shape: Shape | undefined;
  /** For memory accesses, the binary logarithm of the bytes accessed; otherwise -1. */
  readonly align: number;
}

/** The shape that a name begins with, if it is one of vectors. */
export const shapeOf = (name: string): Shape | undefined => /^[if]\d+x\d+/.exec(name)?.[0] as Shape | undefined;

export const laneType = (shape: Shape): ScalarType => (/^i(8|16)/.test(shape) ? 'i32' : (shape.slice(0, 3) as ScalarType));

/** Most instructions result in the type that they begin with. */
function resultOf(name: Op, type: ValueType, shape: Shape | undefined): ResultType {
  if (name.includes('store')) return 'none';
  if (/(true|^i..\.eqz)$|^...\.(eq|ne|[lg][te])(_|$)/.test(name)) return 'i32';
  return name.includes('extract_lane') ? laneType(shape!) : type;
}

/** The bits that a memory access touches; 0 for any other instruction. */
export function accessBits(name: Op): number {
  const match = /(?:load|store)(\d*)(?:x(\d))?/.exec(name);
  if (!match) return 0;
  const [, bits, count] = match;
  const whole = name.startsWith('v') ? 128 : Number(name.slice(1, 3));
  return Number(bits || whole) * Number(count || 1);
}

function read(name: Op): Instruction {
  const code = opcodes().get(name);
  if (code === undefined) throw new TypeError(`WebAssembly has no instruction ${name}`);
  const shape = shapeOf(name);
  const type = shape ? 'v128' : (name.split('.')[0] as ValueType);
  const bits = accessBits(name);
  return {
    name,
    code,
    type,
    result: resultOf(name, type, shape),
    shape: /x\d.*\dx\d/.test(name) ? undefined : shape,
    align: bits ? Math.log2(bits / 8) : -1,
  };
}

const described = new Map<Op, Instruction>();

/** The description of an instruction. Throws a TypeError for a name that WebAssembly does not have. */
export function instruction(name: Op): Instruction {
  let known = described.get(name);
  if (!known) described.set(name, (known = read(name)));
  return known;
}
