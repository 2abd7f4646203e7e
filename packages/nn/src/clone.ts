/**
 * Cloning modules: the same class and settings, parameters and buffers of their own with equal values.
 *
 * Invariant: a clone shares no parameter, buffer or submodule with what it was cloned from; everything else is shared. What
 * is tied within a module is tied within its clone.
 *
 * Reference: `copy.deepcopy` of modules, as in PyTorch's Transformer
 */
import { Module } from './module.js';
import { Buffer, isUnshaped, Parameter } from './parameter.js';

/** What was cloned already, so that what is shared within a module is shared within its clone. */
type Clones = Map<object, unknown>;

/** A tensor of a module anew. */
function tensorOf(value: Parameter | Buffer): Parameter | Buffer {
  if (isUnshaped(value)) return value.fresh();
  return value instanceof Parameter ? new Parameter(value, value.requiresGrad) : new Buffer(value, value.persistent);
}

/** A field's value in the clone. */
function cloneOf(value: unknown, clones: Clones): unknown {
  if (!(value instanceof Parameter || value instanceof Buffer || value instanceof Module)) return value;
  if (!clones.has(value)) clones.set(value, value instanceof Module ? cloneModule(value, clones) : tensorOf(value));
  return clones.get(value);
}

/** A module like `module`, with state of its own. */
export function cloneModule<M extends Module>(module: M, clones: Clones = new Map<object, unknown>()): M {
  const clone = Object.create(Object.getPrototypeOf(module) as object, Object.getOwnPropertyDescriptors(module)) as M;
  clones.set(module, clone);
  for (const [field, value] of Object.entries(module)) (clone as Record<string, unknown>)[field] = cloneOf(value, clones);
  return clone;
}
