/**
 * The module of a kernel: its phases as exported functions, and what they share.
 *
 *     phase(arguments, start, end, scratch)
 *
 * works on the units `start` to `end` of the phase's outermost work, so that threads can share it; `arguments` is where
 * the pointers of buffers, the runtime scalars and the pointer of shared scratch lie, 8 bytes each. `scratch` is memory of
 * the thread's own: the record of a failed check, then row buffers, then what a template asks for. Shared scratch is what
 * one phase leaves for the next.
 *
 * Invariant: units of one phase are independent of each other; a phase starts when the one before it has ended.
 */
import type { ComputeType, DerivedInstruction, Expr, IndexCheck } from '@sconce/core';
import { linearOf, type Kernel, type Linear } from '@sconce/compiler';
import { ModuleBuilder, op, at, call, laneOp, type Callable, type FunctionBuilder, type Local } from '../wasm/index.js';
import { bytesOf } from './memory.js';
import { printStatements } from './print.js';
import { addRare } from './rare.js';
import { SCALAR_TYPE } from './scalar.js';
import type { Statement } from './statement.js';
import { Terms, type Term, type Variable } from './term.js';
import type { Frame, Slot } from './translate.js';
import { LANES } from './vector.js';

/** What kernels are built for. */
export interface BuildOptions {
  /** The memory that modules import. */
  readonly shared: boolean;
  readonly maximumPages: number;
  /** Whether the engine has fused multiply-add. Asking may cost a millisecond, the first time. */
  readonly fused: boolean;
  /** Whether the engine pairs operations on 128 bits. */
  readonly wide: boolean;
}

/** Where a kernel's checks are registered, to be found again by number when one has failed. */
export interface CheckRegistry {
  numberOf(check: IndexCheck): number;
}

export interface Phase {
  readonly name: string;
  readonly units: number;
}

export interface CompiledKernel {
  readonly module: ModuleBuilder;
  readonly phases: readonly Phase[];
  /** Bytes of scratch that a thread needs, and of scratch that all threads share. */
  readonly scratchBytes: number;
  readonly sharedBytes: number;
  /** The functions that the module imports. */
  readonly natives: Readonly<Record<string, (...args: never[]) => unknown>>;
}

/** Bytes at the start of scratch: number of the failed check plus 1, the value that it got, the position. */
export const FAULT_BYTES = 64;
const ALIGNMENT = 64;
export const align = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** What a template writes a function with. */
export interface KernelFrame extends Frame {
  readonly args: Variable;
  readonly scratch: Variable;
  /** Where shared scratch lies. */
  readonly shared: Term;
}

export interface PhaseFrame extends KernelFrame {
  readonly start: Variable;
  readonly end: Variable;
}

export class KernelModule {
  private readonly module = new ModuleBuilder();
  private readonly phases: Phase[] = [];
  private readonly natives: Record<string, (...args: never[]) => unknown> = {};
  private readonly imported = new Map<string, ReturnType<ModuleBuilder['importFunction']>>();
  private readonly linearForms = new Map<Expr, Linear>();
  private readonly rares = new Map<DerivedInstruction, Callable>();
  private readonly rows: readonly number[];
  private scratchBytes = FAULT_BYTES;
  private sharedBytes = 0;
  private check: FunctionBuilder | undefined;
  private checkFour: FunctionBuilder | undefined;

  /** `rowLanes`: how many grid points' rows lie side by side in scratch. */
  constructor(
    private readonly kernel: Kernel,
    private readonly checks: CheckRegistry,
    private readonly options: BuildOptions,
    rowLanes: number,
  ) {
    this.module.importMemory({ from: 'sconce', name: 'memory', minimum: 1, maximum: options.maximumPages, shared: options.shared });
    this.rows = kernel.buffers.map((b) => (b.scope === 'row' ? this.reserve(b.size * bytesOf(b.storage) * rowLanes) : 0));
  }

  /** Reserves scratch and gives its offset. */
  reserve(bytes: number): number {
    const offset = this.scratchBytes;
    this.scratchBytes += align(bytes);
    return offset;
  }

  /** Reserves scratch that all threads share and gives its offset. */
  reserveShared(bytes: number): number {
    const offset = this.sharedBytes;
    this.sharedBytes += align(bytes);
    return offset;
  }

  /** Adds a phase of `units` independent pieces. */
  phase(name: string, units: number, write: (frame: PhaseFrame) => Statement[]): void {
    const fn = this.module.exportFunction(name, { args: 'i32', start: 'i32', end: 'i32', scratch: 'i32' }, 'none');
    this.write(fn, ({ variables: { start, end }, frame }) => write({ ...frame, start, end }));
    this.phases.push({ name, units });
  }

  /** Adds a function for the phases to call, with `args` and `scratch` before these parameters. */
  helper<P extends string>(
    name: string,
    parameters: readonly P[],
    write: (frame: KernelFrame, variables: Readonly<Record<P, Variable>>) => Statement[],
  ): Callable {
    const own = Object.fromEntries(parameters.map((p) => [p, 'i32' as const]));
    const fn = this.module.function(name, { args: 'i32', scratch: 'i32', ...own }, 'none');
    this.write(fn, ({ variables, frame }) => write(frame, variables as Record<P, Variable>));
    return fn;
  }

