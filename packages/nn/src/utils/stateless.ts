/**
 * A module called with other parameters than its own, and modules whose parameters are not drawn.
 *
 * Invariant: a call puts back what was there, also when it throws; what is given is used as it is, so gradients reach it.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.func.functional_call.html
 */
import { ArgumentError, isTensor, type Tensor } from '@sconce/core';
import type { Module } from '../index.js';
import { stateNameOf } from '../names.js';
import { fieldsOf } from './computed.js';

/** The module and the field at a path such as `layers.0.weight`. */
function placeOf(root: Module, path: string): readonly [Record<string, unknown>, string] {
  const at = path.lastIndexOf('.');
  const [parent, name] = [path.slice(0, Math.max(at, 0)), path.slice(at + 1)];
  for (const [key, module] of root.namedModules()) {
    if (key !== parent) continue;
    const field = Object.keys(module).find((each) => isTensor(fieldsOf(module)[each]) && (each === name || stateNameOf(each) === name));
    if (field !== undefined) return [fieldsOf(module), field];
  }
  const known = [...root.namedParameters(), ...root.namedBuffers()].map(([each]) => each);
  throw new ArgumentError(`functionalCall: ${root.constructor.name} has no tensor '${path}', it has [${known.join(', ')}].`);
}

/**
 * `module.forward(...inputs)` with the given tensors in place of its parameters and buffers; those that are not given are
 * its own.
 *
 * @param tensors by the keys of the state dict
 * @throws ArgumentError for a key that the module has not.
 * @example
 * const layer = new Linear(2, 1);
 * functionalCall(layer, { weight: ones(1, 2), bias: zeros(1) }, ones(3, 2));      // [[2], [2], [2]]
 * @see https://pytorch.org/docs/stable/generated/torch.func.functional_call.html
 */
export function functionalCall<M extends Module>(module: M, tensors: Readonly<Record<string, Tensor>>, ...inputs: Parameters<M['forward']>): ReturnType<M['forward']> {
  const places = Object.entries(tensors).map(([path, value]) => [...placeOf(module, path), value] as const);
  const before = places.map(([fields, field]) => fields[field]);
  try {
    for (const [fields, field, value] of places) fields[field] = value;
    return module.forward(...inputs) as ReturnType<M['forward']>;
  } finally {
    places.forEach(([fields, field], i) => (fields[field] = before[i]));
  }
}

/**
 * A module made as it is: nothing is computed before it is read, so parameters that a state dict replaces cost nothing.
 *
 * @example skipInit(Linear, 4, 2).weight.shape;      // [2, 4]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.skip_init.html
 */
export const skipInit = <A extends readonly unknown[], M extends Module>(moduleClass: new (...args: A) => M, ...args: A): M => new moduleClass(...args);
