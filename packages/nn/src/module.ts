/**
 * Module: state in fields, and a `forward` that uses it.
 *
 * A module's parameters, buffers and submodules are the fields that hold them; nothing is registered. Their names are the
 * fields' names in PyTorch's spelling (`runningMean` is `running_mean`), so state dicts go both ways.
 *
 * Invariant: the order of fields is the order of parameters, state dicts and the printed form.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.Module.html
 */
import { gradientOf, isFloat, noGrad, rebind, SconceError, zeroGradient, type DType, type Tensor, type ToOptions } from '@sconce/core';
import { checkOptions } from '@sconce/ops/families';
import { keywords, type Rest } from './arguments.js';
import { stateNameOf } from './names.js';
import { Buffer, Parameter } from './parameter.js';
import { collectState, loadState, type LoadOptions, type LoadResult, type StateDict } from './state.js';

export type { LoadResult, StateDict };

interface NamingOptions {
  /** What names begin with. Default ''. */
  readonly prefix?: string;
  /** Whether to go through the modules below too. Default true. */
  readonly recurse?: boolean;
}

const NAMING = ['prefix', 'recurse'] as const;
const RECURSE = ['recurse'] as const;

type Naming = Rest<NamingOptions, typeof NAMING>;
type Recursing = Rest<Pick<NamingOptions, 'recurse'>, typeof RECURSE>;

/**
 * Base of all modules: fields are state, `forward` uses it.
 *
 * @example
 * class Net extends Module {
 *   linear = new Linear(4, 2);
 *   forward(x) {
 *     return relu(this.linear.forward(x));
 *   }
 * }
 * new Net().forward(ones(3, 4)).shape;      // [3, 2]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Module.html
 */
export abstract class Module {
  /** Whether the module is in training mode; see `train` and `eval`. */
  training = true;

  constructor() {
    locateErrors(this);
  }

  abstract forward(...inputs: never[]): unknown;

  // ── state ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** PyTorch's name of a field. Containers, whose keys are their users', give them back unchanged. */
  protected stateName(field: string): string {
    return stateNameOf(field);
  }

  private *fieldsOf<T>(pick: (value: unknown) => value is T): Generator<[string, T]> {
    for (const [field, value] of Object.entries(this)) if (pick(value)) yield [this.stateName(field), value];
  }

  /** Direct submodules with their names. */
  *namedChildren(): Generator<[string, Module]> {
    yield* this.fieldsOf((x): x is Module => x instanceof Module);
  }
  *children(): Generator<Module> {
    for (const [, child] of this.namedChildren()) yield child;
  }
  /** This module and all below it, each once, with dotted names. */
  *namedModules(prefix = '', seen = new Set<Module>()): Generator<[string, Module]> {
    if (seen.has(this)) return;
    seen.add(this);
    yield [prefix, this];
    for (const [name, child] of this.namedChildren()) yield* child.namedModules(dotted(prefix, name), seen);
  }
  *modules(): Generator<Module> {
    for (const [, module] of this.namedModules()) yield module;
  }

  private *tensorsOf<T extends Tensor>(pick: (value: unknown) => value is T, op: string, rest: Naming): Generator<[string, T]> {
    const { prefix = '', recurse = true } = keywords<NamingOptions>(op, NAMING, rest);
    const seen = new Set<Tensor>();
    for (const [path, module] of recurse ? this.namedModules(prefix) : [[prefix, this] as const]) {
      for (const [name, value] of module.fieldsOf(pick)) {
        if (seen.has(value)) continue;
        seen.add(value);
        yield [dotted(path, name), value];
      }
    }
  }
  /** Parameters with dotted names; a shared one appears once. */
  *namedParameters(...rest: Naming): Generator<[string, Parameter]> {
    yield* this.tensorsOf((x): x is Parameter => x instanceof Parameter, 'namedParameters', rest);
  }
  *parameters(...rest: Recursing): Generator<Parameter> {
    for (const [, parameter] of this.namedParameters(keywords<Pick<NamingOptions, 'recurse'>>('parameters', RECURSE, rest))) yield parameter;
  }
  *namedBuffers(...rest: Naming): Generator<[string, Buffer]> {
    yield* this.tensorsOf((x): x is Buffer => x instanceof Buffer, 'namedBuffers', rest);
  }
  *buffers(...rest: Recursing): Generator<Buffer> {
    for (const [, buffer] of this.namedBuffers(keywords<Pick<NamingOptions, 'recurse'>>('buffers', RECURSE, rest))) yield buffer;
  }

  /** The module's own parameters and persistent buffers, with their names. */
  *ownState(): Generator<[string, Parameter | Buffer]> {
    yield* this.fieldsOf((x): x is Parameter | Buffer => x instanceof Parameter || (x instanceof Buffer && x.persistent));
  }
  /** What else belongs to the state of a module that says so: any value, which stands under `_extra_state`. */
  getExtraState?(): unknown;
  /** Takes what `getExtraState` gave. */
  setExtraState?(state: unknown): void;

  /**
   * Parameters and persistent buffers by PyTorch's keys.
   *
   * @param options prefix: what keys begin with; keepVars: whether values are the module's own tensors.
   */
  stateDict(options: { readonly prefix?: string; readonly keepVars?: boolean } = {}): StateDict {
    checkOptions('stateDict', options, ['prefix', 'keepVars']);
    return collectState(this, options.prefix ?? '', options.keepVars ?? false, {});
  }

