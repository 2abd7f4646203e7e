/**
 * Parameters and buffers: the tensors that make up a module's state.
 *
 * Invariant: each is a handle of its own, bound in place, so its value lives while the module does.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.parameter.Parameter.html
 */
import { detach, noGrad, rebind, requireTensor, Tensor, type Shape } from '@sconce/core';

const HEADING = 'Parameter containing:\n';

/** A tensor that a module learns: it requires a gradient, and `parameters()` finds it in a field. */
export class Parameter extends Tensor {
  constructor(data: Tensor, requiresGrad = true) {
    requireTensor(new.target.name, data, 'data');
    const own = noGrad(() => detach(data));
    super(own.node);
    rebind(this, own);
    if (requiresGrad) this.requiresGrad_();
  }
  override async text(): Promise<string> {
    return `${HEADING}${await super.text()}`;
  }
  override toString(): string {
    return HEADING + super.toString();
  }
}

/** A tensor that belongs to a module's state without being learnt, such as running statistics. */
export class Buffer extends Tensor {
  /** Whether it is part of the state dict. */
  readonly persistent: boolean;

  constructor(data: Tensor, persistent = true) {
    requireTensor(new.target.name, data, 'data');
    const own = noGrad(() => detach(data));
    super(own.node);
    rebind(this, own);
    this.persistent = persistent;
  }
}

/** One that gets its shape later (`uninitialized.ts`). */
export interface Unshaped extends Tensor {
  /** Gives it a shape; its values are still to be set. */
  materialize(shape: Shape): void;
  /** Another one like it. */
  fresh(): Parameter | Buffer;
}

export const isUnshaped = (t: object): t is Unshaped => 'materialize' in t;
