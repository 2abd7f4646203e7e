/**
 * What an instruction takes, read from its name: the types of its operands, and its lane immediates. Code that is written by
 * hand is checked against it.
 *
 * Invariant: for every name in the table of opcodes the signature agrees with the specification; the test has the engine
 * validate one function per instruction.
 *
 * Reference: WebAssembly core specification 3.0, section 3.4, validation of instructions.
 */
import { accessBits, instruction, laneType, shapeOf, type ValueType } from './instruction.js';
import type { Op } from './opcodes.js';

export interface Signature {
  readonly operands: readonly ValueType[];
  /** How many lane immediates there are, all below `laneLimit`. */
  readonly lanes: 0 | 1 | 16;
  readonly laneLimit: number;
}

/**
 * Operands, of the first rule that matches: T is the type that the name begins with, S the scalar of its lanes, F the type
 * that a conversion's name ends in, i is i32.
 */
const RULES: readonly (readonly [RegExp, string])[] = [
  [/const$/, ''],
  [/load\d+_lane$/, 'iT'],
  [/load/, 'i'],
  [/store/, 'iT'],
  [/splat$/, 'S'],
  [/extract_lane/, 'T'],
  [/replace_lane$/, 'TS'],
  [/(true|^i..\.eqz)$/, 'T'],
  [/x\d+\.sh[lr]/, 'Ti'],
  [/^...\.(eq|ne|[lg][te])(_|$)/, 'TT'],
  [/^...\.\w+_([if]\d\d)/, 'F'],
  [/madd$|bitselect$/, 'TTT'],
  [/\.(clz|ctz|popcnt|abs|neg|ceil|floor|trunc|nearest|sqrt|not)$/, 'T'],
  [/\.(trunc_sat|convert|demote|promote|extend)/, 'T'],
  [/./, 'TT'],
];

function operandsOf(name: Op): ValueType[] {
  const { type } = instruction(name);
  const shape = shapeOf(name);
  for (const [pattern, letters] of RULES) {
    const match = pattern.exec(name);
    if (!match) continue;
    const types: Record<string, ValueType> = {
      T: type, S: shape ? laneType(shape) : type, F: match[1] as ValueType, i: 'i32',
    };
    return Array.from(letters, (letter) => types[letter]);
  }
  throw new TypeError(`no rule for ${name}`);
}

function read(name: Op): Signature {
  const operands = operandsOf(name);
  if (name === 'i8x16.shuffle') return { operands, lanes: 16, laneLimit: 32 };
  if (!/(load|store)\d+_lane$|extract_lane|replace_lane/.test(name)) return { operands, lanes: 0, laneLimit: 0 };
  const shape = shapeOf(name);
  return { operands, lanes: 1, laneLimit: shape ? Number(shape.split('x')[1]) : 128 / accessBits(name) };
}

const known = new Map<Op, Signature>();

/** What an instruction takes. Throws a TypeError for a name that WebAssembly does not have. */
export function signature(name: Op): Signature {
  let found = known.get(name);
  if (!found) known.set(name, (found = read(name)));
  return found;
}
