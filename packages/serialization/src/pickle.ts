/**
 * Reading Python's pickles: a program of one-byte instructions for a machine with a stack and a memo.
 *
 * Dictionaries become objects, lists and tuples arrays, integers numbers where these hold them. A pickle may name any
 * function of Python's; which ones there are, and what they do here, is the caller's table.
 *
 * Invariant: nothing is called but what that table gives, and no byte outside the pickle is read.
 *
 * Reference: https://docs.python.org/3/library/pickletools.html
 */
import { StateError } from '@sconce/core';

export interface PickleWorld {
  /** What `module.name` is here; throws for what is not known. */
  readonly global: (module: string, name: string) => unknown;
  /** What is kept outside the pickle, by the id it has there. */
  readonly persistent: (id: unknown) => unknown;
}

type Callable = (...args: readonly unknown[]) => unknown;
type Instruction = (m: Machine) => void;

const invalid = (why: string): StateError => new StateError(`load: this pickle cannot be read: ${why}.`);

// ── the machine ──────────────────────────────────────────────────────────────────────────────────────────────────────

interface Machine extends PickleWorld {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at: number;
  readonly stack: unknown[];
  /** How deep the stack was at each mark. */
  readonly marks: number[];
  readonly memo: Map<number, unknown>;
}

/** Where the next `count` bytes begin. */
function advance(m: Machine, count: number): number {
  const at = m.at;
  m.at += count;
  if (m.at > m.bytes.length) throw invalid('it ends within an instruction');
  return at;
}

function pop(m: Machine): unknown {
  if (m.stack.length === 0) throw invalid('it takes more values than it has');
  return m.stack.pop();
}

const top = (m: Machine): unknown => m.stack.at(-1);

/** The values since the last mark. */
function sinceMark(m: Machine): unknown[] {
  const mark = m.marks.pop();
  if (mark === undefined) throw invalid('it lacks a mark');
  return m.stack.splice(mark);
}

const last = (m: Machine, count: number): unknown[] => Array.from({ length: count }, () => pop(m)).reverse();

// ── operands ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const u8 = (m: Machine): number => m.view.getUint8(advance(m, 1));
const u16 = (m: Machine): number => m.view.getUint16(advance(m, 2), true);
const u32 = (m: Machine): number => m.view.getUint32(advance(m, 4), true);

function text(m: Machine, length: number): string {
  const at = advance(m, length);
  return new TextDecoder().decode(m.bytes.subarray(at, at + length));
}

function line(m: Machine): string {
  const end = m.bytes.indexOf(0x0a, m.at);
  if (end < 0) throw invalid('it ends within a line');
  return text(m, end + 1 - m.at).slice(0, -1);
}

/** Little-endian, in two's complement; a bigint where a number would lose digits. */
function long(m: Machine, length: number): number | bigint {
  const at = advance(m, length);
  const value = m.bytes.subarray(at, at + length).reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const signed = BigInt.asIntN(8 * length, value);
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
}

// ── instructions ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** A field of its own whatever its name, `__proto__` too. */
function setItem(dictionary: unknown, key: unknown, value: unknown): void {
  if (typeof dictionary !== 'object' || dictionary === null) throw invalid('it sets an item of what is no dictionary');
  if (!['string', 'number', 'bigint', 'boolean'].includes(typeof key)) throw invalid('a key of a dictionary is neither a text nor a number');
  Object.defineProperty(dictionary, String(key), { value, enumerable: true, writable: true, configurable: true });
}

function setItems(m: Machine, items: readonly unknown[]): void {
  for (let i = 0; i + 1 < items.length; i += 2) setItem(top(m), items[i], items[i + 1]);
}

function append(m: Machine, items: readonly unknown[]): void {
  const list = top(m);
  if (!Array.isArray(list)) throw invalid('it appends to what is no list');
  for (const x of items) list.push(x);
}

function call(m: Machine): void {
  const [f, args] = last(m, 2);
  if (typeof f !== 'function' || !Array.isArray(args)) throw invalid('it calls what is no function');
  m.stack.push((f as Callable)(...(args as unknown[])));
}

const push = (valueOf: (m: Machine) => unknown): Instruction => (m) => void m.stack.push(valueOf(m));
const put = (indexOf: (m: Machine) => number): Instruction => (m) => void m.memo.set(indexOf(m), top(m));

function recalled(m: Machine, index: number): unknown {
  if (!m.memo.has(index)) throw invalid('it recalls what it never kept');
  return m.memo.get(index);
}

/** By code, with Python's names. */
const INSTRUCTIONS: Readonly<Record<number, Instruction>> = {
  0x80: u8, // PROTO
  0x95: (m) => void advance(m, 8), // FRAME
  0x28: (m) => void m.marks.push(m.stack.length), // MARK
  0x30: pop, // POP

  0x4e: push(() => null), // NONE
  0x88: push(() => true), // NEWTRUE
  0x89: push(() => false), // NEWFALSE
  0x4a: push((m) => m.view.getInt32(advance(m, 4), true)), // BININT
  0x4b: push(u8), // BININT1
  0x4d: push(u16), // BININT2
  0x8a: push((m) => long(m, u8(m))), // LONG1
  0x47: push((m) => m.view.getFloat64(advance(m, 8))), // BINFLOAT
  0x58: push((m) => text(m, u32(m))), // BINUNICODE
  0x8c: push((m) => text(m, u8(m))), // SHORT_BINUNICODE

  0x29: push(() => []), // EMPTY_TUPLE
  0x74: push(sinceMark), // TUPLE
  0x85: push((m) => last(m, 1)), // TUPLE1
  0x86: push((m) => last(m, 2)), // TUPLE2
  0x87: push((m) => last(m, 3)), // TUPLE3
  0x5d: push(() => []), // EMPTY_LIST
  0x61: (m) => append(m, [pop(m)]), // APPEND
  0x65: (m) => append(m, sinceMark(m)), // APPENDS
  0x7d: push(() => ({})), // EMPTY_DICT
  0x73: (m) => setItems(m, last(m, 2)), // SETITEM
  0x75: (m) => setItems(m, sinceMark(m)), // SETITEMS

  0x71: put(u8), // BINPUT
  0x72: put(u32), // LONG_BINPUT
  0x94: put((m) => m.memo.size), // MEMOIZE
  0x68: push((m) => recalled(m, u8(m))), // BINGET
  0x6a: push((m) => recalled(m, u32(m))), // LONG_BINGET

  0x63: push((m) => m.global(line(m), line(m))), // GLOBAL
  0x93: push((m) => m.global(...(last(m, 2).map(String) as [string, string]))), // STACK_GLOBAL
  0x51: push((m) => m.persistent(pop(m))), // BINPERSID
  0x52: call, // REDUCE
  0x81: call, // NEWOBJ
  0x62: pop, // BUILD: attributes of what was made, such as the versions that PyTorch keeps beside a state dict
};
const STOP = 0x2e;

/** The value that a pickle makes. */
export function unpickled(bytes: Uint8Array, world: PickleWorld): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const machine: Machine = { ...world, bytes, view, at: 0, stack: [], marks: [], memo: new Map() };
  for (let code = u8(machine); code !== STOP; code = u8(machine)) {
    const instruction = INSTRUCTIONS[code] as Instruction | undefined;
    if (instruction === undefined) throw invalid(`its instruction 0x${code.toString(16)} is not known here`);
    instruction(machine);
  }
  return pop(machine);
}
