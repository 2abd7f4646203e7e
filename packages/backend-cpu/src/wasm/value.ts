/**
 * Values written by hand: trees of instructions, built by nesting calls as in `op('f32.add', x, op('f32.sqrt', y))`.
 *
 * Operands are checked against the instruction's signature when the tree is built, so a mistake in a kernel's printer
 * is an error at its own line that names the instruction. A number among the operands becomes a constant of the type
 * expected there; for instructions on lanes it fills every lane: `op('f32x4.mul', x, 0.5)`.
 *
 * Invariant: a tree is well typed; it is evaluated where a statement puts it, operands from left to right.
 *
 * Reference: WebAssembly core specification 3.0, section 3.4, validation of instructions.
 */
import { instruction } from './instruction.js';
import type { ScalarType, Shape, ValueType } from './instruction.js';
import type { Op } from './opcodes.js';
import { signature } from './signature.js';
import type { Call, Callable, Constant, Local, Operation, Select, Tee, Value } from './tree.js';

/** An address with a constant offset, for the first operand of a memory access. */
export interface Address {
  readonly kind: 'address';
  readonly base: Value | number;
  readonly offset: number;
}

export type Operand = Value | Address | number | bigint;

type LaneOp = Extract<Op, `${string}_lane` | `${string}_lane_s` | `${string}_lane_u`>;
type PlainOp = Exclude<Op, LaneOp | 'i8x16.shuffle' | `${string}.const`>;

const NONE: readonly number[] = [];

/** What a value is called in errors. */
export const describe = (value: Value): string => {
  switch (value.kind) {
    case 'operation':
      return value.instruction.name;
    case 'local':
      return `local ${value.name}`;
    case 'call':
      return `call ${value.callee.name}`;
    case 'constant':
      return `${value.shape} constant`;
    default:
      return value.kind;
  }
};

const LANE_COUNT: Record<ScalarType | Shape, number> = {
  i32: 1,
  i64: 1,
  f32: 1,
  f64: 1,
  i8x16: 16,
  i16x8: 8,
  i32x4: 4,
  i64x2: 2,
  f32x4: 4,
  f64x2: 2,
};

/** A number as a constant holds it; integers may be written signed or unsigned. */
function literal(shape: ScalarType | Shape, value: number | bigint): number | bigint {
  if (shape === 'i64' || shape === 'i64x2') return BigInt.asIntN(64, BigInt(value));
  const number = Number(value);
  if (shape.startsWith('f') || (Number.isInteger(number) && number >= -(2 ** 31) && number < 2 ** 32)) return number;
  throw new TypeError(`${shape}: ${value} is not an integer of 32 bits`);
}

/** A constant: a scalar, or a vector by its lanes (for equal lanes, `op('f32x4.splat', 0.5)` is shorter). */
export function constant(shape: ScalarType | Shape, ...values: (number | bigint)[]): Constant {
  const lanes = LANE_COUNT[shape];
  if (values.length !== lanes) throw new TypeError(`${shape}: a constant has ${lanes} values, not ${values.length}`);
  const type = lanes === 1 ? (shape as ScalarType) : 'v128';
  return { kind: 'constant', type, shape, values: values.map((value) => literal(shape, value)) };
}

/** An operand as a value of the type that `user` expects at that position. */
export function coerce(user: string, operand: Operand, type: ValueType, position: number, shape?: Shape): Value {
  if (typeof operand === 'object') {
    if (operand.kind !== 'address' && operand.type === type) return operand;
    const found = operand.kind === 'address' ? 'an address' : `${operand.type} (${describe(operand)})`;
    throw new TypeError(`${user}: operand ${position} is ${found}, expected ${type}`);
  }
  if (type !== 'v128') return constant(type, operand);
  if (shape) return operation(`${shape}.splat`, NONE, [operand]);
  throw new TypeError(`${user}: operand ${position} is a number, but nothing says which lanes it fills; splat it`);
}

function coerceAll(user: string, operands: readonly Operand[], types: readonly ValueType[], shape?: Shape): Value[] {
  if (operands.length !== types.length) {
    throw new TypeError(`${user}: takes ${types.length} operands (${types.join(', ')}), got ${operands.length}`);
  }
  return types.map((type, i) => coerce(user, operands[i], type, i + 1, shape));
}

/** Any instruction, its lane immediates and operands in lists; printers use `op`, `laneOp` and `shuffle`. */
export function operation(name: Op, lanes: readonly number[], given: readonly Operand[]): Operation {
  const known = instruction(name);
  const { operands: types, lanes: count, laneLimit } = signature(name);
  if (lanes.length !== count || lanes.some((lane) => !(lane >= 0 && lane < laneLimit))) {
    throw new TypeError(`${name}: takes ${count} lanes from 0 to ${laneLimit - 1}, got ${lanes.join(' ')}`);
  }
  let offset = 0;
  let operands = given;
  const [first] = given;
  if (known.align >= 0 && typeof first === 'object' && first.kind === 'address') {
    offset = first.offset;
    operands = [first.base, ...given.slice(1)];
  }
  return {
    kind: 'operation',
    type: known.result,
    instruction: known,
    operands: coerceAll(name, operands, types, known.shape),
    offset,
    lanes,
  };
}

/** An instruction applied to its operands, in the order in which they are pushed. */
export function op(name: PlainOp, ...operands: Operand[]): Operation {
  return operation(name, NONE, operands);
}

/** An instruction on one lane: extract_lane, replace_lane, and loads and stores of a lane. */
export function laneOp(name: LaneOp, lane: number, ...operands: Operand[]): Operation {
  return operation(name, [lane], operands);
}

/** Sixteen bytes picked from the 32 of two vectors. */
export function shuffle(lanes: readonly number[], first: Value, second: Value): Operation {
  return operation('i8x16.shuffle', lanes, [first, second]);
}

/**
 * The address `base + offset`, both in bytes. Every access is encoded with its natural alignment: that is a hint which
 * changes no result, except for atomics, where it is required.
 */
export function at(base: Value | number, offset: number): Address {
  if (!(Number.isInteger(offset) && offset >= 0)) throw new TypeError(`an address cannot have the offset ${offset}`);
  return { kind: 'address', base, offset };
}

/** A call of a function of this module or of an imported one. */
export function call(callee: Callable, ...operands: Operand[]): Call {
  const checked = coerceAll(`call ${callee.name}`, operands, callee.parameters);
  return { kind: 'call', type: callee.result, callee, operands: checked };
}

/** `condition ? ifTrue : ifFalse`, both evaluated. */
export function select(ifTrue: Value, ifFalse: Operand, condition: Operand): Select {
  const { type } = ifTrue;
  if (type === 'none') throw new TypeError(`select: operand 1 (${describe(ifTrue)}) has no value`);
  const operands = coerceAll('select', [ifTrue, ifFalse, condition], [type, type, 'i32']);
  return { kind: 'select', type, operands };
}

/** Sets a local and is the value set. */
export function tee(local: Local, value: Operand): Tee {
  const operand = coerce(`tee ${local.name}`, value, local.type, 1);
  return { kind: 'tee', type: local.type, local, operands: [operand] };
}
