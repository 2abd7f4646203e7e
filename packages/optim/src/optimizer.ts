/**
 * Optimizer: parameters in groups, each with its options, and what is kept for each parameter between steps.
 *
 * Most optimisers are a rule for one parameter (`RuleOptimizer`): from its value, its gradient and its state to its next
 * value, written with ops. A step records the rule for all parameters and computes everything at once, together with the
 * gradients and the loss, so that updates ride in the kernels that make the gradients.
 *
 * Invariant: numbers of a rule (learning rate, bias corrections) are runtime scalars, so changing them compiles nothing.
 *
 * Reference: https://pytorch.org/docs/stable/optim.html
 */
import { ArgumentError, assign, commit, describe, enableGrad, gradientOf, hiding, isFloat, isTensor, noGrad, shapeText, StateError, zeroGradient, type RemovableHandle, type Tensor } from '@sconce/core';
import { addStepHook, type StepPostHook, type StepPreHook } from './hooks.js';
import { fill } from './rules.js';
import { bound, follow, type ParamState, type StateValue } from './state.js';

/** Parameters with the options that hold for them. */
export type ParamGroup<O extends object> = O & { params: Tensor[]; initialLr?: number };

/** A group as a user gives it: options that it lacks are the optimiser's. */
export type GivenGroup<O extends object> = { readonly params: Iterable<Tensor> | Tensor } & Partial<O>;

/** Parameters, or groups of them with options of their own. */
export type Params<O extends object> = Iterable<Tensor> | Iterable<GivenGroup<O>>;

/** State and options; parameters are numbered in the order of the groups. */
export interface OptimizerState {
  readonly state: Readonly<Record<number, Readonly<ParamState>>>;
  readonly paramGroups: readonly Readonly<Record<string, unknown>>[];
}

/**
 * Base of all optimisers: groups of parameters, their state, and `step`.
 *
 * @see https://pytorch.org/docs/stable/optim.html#torch.optim.Optimizer
 */
export abstract class Optimizer<O extends { lr: number } = { lr: number }> {
  readonly paramGroups: ParamGroup<O>[] = [];
  /** What is kept for each parameter between steps, by parameter. */
  readonly state = new Map<Tensor, ParamState>();
  /** The options of groups that have none of their own. */
  readonly defaults: Readonly<O>;

  constructor(params: Params<O>, defaults: O) {
    this.defaults = defaults;
    if (isTensor(params)) throw new ArgumentError(`${this.constructor.name}: got one Tensor, expected parameters. Pass [x] or model.parameters().`);
    const list = listOf<Tensor | GivenGroup<O>>(this.constructor.name, params);
    if (list.length === 0) throw new ArgumentError(`${this.constructor.name}: got no parameters. Pass model.parameters().`);
    if (list.some(isTensor)) this.addParamGroup({ params: list as Tensor[] } as unknown as GivenGroup<O>);
    else for (const group of list) this.addParamGroup(group as GivenGroup<O>);
  }

  /**
   * Adds a group; options that it lacks are the optimiser's, and names that the optimiser does not know are kept.
   *
   * @throws ArgumentError for what is no group, an option that is not of its kind, or a parameter that is no leaf or known.
   */
  addParamGroup(group: GivenGroup<O>): void {
    const given = group as Partial<GivenGroup<O>> | null | undefined;
    const params = isTensor(given?.params) ? [given.params] : listOf<Tensor>(this.constructor.name, given?.params);
    const known = new Set(this.paramGroups.flatMap((g) => g.params));
    for (const p of params) {
      if (!isTensor(p) || !p.isLeaf) {
        throw new ArgumentError(`${this.constructor.name}: can only optimise leaf tensors, got ${isTensor(p) ? 'the result of an op' : describe(p)}.`);
      }
      if (known.has(p)) throw new ArgumentError(`${this.constructor.name}: a parameter of shape ${shapeText(p.shape)} appears twice, expected each once. Pass it in one group.`);
      known.add(p);
    }
    this.paramGroups.push({ ...fill(this.constructor.name, this.defaults, group), params });
  }

  /**
   * Replaces the parameters that have a gradient by their next values.
   *
   * @param closure computes the loss again, after `zeroGrad`, and calls `backward`; it may be asynchronous.
   */
  abstract step(closure?: () => Tensor | Promise<Tensor>): Tensor | undefined | Promise<Tensor>;

  /** Calls `hook(optimizer, args)` before every step; a list that it returns takes the place of the step's arguments. */
  registerStepPreHook(hook: StepPreHook): RemovableHandle {
    return addStepHook(this as unknown as Optimizer, 'before', hook);
  }
  /** Calls `hook(optimizer, args)` after every step. */
  registerStepPostHook(hook: StepPostHook): RemovableHandle {
    return addStepHook(this as unknown as Optimizer, 'after', hook);
  }

  /** The state of one parameter, empty at first, on the parameter's device. */
  protected stateOf(p: Tensor): ParamState {
    let state = this.state.get(p);
    if (state === undefined) this.state.set(p, (state = {}));
    follow(state, p.device);
    return state;
  }

