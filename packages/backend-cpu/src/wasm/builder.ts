/**
 * Functions written by hand, and modules of them: statements in structured blocks, and their variables.
 *
 * Blocks are written as nested callbacks, so a printer's code has the shape of the code that it prints. A variable
 * lives to the end of the block that it was made in; then its slot serves later ones of its type. `let` gives a
 * variable its first value each time it is reached, so a slot's past is never seen.
 *
 * Invariant, checked as each statement is added: variables are in scope and set before they are read, labels enclose
 * the branches to them, and a tree stands in one place only (a value that is needed twice is bound with `let`).
 *
 * Reference: WebAssembly core specification 3.0, section 2.4.8, control instructions.
 */
import type { ResultType, ValueType } from './instruction.js';
import { Module } from './module.js';
import type { FunctionCode, Label, Local, Statement, Value } from './tree.js';
import { coerce, describe, op, type Operand } from './value.js';

export { at, call, constant, laneOp, op, select, shuffle, tee, type Operand } from './value.js';

export type Parameters = Readonly<Record<string, ValueType>>;

export class FunctionBuilder<P extends Parameters = Parameters> implements FunctionCode {
  readonly params: { readonly [K in keyof P]: Local };
  readonly parameters: readonly ValueType[];
  /** The types of the slots after the parameters. */
  readonly slots: ValueType[] = [];
  /** Every variable made, parameters left out. */
  readonly locals: Local[] = [];
  readonly body: Statement[] = [];
  #current = this.body;
  /** Variables of the open blocks, innermost last. */
  readonly #open: Local[] = [];
  /** Variables in scope, those that are set, the labels of open blocks, and the trees that have their place. */
  readonly #inScope = new Set<Value>();
  readonly #set = new Set<Value>();
  readonly #labels = new Set<Label>();
  static readonly #placed = new WeakSet<Value>();
  readonly #free: Record<ValueType, number[]> = { i32: [], i64: [], f32: [], f64: [], v128: [] };

  constructor(
    readonly name: string,
    params: P,
    readonly result: ResultType,
  ) {
    const entries = Object.entries(params);
    this.parameters = entries.map(([, type]) => type);
    this.params = Object.fromEntries(
      entries.map(([key, type], index) => [key, this.#variable(key, type, index)]),
    ) as FunctionBuilder<P>['params'];
    for (const local of Object.values<Local>(this.params)) this.#set.add(local);
  }

  /** A variable to be set before it is read. */
  local(name: string, type: ValueType): Local {
    const index = this.#free[type].pop() ?? this.parameters.length + this.slots.push(type) - 1;
    const local = this.#variable(name, type, index);
    this.locals.push(local);
    this.#open.push(local);
    return local;
  }

  /** A variable that holds `value` from here on. */
  let(name: string, value: Value): Local {
    if (value.type === 'none') this.#fail(`let ${name}: ${describe(value)} has no value`);
    const local = this.local(name, value.type);
    this.set(local, value);
    return local;
  }

  set(local: Local, value: Operand): void {
    const checked = this.#place(coerce(`set ${local.name}`, value, local.type, 1));
    this.#assign(local);
    this.#current.push({ kind: 'set', local, value: checked });
  }

  /** Evaluates for the effect; a result is dropped. */
  do(value: Value): void {
    this.#current.push({ kind: 'evaluate', value: this.#place(value) });
  }

  /** A block; branching to `end` leaves it. */
  block(name: string, write: (end: Label) => void): void {
    this.#labelled('block', name, write);
  }

  /** A block that runs again when it branches to `again`, and is left at its end. */
  loop(name: string, write: (again: Label) => void): void {
    this.#labelled('loop', name, write);
  }

  if(condition: Value, then: () => void, otherwise?: () => void): void {
    const checked = this.#condition('if', condition);
    const branches = { then: [], else: [] };
    this.#current.push({ kind: 'if', condition: checked, ...branches });
    this.#nest(branches.then, then);
    if (otherwise) this.#nest(branches.else, otherwise);
  }

  /** `for (name = from; name < to; name += step)`, unsigned. `to` is read again after each round. */
  for(name: string, from: Operand, to: Local | number, step: number, write: (i: Local) => void): void {
    const i = this.local(name, 'i32');
    this.set(i, from);
    this.if(op('i32.lt_u', i, to), () => {
      this.loop(name, (again) => {
        write(i);
        this.set(i, op('i32.add', i, step));
        this.branchIf(again, op('i32.lt_u', i, to));
      });
    });
  }

  branch(label: Label): void {
    this.#branch(label, undefined);
  }

  branchIf(label: Label, condition: Value): void {
    this.#branch(label, this.#condition('branchIf', condition));
  }

  return(value?: Operand): void {
    const { result } = this;
    if ((value === undefined) !== (result === 'none')) {
      this.#fail(`return ${value === undefined ? 'without a value' : 'with a value'}, but the result is ${result}`);
    }
    const checked =
      value === undefined || result === 'none' ? undefined : this.#place(coerce('return', value, result, 1));
    this.#current.push({ kind: 'return', value: checked });
  }

  /** Traps; also ends a function with a result where the end is never reached. */
  unreachable(): void {
    this.#current.push({ kind: 'unreachable' });
  }

  /** A line in the printed text; nothing in the binary. */
  comment(text: string): void {
    this.#current.push({ kind: 'comment', text });
  }

  #labelled(kind: 'block' | 'loop', name: string, write: (label: Label) => void): void {
    const label: Label = { name };
    const body: Statement[] = [];
    this.#current.push({ kind, label, body });
    this.#labels.add(label);
    this.#nest(body, () => write(label));
    this.#labels.delete(label);
  }

  #nest(body: Statement[], write: () => void): void {
    const outer = this.#current;
    const count = this.#open.length;
    this.#current = body;
    write();
    this.#current = outer;
    for (const local of this.#open.splice(count)) {
      this.#inScope.delete(local);
      this.#free[local.type].push(local.index);
    }
  }

