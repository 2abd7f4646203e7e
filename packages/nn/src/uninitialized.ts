/**
 * Parameters and buffers whose shape is not known yet: a lazy module's, until its first `forward`.
 *
 * Invariant: the handle stays the same when it gets its shape, so an optimiser or a tied layer that holds it goes on with
 * it. Until then whatever asks for its shape or value is told what to do.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.parameter.UninitializedParameter.html
 */
import { isDType, noGrad, rebind, StateError, type DType, type Shape, type Tensor, type ToOptions } from '@sconce/core';
import { empty } from '@sconce/ops';
import { Buffer, Parameter, type Unshaped } from './parameter.js';

/** Where a tensor will be, and its dtype. */
interface Place {
  readonly device?: string;
  readonly dtype?: DType;
}

const placeholder = ({ device, dtype = 'float32' }: Place): Tensor => empty([0], { ...(device === undefined ? {} : { device }), dtype });

/** Whoever asks for the shape, be it an op, is told what to do. */
function hideShape(t: Tensor): void {
  Object.defineProperty(t.node, 'shape', {
    get: () => {
      throw new StateError('A lazy parameter has no shape before the first forward of its module. Run the model once, or load a state dict, before its shape or value is used.');
    },
  });
}

/** Gives a placeholder its shape, and the class that has one. */
function settle(t: Tensor, shape: Shape, prototype: Tensor): void {
  const { device, dtype } = t;
  noGrad(() => rebind(t, empty([...shape], { device, dtype })));
  Object.setPrototypeOf(t, prototype);
}

/** As `to`, of a placeholder. */
function elsewhere(t: Tensor, target: ToOptions | DType | string, more: readonly (DType | string)[]): Place {
  const words = typeof target === 'object' ? more : [target, ...more];
  const { device = t.device, dtype = t.dtype } = typeof target === 'object' ? target : {};
  return { device: words.find((word) => !isDType(word)) ?? device, dtype: words.find((word) => isDType(word)) ?? dtype };
}

/** A parameter that gets its shape from the first input. @see https://pytorch.org/docs/stable/generated/torch.nn.parameter.UninitializedParameter.html */
export class UninitializedParameter extends Parameter implements Unshaped {
  constructor(place: Place = {}) {
    super(placeholder(place));
    hideShape(this);
  }
  /** Gives it a shape; its values are still to be drawn. */
  materialize(shape: Shape): void {
    settle(this, shape, Parameter.prototype);
  }
  fresh(): UninitializedParameter {
    return new UninitializedParameter(this);
  }
  override detach(): Tensor {
    return this;
  }
  override to(target: ToOptions | DType | string, ...more: readonly (DType | string)[]): Tensor {
    return new UninitializedParameter(elsewhere(this, target, more));
  }
  override async text(): Promise<string> {
    return this.toString();
  }
  override toString(): string {
    return '<UninitializedParameter>';
  }
}

/** A buffer that gets its shape from the first input. @see https://pytorch.org/docs/stable/generated/torch.nn.parameter.UninitializedBuffer.html */
export class UninitializedBuffer extends Buffer implements Unshaped {
  constructor(place: Place = {}) {
    super(placeholder(place));
    hideShape(this);
  }
  /** Gives it a shape; its values are still to be set. */
  materialize(shape: Shape): void {
    settle(this, shape, Buffer.prototype);
  }
  fresh(): UninitializedBuffer {
    return new UninitializedBuffer(this);
  }
  override detach(): Tensor {
    return this;
  }
  override to(target: ToOptions | DType | string, ...more: readonly (DType | string)[]): Tensor {
    return new UninitializedBuffer(elsewhere(this, target, more));
  }
  override async text(): Promise<string> {
    return this.toString();
  }
  override toString(): string {
    return '<UninitializedBuffer>';
  }
}
