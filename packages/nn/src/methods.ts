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
import { ArgumentError, type DType, type RemovableHandle, type Tensor } from '@sconce/core';
import { addHook, type BackwardHook, type ForwardHook, type ForwardPreHook } from './hooks.js';
import { Buffer, Module, type Parameter } from './index.js';

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

/** State by name. */
export interface StateMethods {
  /** Makes a tensor a part of this module's state that is not learnt, in the field of this name; null for none. */
  registerBuffer(name: string, value: Tensor | null, options?: { readonly persistent?: boolean }): void;
  /** Puts a parameter, or null for none, into the field of this name. */
  registerParameter(name: string, parameter: Parameter | null): void;
  /** Puts a module, or null for none, into the field of this name. */
  addModule(name: string, module: Module | null): void;
  /** The module at a path such as `layers.0.attention`; '' for this one. ArgumentError when there is none. */
  getSubmodule(path: string): Module;
  /** The parameter at a path such as `layers.0.weight`. ArgumentError when there is none. */
  getParameter(path: string): Parameter;
  /** The buffer at a path such as `norm.running_mean`. ArgumentError when there is none. */
  getBuffer(path: string): Buffer;
}

declare module './module.js' {
  interface Module extends CastMethods, HookMethods, StateMethods {}
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

type Named = HookMethods & StateMethods;

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
  registerBuffer(name, value, options = {}) {
    register(this, name, value === null ? null : new Buffer(value, options.persistent ?? true));
  },
  registerParameter(name, parameter) {
    register(this, name, parameter);
  },
  addModule(name, module) {
    register(this, name, module);
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
