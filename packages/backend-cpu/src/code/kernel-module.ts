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
import type { Check, ComputeType, DerivedInstruction } from '@sconce/core';
import { recent, type Kernel } from '@sconce/compiler';
import { Module, type Callable, type FunctionCode, type FunctionImport } from '../wasm/index.js';
import { checkFour, checkOne } from './check.js';
import { bytesOf } from './memory.js';
import type { Frame, Slot } from './place.js';
import { printFunction } from './print.js';
import { rareFunction } from './rare.js';
import { SCALAR_TYPE } from './scalar.js';
import type { Statement } from './statement.js';
import type { Term, Terms, Variable } from './term.js';

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
  numberOf(check: Check): number;
}

export interface Phase {
  readonly name: string;
  readonly units: number;
}

export interface CompiledKernel {
  readonly module: Module;
  readonly phases: readonly Phase[];
  /** Bytes of scratch that a thread needs, and of scratch that all threads share. */
  readonly scratchBytes: number;
  readonly sharedBytes: number;
  /** The functions that the module imports. */
  readonly natives: Readonly<Record<string, (...args: never[]) => unknown>>;
}

/** Bytes at the start of scratch: number of the failed check plus 1, the value that it got, the position. */
const FAULT_BYTES = 64;
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

/** Functions that kernels share, by all that they depend on. */
const printed = /* @__PURE__ */ recent<string, FunctionCode>(256);

export class KernelModule {
  private readonly module = new Module();
  private readonly phases: Phase[] = [];
  private readonly natives: Record<string, (...args: never[]) => unknown> = {};
  private readonly imported = new Map<string, FunctionImport>();
  private readonly rares = new Map<DerivedInstruction, Callable>();
  private readonly rows: readonly number[];
  private scratchBytes = FAULT_BYTES;
  private sharedBytes = 0;
  private checkOne: FunctionCode | undefined;
  private checkFour: FunctionCode | undefined;

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
    const parameters = { args: 'i32', start: 'i32', end: 'i32', scratch: 'i32' } as const;
    this.module.export(
      printFunction(name, parameters, 'none', (t, { start, end, ...own }) => write({ ...this.frame(t, own), start, end })),
    );
    this.phases.push({ name, units });
  }

  /**
   * Adds a function for the phases to call, with `args` and `scratch` before these parameters. `key`, where it is given,
   * says all that the function of this name depends on, and kernels share it.
   */
  helper<P extends string>(
    name: string,
    parameters: readonly P[],
    write: (frame: KernelFrame, variables: Readonly<Record<P, Variable>>) => Statement[],
    key?: string,
  ): Callable {
    const own = Object.fromEntries(parameters.map((p) => [p, 'i32'])) as Record<P, 'i32'>;
    const print = (): FunctionCode =>
      printFunction(name, { args: 'i32', scratch: 'i32', ...own } as const, 'none', (t, given) => write(this.frame(t, given), given));
    return this.module.add(key === undefined ? print() : printed.of(name + key, print));
  }

  private frame(t: Terms, { args, scratch }: Pick<KernelFrame, 'args' | 'scratch'>): KernelFrame {
    const { buffers, scalars } = this.kernel;
    const checked = (by: Callable, check: Check, value: Term, position: Term): Term =>
      t.call(by, value, check.size, this.checks.numberOf(check) + 1, position, scratch);
    const slots = buffers.map((b, i): Slot => {
      const isRow = b.scope === 'row';
      return {
        pointer: isRow ? t.add(scratch, this.rows[i]) : t.load('i32.load', { base: args, offset: 8 * i }),
        storage: b.storage,
        memory: b.access === 'read' ? undefined : { kind: 'memory', name: b.label },
        isRow,
      };
    });
    return {
      terms: t,
      args,
      scratch,
      shared: t.load('i32.load', { base: args, offset: argumentBytes(this.kernel) }),
      slots,
      scalars: scalars.map((type, i): Term => t.load(`${SCALAR_TYPE[type]}.load`, { base: args, offset: 8 * (buffers.length + i) })),
      native: (row, dtype) => this.native(row, dtype),
      fused: () => this.options.fused,
      rare: (row) => this.rare(row),
      checked: (check, value, position) => checked(this.oneCheck(), check, value, position),
      checkedFour: (check, values, positions) => checked((this.checkFour ??= this.module.add(checkFour(this.oneCheck()))), check, values, positions),
    };
  }

  finish(): CompiledKernel {
    return { module: this.module, phases: this.phases, scratchBytes: this.scratchBytes, sharedBytes: this.sharedBytes, natives: this.natives };
  }

  /** The meaning of an instruction in JavaScript, as an imported function. */
  private native({ name, arity, js }: DerivedInstruction, dtype: ComputeType): FunctionImport {
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

  private rare(row: DerivedInstruction): Callable {
    let known = this.rares.get(row);
    if (known === undefined) this.rares.set(row, (known = this.module.add(rareFunction(row, () => this.options.fused))));
    return known;
  }

  private oneCheck(): Callable {
    return (this.checkOne ??= this.module.add(checkOne()));
  }
}

/** Bytes that a kernel's pointers and scalars take, before the pointer of shared scratch. */
export const argumentBytes = (kernel: Kernel): number => 8 * (kernel.buffers.length + kernel.scalars.length);

