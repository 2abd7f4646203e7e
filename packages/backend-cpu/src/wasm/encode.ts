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
import type { Callable, Constant, FunctionCode, Label, Statement, Value } from './tree.js';

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

  /** An instruction and the small number that follows it. */
  function write(code: number, immediate?: number): void {
    if (code > 0xff) {
      out.byte(code >> 12);
      out.unsigned(code & 0xfff);
    } else out.byte(code);
    if (immediate !== undefined) out.unsigned(immediate);
  }

  function constant({ type, shape, values }: Constant): void {
    write(CONSTANT[type]);
    for (const value of values) {
      if (shape === 'i32') out.signed(Number(value) | 0);
      else if (shape === 'i64') out.signed(BigInt.asIntN(64, BigInt(value)));
      else out.fixed(shape, value);
    }
  }

  function value(node: Value): void {
    if ('operands' in node) node.operands.forEach(value);
    switch (node.kind) {
      case 'constant':
        return constant(node);
      case 'local':
        return write(LOCAL_GET, node.index);
      case 'operation': {
        const { code, align } = node.instruction;
        write(code);
        if (align >= 0) {
          out.unsigned(align);
          out.unsigned(node.offset);
        }
        for (const lane of node.lanes) out.unsigned(lane);
        return;
      }
      case 'call':
        return write(CALL, indexOf(node.callee));
      case 'select':
        return write(SELECT);
      case 'tee':
        return write(LOCAL_TEE, node.local.index);
    }
  }

  function block(start: number, label: Label | undefined, body: readonly Statement[], otherwise: readonly Statement[] = []): void {
    write(start, EMPTY);
    labels.push(label);
    body.forEach(statement);
    if (otherwise.length > 0) write(ELSE);
    otherwise.forEach(statement);
    labels.pop();
    write(END);
  }

  function statement(node: Statement): void {
    if ('value' in node && node.value) value(node.value);
    if ('condition' in node && node.condition) value(node.condition);
    switch (node.kind) {
      case 'evaluate':
        return node.value.type === 'none' ? undefined : write(DROP);
      case 'set':
        return write(LOCAL_SET, node.local.index);
      case 'block':
        return block(BLOCK, node.label, node.body);
      case 'loop':
        return block(LOOP, node.label, node.body);
      case 'if':
        return block(IF, undefined, node.then, node.else);
      case 'branch':
        return write(node.condition ? BRANCH_IF : BRANCH, labels.length - 1 - labels.lastIndexOf(node.label));
      case 'return':
        return write(RETURN);
      case 'unreachable':
        return write(UNREACHABLE);
      case 'comment':
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
