/**
 * Cloning modules: the same class and settings, parameters and buffers of their own with equal values.
 *
 * Invariant: a clone shares no parameter, buffer or submodule with what it was cloned from; everything else is shared.
 *
 * Reference: `copy.deepcopy` of modules, as in PyTorch's Transformer
 */
import { Module } from './module.js';
import { Buffer, Parameter } from './parameter.js';

/** A field's value in the clone. */
function cloneOf(value: unknown): unknown {
  if (value instanceof Parameter) return new Parameter(value, value.requiresGrad);
  if (value instanceof Buffer) return new Buffer(value, value.persistent);
  return value instanceof Module ? cloneModule(value) : value;
}

/** A module like `module`, with state of its own. */
export function cloneModule<M extends Module>(module: M): M {
  const clone = Object.create(Object.getPrototypeOf(module) as object, Object.getOwnPropertyDescriptors(module)) as M;
  for (const [field, value] of Object.entries(module)) (clone as Record<string, unknown>)[field] = cloneOf(value);
  return clone;
}
