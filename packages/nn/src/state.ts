/**
 * State dicts: a module's own tensors under PyTorch's keys, and loading: what is wrong with a state, in PyTorch's words, or
 * its values in the module's tensors.
 *
 * Invariant: nothing is changed unless everything fits; a hook that runs after loading may forgive keys, so it sees the
 * values first.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.load_state_dict
 */
import { assign, describe, isTensor, noGrad, rebind, sameShape, shapeText, StateError, type Tensor } from '@sconce/core';
import { isUnshaped } from './parameter.js';

/** Tensors by PyTorch's keys, such as `linear1.weight`; what a module's `getExtraState` gave stands under `_extra_state`. */
export type StateDict = Record<string, Tensor>;

/** What `loadStateDict` found missing and unexpected. */
export interface LoadResult {
  readonly missingKeys: readonly string[];
  readonly unexpectedKeys: readonly string[];
}

/** A module, as state sees it. */
export interface Stateful {
  ownState(): Iterable<[string, Tensor]>;
  namedChildren(): Iterable<[string, Stateful]>;
  getExtraState?(): unknown;
  setExtraState?(state: unknown): void;
}

/** What a hook of loading may change: keys of the state, and what was found so far. */
export interface Found {
  readonly missingKeys: string[];
  readonly unexpectedKeys: string[];
}

/** Functions of a user around saving and loading, by module. */
export interface StateHooks<M = Stateful> {
  readonly beforeSave: Set<{ readonly hook: (module: M, prefix: string, keepVars: boolean) => void }>;
  readonly afterSave: Set<{ readonly hook: (module: M, state: StateDict, prefix: string) => void }>;
  readonly beforeLoad: Set<{ readonly hook: (module: M, state: StateDict, prefix: string, strict: boolean, found: Found, errors: string[]) => void }>;
  readonly afterLoad: Set<{ readonly hook: (module: M, found: Found) => void }>;
}

const hooksOf = new WeakMap<Stateful, StateHooks<never>>();

/** The hooks of a module, to which others may be added. */
export function stateHooks<M extends Stateful>(module: M): StateHooks<M> {
  const hooks = (hooksOf.get(module) as StateHooks<M> | undefined) ?? { beforeSave: new Set(), afterSave: new Set(), beforeLoad: new Set(), afterLoad: new Set() };
  hooksOf.set(module, hooks);
  return hooks;
}
const hooked = (module: Stateful): StateHooks | undefined => hooksOf.get(module) as StateHooks | undefined;

const EXTRA = '_extra_state';

// ── saving ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Puts the state of a module and of those below it into `state`; with `keepVars` the tensors themselves. */
export function collectState(module: Stateful, prefix: string, keepVars: boolean, state: StateDict): StateDict {
  const hooks = hooked(module);
  for (const { hook } of hooks?.beforeSave ?? []) hook(module, prefix, keepVars);
  for (const [name, t] of module.ownState()) state[prefix + name] = keepVars ? t : t.detach();
  if (module.getExtraState !== undefined) state[prefix + EXTRA] = module.getExtraState() as Tensor;
  for (const [name, child] of module.namedChildren()) collectState(child, `${prefix}${name}.`, keepVars, state);
  for (const { hook } of hooks?.afterSave ?? []) hook(module, state, prefix);
  return state;
}

// ── loading ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const quoted = (keys: readonly string[]): string => keys.map((key) => `"${key}"`).join(', ');

/** PyTorch's words for a value that does not fit. */
function objectionsTo(key: string, from: unknown, t: Tensor): string[] {
  if (!isTensor(from)) return [`While copying the parameter named "${key}", expected a Tensor, got ${describe(from)}.`];
  if (isUnshaped(t) || sameShape(from.shape, t.shape)) return [];
  const [theirs, ours] = [from, t].map(({ shape }) => `torch.Size(${shapeText(shape)})`);
  return [`size mismatch for ${key}: copying a param with shape ${theirs} from checkpoint, the shape in current model is ${ours}.`];
}

