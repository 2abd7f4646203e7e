/**
 * What the name of an instruction says: operand types, result type, immediates, natural alignment.
 *
 * WebAssembly's names are regular enough to be read by an ordered list of rules, the first that matches giving the
 * signature, so that the table of opcodes carries none. Instructions are described when they are first used.
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
  readonly operands: readonly ValueType[];
  readonly result: ResultType;
  /** The lanes of the operands, which say what a plain number among them becomes; undefined where they differ. */
  readonly shape: Shape | undefined;
  /** For memory accesses, the binary logarithm of the bytes accessed; otherwise -1. */
  readonly align: number;
  /** Lane immediates are below this; 0 when there are none. */
  readonly laneLimit: number;
  /** How many lane immediates there are. */
  readonly lanes: 0 | 1 | 16;
  /** How many memory indices, all 0, end the encoding. */
  readonly memories: 0 | 1 | 2;
}

const SCALAR_OF: Record<Shape, ScalarType> = {
  i8x16: 'i32',
  i16x8: 'i32',
  i32x4: 'i32',
  i64x2: 'i64',
  f32x4: 'f32',
  f64x2: 'f64',
};

/**
 * Signatures, operands before the colon: T is the type that the name begins with, S the scalar of its lanes, F the
 * type that a conversion's name ends in, i and l are i32 and i64.
 */
const RULES: readonly (readonly [RegExp, string])[] = [
  [/const$/, ':T'],
  [/^memory\.(copy|fill)/, 'iii:'],
  [/wait32$/, 'iil:i'],
  [/load\d+_lane$/, 'iT:T'],
  [/load/, 'i:T'],
  [/store/, 'iT:'],
  [/rmw/, 'iT:T'],
  [/splat$/, 'S:T'],
  [/extract_lane/, 'T:S'],
  [/replace_lane$/, 'TS:T'],
  [/(true|bitmask|^i..\.eqz)$/, 'T:i'],
  [/x\d+\.sh[lr]/, 'Ti:T'],
  [/^...\.(eq|ne|[lg][te])(_|$)/, 'TT:i'],
  [/^...\.\w+_([if]\d\d)/, 'F:T'],
  [/madd$|bitselect$/, 'TTT:T'],
  [/\.(clz|ctz|popcnt|abs|neg|ceil|floor|trunc|nearest|sqrt|not)$/, 'T:T'],
  [/\.(trunc_sat|convert|demote|promote|extend)/, 'T:T'],
  [/./, 'TT:T'],
];

/** The shape that a name begins with, if it is one of vectors. */
const shapeOf = (name: string): Shape | undefined => /^[if]\d+x\d+/.exec(name)?.[0] as Shape | undefined;

function signatureOf(name: Op): Pick<Instruction, 'operands' | 'result'> {
  const shape = shapeOf(name);
  const own = shape ? 'v128' : (name.split('.')[0] as ValueType);
  for (const [pattern, signature] of RULES) {
    const match = pattern.exec(name);
    if (!match) continue;
    const typeOf: Record<string, ResultType> = {
      '': 'none',
      T: own,
      S: shape ? SCALAR_OF[shape] : own,
      F: match[1] as ScalarType,
      i: 'i32',
      l: 'i64',
    };
    const [operands, result] = signature.split(':');
    return { operands: Array.from(operands, (letter) => typeOf[letter] as ValueType), result: typeOf[result] };
  }
  throw new TypeError(`no rule for ${name}`);
}

/** The bits that a memory access touches; 0 for any other instruction. */
function accessBits(name: Op): number {
  const match = /(?:load|store|rmw|wait)(\d*)(?:x(\d))?/.exec(name);
  if (!match) return 0;
  const [, bits, count] = match;
  const whole = name.startsWith('v') ? 128 : name.startsWith('m') ? 32 : Number(name.slice(1, 3));
  return Number(bits || whole) * Number(count || 1);
}

function read(name: Op): Instruction {
  const code = opcodes().get(name);
  if (code === undefined) throw new TypeError(`WebAssembly has no instruction ${name}`);
  const shape = shapeOf(name);
  const bits = accessBits(name);
  const shuffles = name === 'i8x16.shuffle';
  const onLane = /(load|store)\d+_lane$|extract_lane|replace_lane/.test(name);
  return {
    name,
    code,
    ...signatureOf(name),
    shape: /x\d.*\dx\d/.test(name) ? undefined : shape,
    align: bits ? Math.log2(bits / 8) : -1,
    lanes: shuffles ? 16 : onLane ? 1 : 0,
    laneLimit: shuffles ? 32 : !onLane ? 0 : shape ? Number(shape.split('x')[1]) : 128 / bits,
    memories: name === 'memory.copy' ? 2 : name === 'memory.fill' ? 1 : 0,
  };
}

const described = new Map<Op, Instruction>();

/** The description of an instruction. Throws a TypeError for a name that WebAssembly does not have. */
export function instruction(name: Op): Instruction {
  let known = described.get(name);
  if (!known) described.set(name, (known = read(name)));
  return known;
}