  private write(fn: FunctionBuilder, body: (inside: { variables: Record<string, Variable>; frame: KernelFrame }) => Statement[]): void {
    const t = new Terms();
    const params = new Map<Variable, Local>();
    const variables: Record<string, Variable> = {};
    for (const [name, local] of Object.entries<Local>(fn.params)) {
      variables[name] = t.variable(name, 'i32');
      params.set(variables[name], local);
    }
    const { args, scratch } = variables;
    const { buffers, scalars } = this.kernel;
    const slots = buffers.map((b, i): Slot => {
      const isRow = b.scope === 'row';
      return {
        pointer: isRow ? t.add(scratch, this.rows[i]) : t.load('i32.load', { base: args, offset: 8 * i }),
        storage: b.storage,
        memory: b.access === 'read' ? undefined : { kind: 'memory', name: b.label },
        isRow,
      };
    });
    const frame: KernelFrame = {
      terms: t,
      args,
      scratch,
      shared: t.load('i32.load', { base: args, offset: argumentBytes(this.kernel) }),
      slots,
      scalars: scalars.map((type, i): Term => t.load(`${SCALAR_TYPE[type]}.load`, { base: args, offset: 8 * (buffers.length + i) })),
      native: (row, dtype) => this.native(row, dtype),
      fused: () => this.options.fused,
      linear: (index) => this.linear(index),
      rare: (row) => this.rare(row),
      checked: (check, value, position) =>
        t.call(this.checkFunction(), value, t.i32(check.size), t.i32(this.checks.numberOf(check) + 1), position, scratch),
      checkedFour: (check, values, positions) =>
        t.call(this.checkFourFunction(), values, t.i32(check.size), t.i32(this.checks.numberOf(check) + 1), positions, scratch),
    };
    printStatements(fn, params, body({ variables, frame }));
  }

  finish(): CompiledKernel {
    return { module: this.module, phases: this.phases, scratchBytes: this.scratchBytes, sharedBytes: this.sharedBytes, natives: this.natives };
  }

  /** The meaning of an instruction in JavaScript, as an imported function. */
  private native({ name, arity, js }: DerivedInstruction, dtype: ComputeType): ReturnType<ModuleBuilder['importFunction']> {
    const key = `${name}_${dtype}`;
    let known = this.imported.get(key);
    if (known === undefined) {
      const type = SCALAR_TYPE[dtype];
      known = this.module.importFunction('sconce', key, new Array<typeof type>(arity).fill(type), type);
      this.imported.set(key, known);
      const meaning = js as (...args: unknown[]) => unknown;
      this.natives[key] = arity === 1 ? (a: unknown) => meaning(a, dtype) : (a: unknown, b: unknown) => meaning(a, b, dtype);
    }
    return known;
  }

  private linear(index: Expr): Linear {
    let form = this.linearForms.get(index);
    if (form === undefined) this.linearForms.set(index, (form = linearOf(index)));
    return form;
  }

  private rare(row: DerivedInstruction): Callable {
    let known = this.rares.get(row);
    if (known === undefined) this.rares.set(row, (known = addRare(this.module, row, () => this.options.fused)));
    return known;
  }

  /** `value` where it is below `size`; otherwise 0, and a record of the first such case. */
  private checkFunction(): FunctionBuilder {
    if (this.check !== undefined) return this.check;
    const fn = this.module.function('check', { value: 'i32', size: 'i32', number: 'i32', position: 'i32', record: 'i32' }, 'i32');
    const { value, size, number, position, record } = fn.params;
    fn.if(op('i32.lt_u', value, size), () => fn.return(value));
    fn.if(op('i32.eqz', op('i32.load', record)), () => {
      fn.do(op('i32.store', record, number));
      fn.do(op('i32.store', at(record, 4), value));
      fn.do(op('i32.store', at(record, 8), position));
    });
    fn.return(0);
    fn.unreachable();
    this.check = fn;
    return this.check;
  }

  /** The same for four values at four positions. */
  private checkFourFunction(): FunctionBuilder {
    if (this.checkFour !== undefined) return this.checkFour;
    const one = this.checkFunction();
    const fn = this.module.function('check_four', { values: 'v128', size: 'i32', number: 'i32', positions: 'v128', record: 'i32' }, 'v128');
    const { values, size, number, positions, record } = fn.params;
    fn.if(op('i32x4.all_true', op('i32x4.lt_u', values, op('i32x4.splat', size))), () => fn.return(values));
    for (let lane = 0; lane < LANES; lane++) {
      const checked = call(one, laneOp('i32x4.extract_lane', lane, values), size, number, laneOp('i32x4.extract_lane', lane, positions), record);
      fn.set(values, laneOp('i32x4.replace_lane', lane, values, checked));
    }
    fn.return(values);
    this.checkFour = fn;
    return this.checkFour;
  }
}

/** Bytes that a kernel's pointers and scalars take, before the pointer of shared scratch. */
export const argumentBytes = (kernel: Kernel): number => 8 * (kernel.buffers.length + kernel.scalars.length);

