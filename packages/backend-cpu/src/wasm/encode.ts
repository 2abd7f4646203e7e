/**
 * Function bodies in the binary format: the one of the two printers that the engine reads (the other is `wat.ts`).
 *
 * A tree is written operands first, which is the order of WebAssembly's stack; a branch names its label by the number
 * of blocks between. Invariant: what is printed was checked when it was built, so the engine accepts it.
 *
 * Reference: WebAssembly core specification 3.0, sections 5.4 (instructions) and 5.5.13 (code section).
 */
import type { ByteWriter } from './bytes.js';
import type { ValueType } from './instruction.js';
import type { Callable, Constant, FunctionCode, Label, Operation, Statement, Value } from './tree.js';

export const TYPE_CODE: Record<ValueType, number> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b };

const UNREACHABLE = 0x00;
const BLOCK = 0x02;
const LOOP = 0x03;
const IF = 0x04;
const ELSE = 0x05;
const END = 0x0b;
const BRANCH = 0x0c;
const BRANCH_IF = 0x0d;
const RETURN = 0x0f;
const CALL = 0x10;
const DROP = 0x1a;
const SELECT = 0x1b;
const LOCAL_GET = 0x20;
const LOCAL_SET = 0x21;
const LOCAL_TEE = 0x22;
const CONSTANT: Record<ValueType, number> = { i32: 0x41, i64: 0x42, f32: 0x43, f64: 0x44, v128: 0xfd00c };
/** The type of a block that leaves nothing on the stack. */
const EMPTY = 0x40;

/** Writes a body with its length; `indexOf` numbers the functions of the module. */
export function encodeBody(out: ByteWriter, code: FunctionCode, indexOf: (callee: Callable) => number): void {
  /** The open blocks, outermost first; an `if` is one too, without a label. */
  const labels: (Label | undefined)[] = [];

  function opcode(code: number): void {
    if (code > 0xff) {
      out.byte(code >> 12);
      out.unsigned(code & 0xfff);
    } else out.byte(code);
  }

  function constant({ type, shape, values }: Constant): void {
    opcode(CONSTANT[type]);
    for (const value of values) {
      if (shape === 'i32') out.signed32(Number(value));
      else if (shape === 'i64') out.signed64(BigInt.asIntN(64, BigInt(value)));
      else out.fixed(shape, value);
    }
  }

  function operation({ instruction, offset, lanes }: Operation): void {
    opcode(instruction.code);
    if (instruction.align >= 0) {
      out.byte(instruction.align);
      out.unsigned(offset);
    }
    for (const lane of lanes) out.byte(lane);
    for (let i = 0; i < instruction.memories; i++) out.byte(0);
  }

  function value(node: Value): void {
    if ('operands' in node) node.operands.forEach(value);
    switch (node.kind) {
      case 'constant':
        constant(node);
        break;
      case 'local':
        out.byte(LOCAL_GET);
        out.unsigned(node.index);
        break;
      case 'operation':
        operation(node);
        break;
      case 'call':
        out.byte(CALL);
        out.unsigned(indexOf(node.callee));
        break;
      case 'select':
        out.byte(SELECT);
        break;
      case 'tee':
        out.byte(LOCAL_TEE);
        out.unsigned(node.local.index);
        break;
    }
  }

  function block(start: number, label: Label | undefined, body: readonly Statement[], otherwise?: readonly Statement[]): void {
    out.byte(start);
    out.byte(EMPTY);
    labels.push(label);
    body.forEach(statement);
    if (otherwise?.length) {
      out.byte(ELSE);
      otherwise.forEach(statement);
    }
    labels.pop();
    out.byte(END);
  }

  function statement(node: Statement): void {
    switch (node.kind) {
      case 'evaluate':
        value(node.value);
        if (node.value.type !== 'none') out.byte(DROP);
        break;
      case 'set':
        value(node.value);
        out.byte(LOCAL_SET);
        out.unsigned(node.local.index);
        break;
      case 'block':
        block(BLOCK, node.label, node.body);
        break;
      case 'loop':
        block(LOOP, node.label, node.body);
        break;
      case 'if':
        value(node.condition);
        block(IF, undefined, node.then, node.else);
        break;
      case 'branch':
        if (node.condition) value(node.condition);
        out.byte(node.condition ? BRANCH_IF : BRANCH);
        out.unsigned(labels.length - 1 - labels.lastIndexOf(node.label));
        break;
      case 'return':
        if (node.value) value(node.value);
        out.byte(RETURN);
        break;
      case 'unreachable':
        out.byte(UNREACHABLE);
        break;
      case 'comment':
        break;
    }
  }

  const start = out.open();
  out.unsigned(code.slots.length);
  for (const type of code.slots) {
    out.unsigned(1);
    out.byte(TYPE_CODE[type]);
  }
  code.body.forEach(statement);
  const last = code.body.at(-1)?.kind;
  if (code.result !== 'none' && last !== 'return' && last !== 'unreachable') {
    throw new TypeError(`in function ${code.name}: it ends without return, but has the result ${code.result}`);
  }
  out.byte(END);
  out.close(start);
}
