/**
 * @sconce/nn/methods: what PyTorch's modules can do beside holding state and running `forward`: hooks, state by name, and
 * casts named after dtypes. Few programs need it, so it is installed by
 *
 *   import '@sconce/nn/methods';
 *   model.layer1.registerForwardHook((module, inputs, output) => { … });
 *
 * The umbrella has it installed.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.Module.html
 */
import { ArgumentError, describe, noGrad, rebind, removable, type DType, type RemovableHandle, type Tensor } from '@sconce/core';
import { empty } from '@sconce/ops';
import { addHook, type BackwardHook, type ForwardHook, type ForwardPreHook } from './hooks.js';
import { Buffer, Module, type Parameter, type StateDict } from './index.js';
import { stateHooks, type Found, type StateHooks } from './state.js';

export type { BackwardHook, ForwardHook, ForwardPreHook, GradientList } from './hooks.js';

/** PyTorch's methods that are named after a dtype. */
const CASTS = { float: 'float32', double: 'float64', half: 'float16', bfloat16: 'bfloat16' } as const satisfies Record<string, DType>;

/** Casts and moves. */
export interface CastMethods {
  /** Moves to float32. */
  float(): this;
  /** Moves to float64. */
  double(): this;
  /** Moves to float16. */
  half(): this;
  /** Moves to bfloat16. */
  bfloat16(): this;
  /** Moves to the CPU. */
  cpu(): this;
}

/** Functions that see and replace what passes a module. */
export interface HookMethods {
  /** Calls `hook(module, inputs)` before every `forward`; what it returns, one value or an array of all, takes the inputs' place. */
  registerForwardPreHook(hook: ForwardPreHook): RemovableHandle;
  /** Calls `hook(module, inputs, output)` after every `forward`; what it returns takes the output's place. */
  registerForwardHook(hook: ForwardHook): RemovableHandle;
  /** Calls `hook(module, gradInput, gradOutput)` in every backward pass; what it returns takes the place of `gradInput`. */
  registerFullBackwardHook(hook: BackwardHook): RemovableHandle;
}

/** Functions that see and change what is saved and loaded. */
export interface StateHookMethods {
  /** Calls `hook(module, prefix, keepVars)` before the module's state is collected. */
  registerStateDictPreHook(hook: (module: Module, prefix: string, keepVars: boolean) => void): RemovableHandle;
  /** Calls `hook(module, state, prefix)` once the module's state, and that below it, stands in `state`, which it may change. */
  registerStateDictPostHook(hook: (module: Module, state: StateDict, prefix: string) => void): RemovableHandle;
  /** Calls `hook(module, state, prefix, strict, found, errors)` before a state is looked at; it may rename keys of `state`. */
  registerLoadStateDictPreHook(hook: (module: Module, state: StateDict, prefix: string, strict: boolean, found: Found, errors: string[]) => void): RemovableHandle;
  /** Calls `hook(module, { missingKeys, unexpectedKeys })` when a state is loaded; what it takes out of the lists is no error. */
  registerLoadStateDictPostHook(hook: (module: Module, found: Found) => void): RemovableHandle;
}

/** State by name. */
export interface StateMethods {
  /** Makes a tensor a part of this module's state that is not learnt, in the field of this name; null for none. */
  registerBuffer(name: string, value: Tensor | null, options?: { readonly persistent?: boolean }): void;
  /** Puts a parameter, or null for none, into the field of this name. */
  registerParameter(name: string, parameter: Parameter | null): void;
  /** Puts a module, or null for none, into the field of this name. */
  addModule(name: string, module: Module | null): void;
  /** As `addModule`. */
  registerModule(name: string, module: Module | null): void;
  /** Moves the module to a device without its values, which are yet to be set. */
  toEmpty(options: { readonly device: string; readonly recurse?: boolean }): Module;
  /** The module at a path such as `layers.0.attention`; '' for this one. ArgumentError when there is none. */
  getSubmodule(path: string): Module;
  /** The parameter at a path such as `layers.0.weight`. ArgumentError when there is none. */
  getParameter(path: string): Parameter;
  /** The buffer at a path such as `norm.running_mean`. ArgumentError when there is none. */
  getBuffer(path: string): Buffer;
}

declare module './module.js' {
  interface Module extends CastMethods, HookMethods, StateHookMethods, StateMethods {}
}

/** The entry of this name. */
function found<T>(module: Module, kind: string, path: string, entries: Iterable<[string, T]>): T {
  const all = new Map(entries);
  const value = all.get(path);
  if (value === undefined) throw new ArgumentError(`${module.constructor.name} has no ${kind} '${path}', it has [${[...all.keys()].filter(Boolean).join(', ')}].`);
  return value;
}

function register(module: Module, name: string, value: Tensor | Module | null): void {
  if (name === '' || name.includes('.')) throw new ArgumentError(`${module.constructor.name}: '${name}' is no name of a field: it must not be empty, nor have a dot.`);
  (module as unknown as Record<string, unknown>)[name] = value;
}

/** Adds a hook of saving or loading. */
function addStateHook<K extends keyof StateHooks<Module>>(module: Module, kind: K, hook: unknown): RemovableHandle {
  if (typeof hook !== 'function') throw new ArgumentError(`${module.constructor.name}: a hook must be a function, got ${describe(hook)}.`);
  return removable(stateHooks(module)[kind] as Set<{ readonly hook: unknown }>, { hook });
}

type Named = HookMethods & StateHookMethods & StateMethods;

const METHODS: { readonly [K in keyof Named]: (this: Module, ...args: Parameters<Named[K]>) => ReturnType<Named[K]> } = {
  registerForwardPreHook(hook) {
    return addHook(this, 'before', hook);
  },
  registerForwardHook(hook) {
    return addHook(this, 'after', hook);
  },
  registerFullBackwardHook(hook) {
    return addHook(this, 'backward', hook);
  },
  registerStateDictPreHook(hook) {
    return addStateHook(this, 'beforeSave', hook);
  },
  registerStateDictPostHook(hook) {
    return addStateHook(this, 'afterSave', hook);
  },
  registerLoadStateDictPreHook(hook) {
    return addStateHook(this, 'beforeLoad', hook);
  },
  registerLoadStateDictPostHook(hook) {
    return addStateHook(this, 'afterLoad', hook);
  },
  registerBuffer(name, value, options = {}) {
    register(this, name, value === null ? null : new Buffer(value, options.persistent ?? true));
  },
  registerParameter(name, parameter) {
    register(this, name, parameter);
  },
  addModule(name, module) {
    register(this, name, module);
  },
  registerModule(name, module) {
    register(this, name, module);
  },
  toEmpty({ device, recurse = true }) {
    noGrad(() => {
      for (const t of [...this.parameters(recurse), ...this.buffers(recurse)]) rebind(t, empty([...t.shape], { device, dtype: t.dtype }));
    });
    return this;
  },
  getSubmodule(path) {
    return found(this, 'submodule', path, this.namedModules());
  },
  getParameter(path) {
    return found(this, 'parameter', path, this.namedParameters());
  },
  getBuffer(path) {
    return found(this, 'buffer', path, this.namedBuffers());
  },
};

const install = (name: string, value: unknown): void => {
  Object.defineProperty(Module.prototype, name, { value, configurable: true, writable: true });
};

for (const [name, method] of Object.entries(METHODS)) install(name, method);
for (const [name, target] of Object.entries({ ...CASTS, cpu: 'cpu' })) {
  install(name, function (this: Module) {
    return this.to(target);
  });
}
