/**
 * What lazy layers share: placeholders for what depends on the input, and their end.
 *
 * Invariant: a module that has settled is of the class that it stands for, and is not looked at again.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.modules.lazy.LazyModuleMixin.html
 */
import { noGrad, requireTensor, ShapeError, shapeText, type Shape, type Tensor } from '@sconce/core';
import type { Module } from '../module.js';
import { isUnshaped, Parameter, type Unshaped } from '../parameter.js';
import { UninitializedBuffer, UninitializedParameter } from '../uninitialized.js';

const fieldsOf = (module: Module): Record<string, unknown> => module as unknown as Record<string, unknown>;

/** Puts placeholders into the fields that depend on the input, and 0 into the one that counts its features. */
export function defer(module: Module, count: string, fields: readonly string[]): void {
  fieldsOf(module)[count] = 0;
  for (const field of fields) {
    const t = fieldsOf(module)[field] as Tensor | null;
    if (t !== null) fieldsOf(module)[field] = t instanceof Parameter ? new UninitializedParameter(t) : new UninitializedBuffer(t);
  }
}

/** Gives placeholders their shapes, has them filled, and makes the module what it stands for. */
export function settle(module: Module, become: { readonly prototype: Module }, count: string, features: number, shapes: Readonly<Record<string, Shape>>, fill: () => void): void {
  if (Object.getPrototypeOf(module) === become.prototype) return;
  const fields = fieldsOf(module);
  fields[count] = features;
  const open = Object.entries(shapes).filter(([field]) => isUnshaped(fields[field] ?? {}));
  for (const [field, shape] of open) (fields[field] as Unshaped).materialize(shape);
  if (open.length > 0) noGrad(fill);
  Object.setPrototypeOf(module, become.prototype);
}

/** How many channels an input has, of `rank` spatial dimensions; ShapeError for another rank. */
export function channelsOf(op: string, x: Tensor, ranks: readonly number[], rank: number): number {
  requireTensor(op, x);
  if (ranks.includes(x.ndim)) return x.shape[Math.max(0, Math.min(1, x.ndim - rank - 1))];
  throw new ShapeError(`${op}: got an input of shape ${shapeText(x.shape)}, expected ${ranks.join(' or ')} dimensions.`);
}
