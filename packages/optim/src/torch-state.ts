/**
 * What an optimiser keeps, under the names of PyTorch's state dicts: `exp_avg` for `expAvg`, `param_groups` for `paramGroups`.
 *
 * PyTorch holds counts of steps and what follows from them in tensors; here they are numbers, which its `load_state_dict`
 * takes as well.
 *
 * Invariant: a training that goes through PyTorch and back goes on as it would have.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.optim.Optimizer.state_dict.html
 */
import { describe, isTensor, StateError } from '@sconce/core';
import { toSnake, type OptimizerState } from './optimizer.js';
import type { ParamState, StateValue } from './state.js';

/** What PyTorch's `optimizer.state_dict()` holds, as objects and arrays. */
export interface TorchOptimizerState {
  readonly state: Readonly<Record<number, Readonly<Record<string, unknown>>>>;
  readonly param_groups: readonly Readonly<Record<string, unknown>>[];
}

// ── names ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Those of LBFGS, which are no other spelling of ours. */
const TO_TORCH: Readonly<Record<string, string>> = {
  iterations: 'n_iter', changes: 'old_dirs', steps: 'old_stps', rhos: 'ro', scale: 'H_diag', gradient: 'prev_flat_grad',
};
const FROM_TORCH: Readonly<Record<string, string>> = Object.fromEntries(Object.entries(TO_TORCH).map(([ours, theirs]) => [theirs, ours]));

const toCamel = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
const theirName = (name: string): string => TO_TORCH[name] ?? toSnake(name);
const ourName = (name: string): string => FROM_TORCH[name] ?? toCamel(name);

/** What PyTorch's optimisers keep that decides no step here. */
const WITHOUT_EFFECT = new Set(['foreach', 'fused', 'capturable', 'differentiable', 'func_evals', 'prev_loss', 'al']);
/** What is a number here, and may be a tensor in PyTorch. */
const NUMBERS = new Set(['step', 'mu_product', 'eta', 'mu']);

const renamed = (values: Readonly<Record<string, unknown>>, nameOf: (name: string) => string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [nameOf(name), value]));

// ── states ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * The state dict of an optimiser as PyTorch's optimiser of that name loads it.
 *
 * @param saved what `optimizer.stateDict()` gives
 * @example
 * // optimizer.load_state_dict(torch.load('run.pt')['optimizer'])
 * await writeFile('run.pt', await savePt({ model: model.stateDict(), optimizer: stateToTorch(optimizer.stateDict()) }));
 * @see https://pytorch.org/docs/stable/generated/torch.optim.Optimizer.load_state_dict.html
 */
export function stateToTorch({ state, paramGroups }: OptimizerState): TorchOptimizerState {
  return {
    state: Object.fromEntries(Object.entries(state).map(([i, values]) => [i, renamed(values, theirName)])),
    param_groups: paramGroups.map((group) => renamed(group, theirName)),
  };
}

/**
 * The state dict of a PyTorch optimiser as the optimiser of that name here loads it.
 *
 * @param saved what PyTorch's `optimizer.state_dict()` gave, as `loadPt` reads it
 * @throws StateError for what has no `state` and `param_groups`.
 * @example
 * const { model: weights, optimizer: state } = await loadPt(await readFile('checkpoint.pt'));
 * new Adam(model.parameters()).loadStateDict(await stateFromTorch(state));
 * @see https://pytorch.org/docs/stable/generated/torch.optim.Optimizer.state_dict.html
 */
export async function stateFromTorch(saved: unknown): Promise<OptimizerState> {
  const { state, param_groups: groups } = (saved ?? {}) as Partial<TorchOptimizerState>;
  if (typeof state !== 'object' || !Array.isArray(groups)) {
    throw new StateError(`stateFromTorch: got ${describe(saved)} without state and param_groups, expected what PyTorch's optimizer.state_dict() gives.`);
  }
  const states = Object.entries(state).map(async ([i, values]) => [i, await ourState(values)] as const);
  return {
    state: Object.fromEntries(await Promise.all(states)),
    paramGroups: (groups as TorchOptimizerState['param_groups']).map((group) => renamed(effective(group), ourName)),
  };
}

const effective = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !WITHOUT_EFFECT.has(name)));

/** Without what is None, a buffer that momentum would have made. */
async function ourState(values: Readonly<Record<string, unknown>>): Promise<ParamState> {
  const given = Object.entries(effective(values)).filter(([, value]) => value !== null);
  const found = given.map(async ([name, value]): Promise<[string, StateValue]> => {
    const isNumber = NUMBERS.has(name) && isTensor(value);
    return [ourName(name), isNumber ? await value.item() : (value as StateValue)];
  });
  return Object.fromEntries(await Promise.all(found));
}
