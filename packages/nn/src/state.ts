/**
 * Loading a state dict: what is wrong with it, in PyTorch's words, or its values in a module's tensors.
 *
 * Invariant: nothing is changed unless everything fits.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.load_state_dict
 */
import { assign, describe, isTensor, noGrad, sameShape, shapeText, StateError, type Tensor } from '@sconce/core';
import { isUnshaped } from './parameter.js';

/** Tensors by PyTorch's keys, such as `linear1.weight`. */
export type StateDict = Record<string, Tensor>;

/** What `loadStateDict` found missing and unexpected. */
export interface LoadResult {
  readonly missingKeys: readonly string[];
  readonly unexpectedKeys: readonly string[];
}

const quoted = (keys: readonly string[]): string => keys.map((key) => `"${key}"`).join(', ');

/** PyTorch's words for a value that does not fit. */
function objectionsTo(key: string, from: unknown, t: Tensor): string[] {
  if (!isTensor(from)) return [`While copying the parameter named "${key}", expected a Tensor, got ${describe(from)}.`];
  if (isUnshaped(t) || sameShape(from.shape, t.shape)) return [];
  const [theirs, ours] = [from, t].map(({ shape }) => `torch.Size(${shapeText(shape)})`);
  return [`size mismatch for ${key}: copying a param with shape ${theirs} from checkpoint, the shape in current model is ${ours}.`];
}

/** Binds a module's own tensors to the values of a state. A tensor without a shape gets that of its value. */
export function loadState(module: string, own: ReadonlyMap<string, Tensor>, state: Readonly<StateDict>, isStrict: boolean): LoadResult {
  const missingKeys = [...own.keys()].filter((key) => !Object.hasOwn(state, key));
  const unexpectedKeys = Object.keys(state).filter((key) => !own.has(key));
  const shared = [...own].filter(([key]) => Object.hasOwn(state, key));
  const objections = [
    ...(isStrict && missingKeys.length > 0 ? [`Missing key(s) in state_dict: ${quoted(missingKeys)}. `] : []),
    ...(isStrict && unexpectedKeys.length > 0 ? [`Unexpected key(s) in state_dict: ${quoted(unexpectedKeys)}. `] : []),
    ...shared.flatMap(([key, t]) => objectionsTo(key, state[key], t)),
  ];
  if (objections.length > 0) {
    throw new StateError(`Error(s) in loading state_dict for ${module}:\n\t${objections.join('\n\t')}`);
  }
  noGrad(() => {
    for (const [key, t] of shared) {
      if (isUnshaped(t)) t.materialize(state[key].shape);
      assign(t, state[key].to({ device: t.device, dtype: t.dtype }), 'loadStateDict');
    }
  });
  return { missingKeys, unexpectedKeys };
}