  /** PyTorch's `print(optimizer)`: its groups with their options. */
  toString(): string {
    const groups = this.paramGroups.map(({ params: _params, ...options }, i) => {
      const lines = Object.entries(options).map(([name, value]) => `    ${toSnake(name)}: ${pythonText(value)}\n`);
      return `Parameter Group ${i}\n${lines.sort().join('')}`;
    });
    return `${this.constructor.name} (\n${groups.join('\n')})`;
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /**
   * Forgets all gradients.
   *
   * @param options setToNone: false makes zeros of them instead, with which momentum and weight decay go on. Default: true.
   */
  zeroGrad(options: boolean | { readonly setToNone?: boolean } = {}): void {
    const setToNone = typeof options === 'boolean' ? options : (options.setToNone ?? true);
    for (const group of this.paramGroups) for (const p of group.params) p.grad = setToNone ? null : zeroGradient(p);
  }

  /** State and options, for `loadStateDict`. */
  stateDict(): OptimizerState {
    const numbers = new Map(this.paramGroups.flatMap((g) => g.params).map((p, i) => [p, i]));
    return {
      state: Object.fromEntries([...this.state].map(([p, state]) => [numbers.get(p)!, { ...state }])),
      paramGroups: this.paramGroups.map(({ params, ...options }) => ({ ...options, params: params.map((p) => numbers.get(p)!) })),
    };
  }

  /**
   * Takes over the state and options of an optimiser with as many parameters; tensors are copied to their parameter's
   * device and, where floating, to its dtype.
   *
   * @throws StateError when groups or parameters differ in number.
   */
  loadStateDict(saved: OptimizerState): void {
    const { state, paramGroups } = saved;
    if (!isList(paramGroups) || typeof state !== 'object') {
      throw new StateError(`loadStateDict: got ${describe(saved)} without state and paramGroups, expected what an optimiser's stateDict gives.`);
    }
    const sizes = (groups: readonly { readonly params?: unknown }[]): string => groups.map((g) => (g.params as readonly unknown[]).length).join(', ');
    if (sizes(paramGroups) !== sizes(this.paramGroups)) {
      throw new StateError(`loadStateDict: got groups of [${sizes(paramGroups)}] parameters, expected [${sizes(this.paramGroups)}].`);
    }
    paramGroups.forEach(({ params: _numbers, ...options }, i) => Object.assign(this.paramGroups[i], options));
    const params = this.paramGroups.flatMap((g) => g.params);
    this.state.clear();
    for (const [i, values] of Object.entries(state)) {
      const p = params[Number(i)];
      this.state.set(p, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, ownCopy(value, p)])));
    }
  }
}

/** `Array.isArray` itself would make `any[]` of a read-only list. */
const isList = (x: unknown): boolean => Array.isArray(x);

/** A value in Python's spelling. */
function pythonText(value: unknown): string {
  if (Array.isArray(value)) return `(${value.map(pythonText).join(', ')})`;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'number') return String(value).replace(/e-(?=\d$)/, 'e-0');
  return typeof value === 'string' ? value : describe(value);
}

/** PyTorch's spelling of a name. */
export const toSnake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The members of what must be parameters, or groups of them. */
function listOf<T>(optimizer: string, given: unknown): T[] {
  if (typeof given === 'object' && given !== null && Symbol.iterator in given && !isTensor(given)) return [...(given as Iterable<T>)];
  throw new ArgumentError(`${optimizer}: expected parameters, or groups { params, …options }, got ${describe(given)}. Pass model.parameters().`);
}

function ownCopy(value: StateValue | undefined, p: Tensor): StateValue | undefined {
  if (Array.isArray(value)) return (value as readonly StateValue[]).map((x) => ownCopy(x, p)) as readonly Tensor[] | readonly number[];
  if (!isTensor(value)) return value;
  return bound(value.to({ device: p.device, dtype: isFloat(value.dtype) ? p.dtype : undefined }));
}

/** An optimiser that is a rule for one parameter. */
export abstract class RuleOptimizer<O extends { lr: number } = { lr: number }> extends Optimizer<O> {
  /** The next value of one parameter; `keep` puts into `state` what the next step needs. Runs under `noGrad`. */
  protected abstract update(p: Tensor, grad: Tensor, state: ParamState, group: ParamGroup<O>): Tensor;

  /**
   * Replaces every parameter that has a gradient by its next value, and ends the generation of this step's tensors.
   *
   * @param closure computes the loss before the step; where it is asynchronous, so is the step.
   */
  override step<L extends Tensor | Promise<Tensor> = Tensor>(closure?: () => L): L | undefined {
    const loss = closure === undefined ? undefined : enableGrad(closure);
    if (loss instanceof Promise) return loss.then((found: Tensor) => (RuleOptimizer.prototype.step.call(this), found)) as L;
    const devices = new Set<string>();
    noGrad(() =>
      hiding(() => {
        for (const group of this.paramGroups) {
          for (const p of group.params) {
            const grad = gradientOf(p);
            if (grad === null) continue;
            devices.add(p.device);
            assign(p, this.update(p, grad, this.stateOf(p), group), 'step');
          }
        }
      }),
    );
    commit(...devices);
    return loss;
  }
}
