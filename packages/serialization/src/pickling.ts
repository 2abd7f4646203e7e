/**
 * Writing Python's pickles, of protocol 2: values as instructions for the machine that `pickle.ts` is.
 *
 * Objects become dictionaries, arrays lists, whole numbers ints and all others floats. JavaScript's objects know only texts
 * as keys: where all keys are whole numbers they become ints, as in the state of an optimiser, unless tensors stand under
 * them, as in the state of a list of parameters. A Map keeps its keys as they are.
 *
 * Invariant: an object that is found twice is one object there too, in a cycle as well.
 *
 * Reference: https://docs.python.org/3/library/pickletools.html
 */
import { ArgumentError, describe, isTensor } from '@sconce/core';
import { isPlain } from './host.js';

// ── what Python has and JavaScript has not ───────────────────────────────────────────────────────────────────────────

/** A class or function, by the module it is in. */
export class Global {
  constructor(readonly module: string, readonly name: string) {}
}

export class Tuple {
  constructor(readonly values: readonly unknown[]) {}
}

/** What a function gives for arguments. */
export class Call {
  constructor(readonly callee: Global, readonly args: readonly unknown[]) {}
}

/** What is kept outside the pickle, by its id. */
export class Persistent {
  constructor(readonly id: unknown) {}
}

// ── the writer ───────────────────────────────────────────────────────────────────────────────────────────────────────

interface Writer {
  readonly bytes: number[];
  /** The place of each object in the memo. */
  readonly memo: Map<unknown, number>;
  /** What stands for an object of a class; undefined for what has no place in a file. */
  readonly standsFor: (x: object) => Call | undefined;
}

const put = (w: Writer, ...bytes: readonly number[]): void => void w.bytes.push(...bytes);
const u32 = (n: number): number[] => [n & 255, (n >>> 8) & 255, (n >>> 16) & 255, n >>> 24];

function long(w: Writer, value: bigint): void {
  let length = 1;
  while (BigInt.asIntN(8 * length, value) !== value) length++;
  if (length > 255) throw new ArgumentError('savePt: got a bigint of more than 2040 bits.');
  put(w, 0x8a, length); // LONG1
  for (let i = 0; i < length; i++) put(w, Number((value >> BigInt(8 * i)) & 255n));
}

function number(w: Writer, value: number): void {
  if (Object.is(value, -0) || !Number.isSafeInteger(value)) put(w, 0x47, ...new Uint8Array(new Float64Array([value]).buffer).reverse()); // BINFLOAT
  else if (value === (value | 0)) put(w, 0x4a, ...u32(value)); // BININT
  else long(w, BigInt(value));
}

function text(w: Writer, value: string): void {
  const encoded = new TextEncoder().encode(value);
  put(w, 0x58, ...u32(encoded.length)); // BINUNICODE
  for (const byte of encoded) w.bytes.push(byte);
}

/** Numbers the object on top of the stack, which is then recalled where it is met again. */
function memoize(w: Writer, x: unknown): void {
  put(w, 0x72, ...u32(w.memo.size)); // LONG_BINPUT
  w.memo.set(x, w.memo.size);
}

const WHOLE = /^(0|[1-9]\d{0,14})$/;

/** Keys and values of a dictionary. What is undefined is left out, as JSON does. */
function itemsOf(x: object): [unknown, unknown][] {
  if (x instanceof Map) return [...(x as Map<unknown, unknown>)];
  const items = Object.entries(x as Record<string, unknown>).filter(([, value]) => value !== undefined);
  const isNumbered = items.every(([key, value]) => WHOLE.test(key) && !isTensor(value));
  return isNumbered ? items.map(([key, value]) => [Number(key), value]) : items;
}

function dictionary(w: Writer, x: object, path: string): void {
  put(w, 0x7d); // EMPTY_DICT
  memoize(w, x);
  put(w, 0x28); // MARK
  for (const [key, value] of itemsOf(x)) {
    if (!['string', 'number', 'bigint', 'boolean'].includes(typeof key)) throw new ArgumentError(`savePt: the key ${describe(key)} at '${path}' is neither a text nor a number.`);
    write(w, key, path);
    write(w, value, path === '' ? String(key) : `${path}.${String(key)}`);
  }
  put(w, 0x75); // SETITEMS
}

function list(w: Writer, x: readonly unknown[], path: string): void {
  put(w, 0x5d); // EMPTY_LIST
  memoize(w, x);
  put(w, 0x28); // MARK
  x.forEach((value, i) => write(w, value, path === '' ? String(i) : `${path}.${i}`));
  put(w, 0x65); // APPENDS
}

function tuple(w: Writer, values: readonly unknown[], path: string): void {
  put(w, 0x28); // MARK
  for (const value of values) write(w, value, path);
  put(w, 0x74); // TUPLE
}

function call(w: Writer, { callee, args }: Call, path: string): void {
  write(w, callee, path);
  tuple(w, args, path);
  put(w, 0x52); // REDUCE
}

function object(w: Writer, x: object, path: string): void {
  const known = w.memo.get(x);
  if (known !== undefined) return put(w, 0x6a, ...u32(known)); // LONG_BINGET
  if (x instanceof Global) return put(w, 0x63, ...new TextEncoder().encode(`${x.module}\n${x.name}\n`)); // GLOBAL
  if (x instanceof Tuple) return tuple(w, x.values, path);
  if (x instanceof Call) return call(w, x, path);
  if (x instanceof Persistent) {
    write(w, x.id, path);
    return put(w, 0x51); // BINPERSID
  }
  if (Array.isArray(x)) return list(w, x, path);
  if (x instanceof Map || isPlain(x)) return dictionary(w, x, path);
  const standing = w.standsFor(x);
  if (standing === undefined) throw refused(x, path);
  call(w, standing, path);
  memoize(w, x);
}

const refused = (x: unknown, path: string): ArgumentError =>
  new ArgumentError(`savePt: cannot save ${describe(x)} at '${path}'. Save model.stateDict() and plain values.`);

/** How each kind of value is written. */
const KINDS: Readonly<Record<string, (w: Writer, x: never, path: string) => void>> = {
  undefined: (w) => put(w, 0x4e), // NONE
  boolean: (w, x: boolean) => put(w, x ? 0x88 : 0x89), // NEWTRUE, NEWFALSE
  number,
  bigint: long,
  string: text,
  object,
};

function write(w: Writer, x: unknown, path: string): void {
  const kind = KINDS[x === null ? 'undefined' : typeof x] as (typeof KINDS)[string] | undefined;
  if (kind === undefined) throw refused(x, path);
  kind(w, x as never, path);
}

/**
 * The pickle of a value.
 *
 * @throws ArgumentError for functions, objects of classes that nothing stands for, and keys that are neither texts nor numbers.
 */
export function pickled(value: unknown, standsFor: (x: object) => Call | undefined): Uint8Array {
  const writer: Writer = { bytes: [0x80, 2], memo: new Map(), standsFor };
  write(writer, value, '');
  return Uint8Array.from([...writer.bytes, 0x2e]); // STOP
}