/** PyTorch's words for keys that are missing or too many. */
const objectionsToKeys = ({ missingKeys, unexpectedKeys }: Found): string[] => [
  ...(missingKeys.length > 0 ? [`Missing key(s) in state_dict: ${quoted(missingKeys)}. `] : []),
  ...(unexpectedKeys.length > 0 ? [`Unexpected key(s) in state_dict: ${quoted(unexpectedKeys)}. `] : []),
];

/** Everything that a state may hold, by key: tensors, and modules that take what is theirs. */
interface Places {
  readonly tensors: Map<string, Tensor>;
  readonly extras: Map<string, Stateful>;
  readonly modules: Stateful[];
}

function placesOf(module: Stateful, prefix: string, enter: (module: Stateful, prefix: string) => void, places: Places): Places {
  enter(module, prefix);
  for (const [name, t] of module.ownState()) places.tensors.set(prefix + name, t);
  if (module.setExtraState !== undefined) places.extras.set(prefix + EXTRA, module);
  for (const [name, child] of module.namedChildren()) placesOf(child, `${prefix}${name}.`, enter, places);
  places.modules.push(module);
  return places;
}

export interface LoadOptions {
  /** Whether missing and unexpected keys are errors. Default true. */
  readonly strict?: boolean;
  /** Whether tensors keep the device and dtype of the state, rather than the module's. Default false. */
  readonly assign?: boolean;
}

/** Binds a module's tensors to the values of a state. A tensor without a shape gets that of its value. */
export function loadState(module: Stateful, given: Readonly<StateDict>, { strict = true, assign: replaces = false }: LoadOptions): LoadResult {
  const name = module.constructor.name;
  if (typeof given !== 'object' || (given as unknown) === null || isTensor(given)) {
    throw new StateError(`loadStateDict: ${name} got ${describe(given)}, expected an object of tensors by key, such as stateDict gives.`);
  }
  const refuse = (objections: readonly string[]): void => {
    if (objections.length > 0) throw new StateError(`Error(s) in loading state_dict for ${name}:\n\t${objections.join('\n\t')}`);
  };
  const state = { ...given };
  const found: Found = { missingKeys: [], unexpectedKeys: [] };
  const errors: string[] = [];
  const enter = (entered: Stateful, prefix: string): void => {
    for (const { hook } of hooked(entered)?.beforeLoad ?? []) hook(entered, state, prefix, strict, found, errors);
  };
  const { tensors, extras, modules } = placesOf(module, '', enter, { tensors: new Map(), extras: new Map(), modules: [] });
  const known = [...tensors.keys(), ...extras.keys()];
  found.missingKeys.push(...known.filter((key) => !Object.hasOwn(state, key)));
  found.unexpectedKeys.push(...Object.keys(state).filter((key) => !known.includes(key)));
  const shared = [...tensors].filter(([key]) => Object.hasOwn(state, key));
  const forgiving = modules.some((each) => (hooked(each)?.afterLoad.size ?? 0) > 0);
  refuse([...(strict && !forgiving ? objectionsToKeys(found) : []), ...errors, ...shared.flatMap(([key, t]) => objectionsTo(key, state[key], t))]);
  noGrad(() => {
    for (const [key, t] of shared) {
      if (isUnshaped(t)) t.materialize(state[key].shape);
      if (replaces) rebind(t, state[key].detach());
      else assign(t, state[key].to({ device: t.device, dtype: t.dtype }), 'loadStateDict');
    }
  });
  for (const [key, owner] of extras) if (Object.hasOwn(state, key)) owner.setExtraState!(state[key]);
  for (const each of modules) for (const { hook } of hooked(each)?.afterLoad ?? []) hook(each, found);
  if (strict) refuse(objectionsToKeys(found));
  return found;
}
