/**
 * Padding layers.
 *
 * Invariant: one number pads both sides of every spatial dimension; a list is PyTorch's, the last dimension first.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#padding-layers
 */
import { ArgumentError, describe, requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { pad, type PadMode } from '@sconce/ops';
import { requireInteger } from '@sconce/ops/families';
import type { Size } from '../arguments.js';
import { Module } from '../module.js';
import { listed, shown } from '../repr.js';

abstract class Padding extends Module {
  readonly padding: readonly number[];

  constructor(
    private readonly rank: number,
    padding: Size,
    private readonly mode: PadMode,
    readonly value = 0,
  ) {
    super();
    const op = this.constructor.name;
    const list = typeof padding === 'number' ? new Array<number>(2 * rank).fill(padding) : padding;
    if (!Array.isArray(list) || list.length !== 2 * rank) {
      throw new ArgumentError(`${op}: padding must be an integer or a list of ${2 * rank}, got ${describe(padding)}.`);
    }
    this.padding = list.map((p) => requireInteger(op, 'padding', p));
  }
  override forward(x: Tensor): Tensor {
    requireTensor(this.constructor.name, x);
    if (this.mode !== 'constant' && x.ndim !== this.rank + 1 && x.ndim !== this.rank + 2) {
      throw new ShapeError(`${this.constructor.name}: got an input of shape ${shapeText(x.shape)}, expected ${this.rank + 1} or ${this.rank + 2} dimensions.`);
    }
    return this.mode === 'constant' ? pad(x, this.padding, 'constant', this.value) : pad(x, this.padding, this.mode);
  }
  override extraRepr(): string {
    return shown(this.padding);
  }
}

abstract class ConstantPad extends Padding {
  constructor(rank: number, padding: Size, value: number) {
    super(rank, padding, 'constant', value);
  }
  override extraRepr(): string {
    return listed({ padding: this.padding, value: this.value });
  }
}

/** Pads signals with a value. @see https://pytorch.org/docs/stable/generated/torch.nn.ConstantPad1d.html */
export class ConstantPad1d extends ConstantPad {
  constructor(padding: Size, value: number) {
    super(1, padding, value);
  }
}
/** Pads images with a value. @see https://pytorch.org/docs/stable/generated/torch.nn.ConstantPad2d.html */
export class ConstantPad2d extends ConstantPad {
  constructor(padding: Size, value: number) {
    super(2, padding, value);
  }
}
/** Pads volumes with a value. @see https://pytorch.org/docs/stable/generated/torch.nn.ConstantPad3d.html */
export class ConstantPad3d extends ConstantPad {
  constructor(padding: Size, value: number) {
    super(3, padding, value);
  }
}

/** Pads signals with zeros. @see https://pytorch.org/docs/stable/generated/torch.nn.ZeroPad1d.html */
export class ZeroPad1d extends Padding {
  constructor(padding: Size) {
    super(1, padding, 'constant');
  }
}
/** Pads images with zeros. @see https://pytorch.org/docs/stable/generated/torch.nn.ZeroPad2d.html */
export class ZeroPad2d extends Padding {
  constructor(padding: Size) {
    super(2, padding, 'constant');
  }
}
/** Pads volumes with zeros. @see https://pytorch.org/docs/stable/generated/torch.nn.ZeroPad3d.html */
export class ZeroPad3d extends Padding {
  constructor(padding: Size) {
    super(3, padding, 'constant');
  }
}

/** Pads signals with their mirror image. @see https://pytorch.org/docs/stable/generated/torch.nn.ReflectionPad1d.html */
export class ReflectionPad1d extends Padding {
  constructor(padding: Size) {
    super(1, padding, 'reflect');
  }
}
/** Pads images with their mirror image. @see https://pytorch.org/docs/stable/generated/torch.nn.ReflectionPad2d.html */
export class ReflectionPad2d extends Padding {
  constructor(padding: Size) {
    super(2, padding, 'reflect');
  }
}
/** Pads volumes with their mirror image. @see https://pytorch.org/docs/stable/generated/torch.nn.ReflectionPad3d.html */
export class ReflectionPad3d extends Padding {
  constructor(padding: Size) {
    super(3, padding, 'reflect');
  }
}

/** Pads signals with their edges. @see https://pytorch.org/docs/stable/generated/torch.nn.ReplicationPad1d.html */
export class ReplicationPad1d extends Padding {
  constructor(padding: Size) {
    super(1, padding, 'replicate');
  }
}
/** Pads images with their edges. @see https://pytorch.org/docs/stable/generated/torch.nn.ReplicationPad2d.html */
export class ReplicationPad2d extends Padding {
  constructor(padding: Size) {
    super(2, padding, 'replicate');
  }
}
/** Pads volumes with their edges. @see https://pytorch.org/docs/stable/generated/torch.nn.ReplicationPad3d.html */
export class ReplicationPad3d extends Padding {
  constructor(padding: Size) {
    super(3, padding, 'replicate');
  }
}

/** Pads signals with their other end. @see https://pytorch.org/docs/stable/generated/torch.nn.CircularPad1d.html */
export class CircularPad1d extends Padding {
  constructor(padding: Size) {
    super(1, padding, 'circular');
  }
}
/** Pads images with their other end. @see https://pytorch.org/docs/stable/generated/torch.nn.CircularPad2d.html */
export class CircularPad2d extends Padding {
  constructor(padding: Size) {
    super(2, padding, 'circular');
  }
}
/** Pads volumes with their other end. @see https://pytorch.org/docs/stable/generated/torch.nn.CircularPad3d.html */
export class CircularPad3d extends Padding {
  constructor(padding: Size) {
    super(3, padding, 'circular');
  }
}
