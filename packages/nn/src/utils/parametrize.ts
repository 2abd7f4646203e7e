/**
 * Parametrisations: a tensor of a module is what modules make of another one, which is learnt in its stead.
 *
 *   layer.parametrizations.weight.original   ──0.forward──1.forward──▶   layer.weight
 *
 * The module gets a class of its own, derived from the one that it had, in which the tensor's field is an accessor: read,
 * it computes; assigned to, it goes back through the modules' `rightInverse` into the original.
 *
 * Invariant: what is learnt is the handle that was learnt before, so an optimiser goes on with it, unless a `rightInverse`
 * makes several tensors of one.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.utils.parametrize.register_parametrization.html
 */
import { ArgumentError, describe, detach, isTensor, noGrad, rebind, sameShape, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { checkOptions } from '@sconce/ops/families';
import { Buffer, Module, ModuleDict, ModuleList, Parameter } from '../index.js';
import { stateNameOf } from '../names.js';
import { fieldNamed, fieldsOf, tensorNamed } from './computed.js';

/** A module from the tensors that are learnt to the one that is used; `rightInverse` gives tensors that lead to a value. */
export type Parametrization = Module & { forward(...originals: Tensor[]): Tensor; rightInverse?(value: Tensor): Tensor | readonly Tensor[] };

/** Puts a value of any shape into a handle. */
const bind = (handle: Tensor, value: Tensor): void => noGrad(() => rebind(handle, detach(value)));

/** The modules that a tensor goes through, and the tensors that they start from: `original`, or `original0`, `original1`, … */
export class ParametrizationList extends ModuleList<Parametrization> {
  /** How many tensors the first module takes. */
  private readonly count: number | null;

  constructor(parametrization: Parametrization, original: Tensor) {
    super([parametrization]);
    const value = noGrad(() => parametrization.rightInverse?.(original) ?? original);
    const parts = isTensor(value) ? [value] : value;
    if (!Array.isArray(parts) || !parts.every(isTensor)) {
      throw new ArgumentError(`registerParametrization: rightInverse must give a Tensor or a list of them, got ${describe(value)}.`);
    }
    this.count = isTensor(value) ? null : parts.length;
    if (isTensor(value)) {
      requireDType('rightInverse', value, original);
      if (value !== original) bind(original, value);
      fieldsOf(this).original = original;
    } else {
      parts.forEach((part, i) => {
        fieldsOf(this)[`original${i}`] = original instanceof Parameter ? new Parameter(part, original.requiresGrad) : new Buffer(part);
      });
    }
  }

  /** The tensors that it starts from. */
  get originals(): Tensor[] {
    const names = this.count === null ? ['original'] : Array.from({ length: this.count }, (_, i) => `original${i}`);
    return names.map((name) => tensorNamed('ParametrizationList', this, name));
  }
  override forward(): never {
    return this.compute() as never;
  }
  /** The tensor that the modules make. */
  compute(): Tensor {
    const [first, ...rest] = this;
    return rest.reduce((x, module) => module.forward(x), first.forward(...this.originals));
  }
  /** Puts what leads to a value into the originals. */
  rightInverse(value: Tensor): void {
    noGrad(() => {
      let now: Tensor | readonly Tensor[] = value;
      for (const module of [...this].reverse()) {
        if (module.rightInverse === undefined) throw new ArgumentError(`${module.constructor.name} has no rightInverse, so the tensor that it makes cannot be assigned to.`);
        now = module.rightInverse(now as Tensor);
      }
      const parts: readonly Tensor[] = isTensor(now) ? [now] : now;
      const { originals } = this;
      if (parts.length !== originals.length) throw new ArgumentError(`rightInverse must give ${originals.length} tensors, got ${parts.length}.`);
      originals.forEach((original, i) => {
        requireDType('rightInverse', parts[i], original);
        bind(original, parts[i]);
      });
    });
  }
}

function requireDType(what: string, value: Tensor, original: Tensor): void {
  if (value.dtype === original.dtype) return;
  throw new ArgumentError(`registerParametrization: ${what} may not change the dtype, got ${value.dtype} for ${original.dtype}. Pass { unsafe: true } to allow it.`);
}

/** A parametrisation keeps dtype and shape. */
function requireAlike(value: unknown, original: Tensor): void {
  if (!isTensor(value)) throw new ArgumentError(`registerParametrization: a parametrization must give a Tensor, got ${describe(value)}.`);
  requireDType('a parametrization', value, original);
  if (sameShape(value.shape, original.shape)) return;
  throw new ShapeError(
    `registerParametrization: a parametrization may not change the shape, got ${shapeText(value.shape)} for ${shapeText(original.shape)}. Pass { unsafe: true } to allow it.`,
  );
}

// ── the class of a parametrised module ───────────────────────────────────────────────────────────────────────────────

/** The prototypes that stand before a module's own class. */
const injected = new WeakSet<object>();

const prototypeOf = (module: Module): Module => Object.getPrototypeOf(module) as Module;

const isInjected = (module: Module): boolean => injected.has(prototypeOf(module));

function inject(module: Module): void {
  const base = prototypeOf(module);
  const name = (base as unknown as { reprName: () => string }).reprName.call(module);
  const prototype = Object.create(base, { reprName: { value: () => `Parametrized${name}` } }) as object;
  injected.add(prototype);
  Object.setPrototypeOf(module, prototype);
}

const listsOf = (module: Module): ModuleDict<ParametrizationList> => fieldsOf(module).parametrizations as ModuleDict<ParametrizationList>;

function injectField(module: Module, field: string): void {
  const key = stateNameOf(field);
  Object.defineProperty(prototypeOf(module), field, {
    get(this: Module): Tensor {
      return computed(this, key);
    },
    set(this: Module, value: Tensor) {
      listsOf(this).get(key).rightInverse(value);
    },
    configurable: true,
  });
}

// ── caching ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What was computed since caching began, by the list that computed it. */
let cache: Map<ParametrizationList, Tensor> | null = null;

function computed(module: Module, key: string): Tensor {
  const list = listsOf(module).get(key);
  const value = cache?.get(list) ?? list.compute();
  cache?.set(list, value);
  return value;
}

/**
 * Runs `fn`, in which each parametrised tensor is computed once: for a module that is called several times in a step.
 * An asynchronous function keeps the cache until its promise settles.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.parametrize.cached.html
 */
export function cached<R>(fn: () => R): R {
  const outer = cache;
  cache ??= new Map();
  const restore = (): void => void (cache = outer);
  let later = false;
  try {
    const result = fn();
    later = result instanceof Promise;
    return later ? ((result as Promise<unknown>).finally(restore) as R) : result;
  } finally {
    if (!later) restore();
  }
}

// ── registering ──────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Has a tensor of a module be what a parametrisation makes of it; several are applied in the order of registering.
 *
 * @param parametrization a module from the tensor to one of the same shape and dtype. Its `rightInverse`, where it has one,
 * says what the tensor that is learnt becomes: one, or a list for a module that takes several.
 * @param options unsafe: allow another shape or dtype. Default false.
 * @throws ArgumentError when the module has no such parameter or buffer; ArgumentError or ShapeError when the dtype or shape
 * would change.
 * @example
 * class Symmetric extends Module {
 *   forward(x) {
 *     return add(triu(x), transpose(triu(x, 1), 0, 1));
 *   }
 * }
 * const layer = parametrize.registerParametrization(new Linear(5, 5), 'weight', new Symmetric());
 * Object.keys(layer.stateDict());      // ['bias', 'parametrizations.weight.original']
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.parametrize.register_parametrization.html
 */
export function registerParametrization<M extends Module>(module: M, tensorName: string, parametrization: Parametrization, options: { readonly unsafe?: boolean } = {}): M {
  const op = 'registerParametrization';
  checkOptions(op, options, ['unsafe']);
  if (!(parametrization instanceof Module)) throw new ArgumentError(`${op}: got ${describe(parametrization)}, expected a Module.`);
  const { unsafe = false } = options;
  const field = fieldNamed(op, module, tensorName);
  parametrization.train(module.training);
  const fields = fieldsOf(module);
  if (isParametrized(module, field)) {
    const list = listsOf(module).get(stateNameOf(field));
    if (!unsafe) requireAlike(noGrad(() => parametrization.forward(list.compute())), list.compute());
    list.append(parametrization);
    return module;
  }
  const tensor = tensorNamed(op, module, field);
  if (!(tensor instanceof Parameter || tensor instanceof Buffer)) throw new ArgumentError(`${op}: '${tensorName}' of ${module.constructor.name} is no parameter or buffer.`);
  const before = new Buffer(tensor);
  const list = new ParametrizationList(parametrization, tensor).train(module.training);
  try {
    if (!unsafe) requireAlike(noGrad(() => list.compute()), before);
  } catch (error) {
    bind(tensor, before);
    throw error;
  }
  delete fields[field];
  if (!isInjected(module)) inject(module);
  if (fields.parametrizations === undefined) fields.parametrizations = new ModuleDict();
  listsOf(module).set(stateNameOf(field), list);
  injectField(module, field);
  return module;
}

/** Whether a module, or the tensor of this name, is parametrised. @see https://pytorch.org/docs/stable/generated/torch.nn.utils.parametrize.is_parametrized.html */
export function isParametrized(module: Module, tensorName?: string): boolean {
  if (!isInjected(module)) return false;
  return tensorName === undefined || listsOf(module).has(stateNameOf(fieldNamed('isParametrized', module, tensorName)));
}

/**
 * Makes a parametrised tensor a parameter or buffer of the module again.
 *
 * @param options leaveParametrized: whether it becomes what the parametrisations make of the original, rather than the
 * original, which there is when they start from one. Default true.
 * @throws ArgumentError when it is not parametrised, or the original is asked for and there are several.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.parametrize.remove_parametrizations.html
 */
export function removeParametrizations<M extends Module>(module: M, tensorName: string, options: { readonly leaveParametrized?: boolean } = {}): M {
  const op = 'removeParametrizations';
  checkOptions(op, options, ['leaveParametrized']);
  const { leaveParametrized = true } = options;
  const field = fieldNamed(op, module, tensorName);
  if (!isParametrized(module, field)) throw new ArgumentError(`${op}: '${tensorName}' of ${module.constructor.name} is not parametrized.`);
  const key = stateNameOf(field);
  const list = listsOf(module).get(key);
  const { originals } = list;
  const single = 'original' in list;
  if (!leaveParametrized && !single) throw new ArgumentError(`${op}: '${tensorName}' starts from ${originals.length} tensors, so it has no one original. Leave it parametrized.`);
  const [original] = originals;
  const value = leaveParametrized ? noGrad(() => list.compute()) : original;
  delete fieldsOf(listsOf(module))[key];
  delete (prototypeOf(module) as unknown as Record<string, unknown>)[field];
  if (listsOf(module).length === 0) {
    delete fieldsOf(module).parametrizations;
    Object.setPrototypeOf(module, prototypeOf(prototypeOf(module)));
  }
  if (single && value !== original) bind(original, value);
  const learnt = originals.some((x) => x.requiresGrad);
  fieldsOf(module)[field] = single ? original : original instanceof Parameter ? new Parameter(value, learnt) : new Buffer(value);
  return module;
}

/** The class that a module had before it was parametrised. */
export const typeBeforeParametrizations = (module: Module): unknown => module.constructor;