  /**
   * Copies a state dict into parameters and buffers.
   *
   * @param options strict: whether missing and unexpected keys are errors, default true; assign: whether tensors take over
   * the state's device and dtype, default false.
   * @throws StateError in PyTorch's words, listing missing and unexpected keys and those whose shapes differ; nothing is
   * copied then.
   */
  loadStateDict(state: Readonly<StateDict>, options: boolean | LoadOptions = {}): LoadResult {
    const given = typeof options === 'boolean' ? { strict: options } : options;
    checkOptions('loadStateDict', given, ['strict', 'assign']);
    return loadState(this, state, given);
  }

  // ── modes and moves ────────────────────────────────────────────────────────────────────────────────────────────────

  /** Sets training mode here and below. */
  train(mode = true): this {
    for (const module of this.modules()) module.training = mode;
    return this;
  }
  /** Sets evaluation mode here and below. */
  eval(): this {
    return this.train(false);
  }
  /** Calls `fn` on every module, children first. */
  apply(fn: (module: Module) => void): this {
    for (const child of this.children()) child.apply(fn);
    fn(this);
    return this;
  }
  /** Moves parameters with their gradients, and buffers, to a device, a float dtype, or both. In place, as in PyTorch. */
  to(target: ToOptions | DType | string, ...more: readonly (DType | string)[]): this {
    const move = (t: Tensor): void => {
      const moved = noGrad(() => castFloats(t, target, more));
      if (moved.node !== t.node) rebind(t, moved);
    };
    for (const t of this.parameters()) {
      move(t);
      const gradient = gradientOf(t);
      if (gradient !== null) move(gradient);
    }
    for (const t of this.buffers()) move(t);
    return this;
  }
  requiresGrad_(value = true): this {
    for (const parameter of this.parameters()) parameter.requiresGrad_(value);
    return this;
  }
  /** Forgets all gradients, or with `setToNone: false` makes zeros of them. */
  zeroGrad(options: boolean | { readonly setToNone?: boolean } = {}): void {
    const setToNone = typeof options === 'boolean' ? options : (options.setToNone ?? true);
    for (const parameter of this.parameters()) parameter.grad = setToNone ? null : zeroGradient(parameter);
  }

  // ── printing ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The arguments that the printed form shows, in PyTorch's spelling: `in_features=3, out_features=2, bias=True`. */
  extraRepr(): string {
    return '';
  }
  /**
   * The class name that the printed form shows. The layers here keep theirs whatever a bundler does; where one renames your
   * own classes, have it keep names, or write `static name = 'Net'` in them.
   */
  protected reprName(): string {
    return this.constructor.name;
  }
  /** PyTorch's `print(module)`. */
  toString(): string {
    const extra = this.extraRepr();
    const lines = extra === '' ? [] : extra.split('\n');
    const children = [...this.namedChildren()].map(([name, child]) => `(${name}): ${indent(child.toString())}`);
    if (children.length === 0 && lines.length <= 1) return `${this.reprName()}(${extra})`;
    return `${this.reprName()}(\n  ${[...lines, ...children].join('\n  ')}\n)`;
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

const dotted = (prefix: string, name: string): string => (prefix === '' ? name : `${prefix}.${name}`);
const indent = (text: string): string => text.replace(/\n/g, '\n  ');

/** Integer state keeps its dtype. */
function castFloats(t: Tensor, target: ToOptions | DType | string, more: readonly (DType | string)[]): Tensor {
  const moved = t.to(target, ...more);
  return isFloat(t.dtype) || moved.dtype === t.dtype ? moved : t.to(moved.device);
}

// ── calling forward, and where an error came from ────────────────────────────────────────────────────────────────────

interface Trace {
  readonly message: string;
  readonly module: Module;
  top: Module;
  path: string[];
}

const traces = new WeakMap<SconceError, Trace>();

/** How `forward` is called; hooks come in here, once there are any (`hooks.ts`). */
export const calling = {
  run: (_module: Module, inputs: readonly unknown[], forward: (inputs: readonly unknown[]) => unknown): unknown => forward(inputs),
};

/** Makes errors thrown inside `forward` say at which module: `at model.linear1 (Linear(in_features=128, …))`. */
function locateErrors(module: Module): void {
  const { prototype } = module.constructor as typeof Module;
  const located = function (this: Module, ...inputs: never[]): unknown {
    try {
      return calling.run(this, inputs, (given) => prototype.forward.apply(this, given as never[]));
    } catch (error) {
      if (error instanceof SconceError) addPlace(error, this);
      throw error;
    }
  };
  Object.defineProperty(module, 'forward', { value: located, writable: true, configurable: true, enumerable: false });
}

function addPlace(error: SconceError, module: Module): void {
  const trace = traces.get(error) ?? { message: error.message, module, top: module, path: [] };
  traces.set(error, trace);
  for (const [name, child] of module.namedChildren()) if (child === trace.top && child !== module) trace.path.unshift(name);
  trace.top = module;
  error.message = `${trace.message}\n  at ${['model', ...trace.path].join('.')} (${firstLine(trace.module.toString())})`;
}

const firstLine = (text: string): string => (text.includes('\n') ? `${text.slice(0, text.indexOf('('))}(…)` : text);