  #branch(label: Label, condition: Value | undefined): void {
    if (!this.#labels.has(label)) this.#fail(`branch to ${label.name} from outside of it`);
    this.#current.push({ kind: 'branch', label, condition });
  }

  #condition(user: string, value: Value): Value {
    return this.#place(coerce(user, value, 'i32', 1));
  }

  #variable(name: string, type: ValueType, index: number): Local {
    const local: Local = { kind: 'local', type, name, index };
    this.#inScope.add(local);
    return local;
  }

  #assign(local: Local): void {
    if (!this.#inScope.has(local)) this.#fail(`${describe(local)} is not in scope`);
    this.#set.add(local);
  }

  /** Checks a tree in the order of its evaluation. */
  #place(value: Value): Value {
    if (value.kind === 'constant') return value;
    if (value.kind === 'local') {
      if (!this.#inScope.has(value)) this.#fail(`${describe(value)} is not in scope`);
      if (!this.#set.has(value)) this.#fail(`${describe(value)} is read before it is set`);
      return value;
    }
    if (FunctionBuilder.#placed.has(value)) this.#fail(`${describe(value)} is used twice; bind it with let`);
    FunctionBuilder.#placed.add(value);
    for (const operand of value.operands) this.#place(operand);
    if (value.kind === 'tee') this.#assign(value.local);
    return value;
  }

  #fail(problem: string): never {
    throw new TypeError(`in function ${this.name}: ${problem}`);
  }
}

/** A module whose functions are written by hand. */
export class ModuleBuilder extends Module {
  /** A function for the module's own use. */
  function<P extends Parameters>(name: string, params: P, result: ResultType): FunctionBuilder<P> {
    const builder = new FunctionBuilder(name, params, result);
    this.add(builder);
    return builder;
  }

  /** A function exported under its name. */
  exportFunction<P extends Parameters>(name: string, params: P, result: ResultType): FunctionBuilder<P> {
    const builder = this.function(name, params, result);
    this.exported.add(builder);
    return builder;
  }
}
