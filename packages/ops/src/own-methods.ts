/**
 * Methods that are no function with the tensor in front: casts by name, values put in place, memory that PyTorch's users
 * ask about, and a tensor as the list of its parts.
 *
 * Invariant: a tensor counts as contiguous in row-major order, whatever it was made by: it is a value.
 *
 * Reference: https://pytorch.org/docs/stable/tensors.html
 */
import {
  ArgumentError, assign, constantLike, describe, dtypeBytes, DTypeError, isDType, normalizeDim, registerHook, requireTensor, stridesOf,
  type DType, type GradientHook, type NestedArray, type Operand, type RemovableHandle, type Tensor,
} from '@sconce/core';
import * as ops from './index.js';

/** PyTorch's methods that are named after a dtype: `x.float()` is `x.to('float32')`. */
export const CASTS = {
  float: 'float32', double: 'float64', half: 'float16', bfloat16: 'bfloat16',
  int: 'int32', long: 'int64', char: 'int8', byte: 'uint8', bool: 'bool',
} as const satisfies Record<string, DType>;

/** What `type()` calls a dtype. */
const TYPE_NAMES: Readonly<Record<DType, string>> = {
  float32: 'torch.FloatTensor', float64: 'torch.DoubleTensor', float16: 'torch.HalfTensor', bfloat16: 'torch.BFloat16Tensor',
  int32: 'torch.IntTensor', int64: 'torch.LongTensor', int8: 'torch.CharTensor', uint8: 'torch.ByteTensor', bool: 'torch.BoolTensor',
};

/** The name of the type, such as `torch.FloatTensor`, or the tensor cast to a dtype or to a type of such a name. */
function type(this: Tensor, dtype?: string): string | Tensor {
  if (dtype === undefined) return TYPE_NAMES[this.dtype];
  const found = isDType(dtype) ? dtype : Object.entries(TYPE_NAMES).find(([, name]) => name === dtype)?.[0];
  if (found === undefined) throw new DTypeError(`type: got ${describe(dtype)}, expected a dtype such as 'float32', or a name such as 'torch.FloatTensor'.`);
  return this.to(found);
}

/** How many elements lie between neighbours along each dimension, or along one. */
function stride(this: Tensor, dim?: number): number | number[] {
  const strides = stridesOf(this.shape.map((n) => Math.max(n, 1)));
  if (dim === undefined) return strides;
  if (this.ndim === 0) throw new ArgumentError('stride: a 0-d tensor has no dimensions.');
  return strides[normalizeDim('stride', dim, this.ndim)];
}

export const OWN_METHODS = {
  // ── values ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The values of this tensor where the condition holds, those of `other` elsewhere. */
  where(this: Tensor, condition: Tensor, other: Operand): Tensor {
    return ops.where(condition, this, other);
  },
  /** The values of `source`, broadcast to this shape and cast to this dtype. */
  copy_(this: Tensor, source: Tensor): Tensor {
    requireTensor('copy_', source, 'source');
    return assign(this, ops.broadcastTo(source, this.shape), 'copy_');
  },
  /** Every element this number. */
  fill_(this: Tensor, value: number | boolean | Tensor): Tensor {
    return assign(this, ops.fill(this, value), 'fill_');
  },
  /** Every element 0. */
  zero_(this: Tensor): Tensor {
    return assign(this, constantLike(this, 0), 'zero_');
  },
  /** The elements as nested arrays: `toArray`. */
  tolist(this: Tensor): Promise<NestedArray> {
    return this.toArray();
  },
  /** The parts along the first dimension, for `for (const row of x)` and `const [a, b] = x`. */
  [Symbol.iterator](this: Tensor): IterableIterator<Tensor> {
    if (this.ndim === 0) throw new ArgumentError('a 0-d tensor has no parts to iterate over. Use await x.item().');
    return ops.unbind(this)[Symbol.iterator]();
  },

  // ── gradients ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Calls `hook` with this tensor's gradient in every backward pass; a tensor that it returns takes the gradient's place. */
  registerHook(this: Tensor, hook: GradientHook): RemovableHandle {
    return registerHook(this, hook);
  },

  // ── dtype, device and memory ───────────────────────────────────────────────────────────────────────────────────────

  /** This tensor with dtype and device of `other`. */
  typeAs(this: Tensor, other: Tensor): Tensor {
    requireTensor('typeAs', other, 'other');
    return this.to({ dtype: other.dtype, device: other.device });
  },
  type,
  /** This tensor on the CPU. */
  cpu(this: Tensor): Tensor {
    return this.to('cpu');
  },
  /** How many elements there are: `numel`. */
  nelement(this: Tensor): number {
    return this.numel();
  },
  /** How many dimensions there are: `dim`. */
  ndimension(this: Tensor): number {
    return this.ndim;
  },
  /** Bytes of an element on the host. */
  elementSize(this: Tensor): number {
    return dtypeBytes(this.dtype);
  },
  stride,
  /** Whether elements lie in row-major order: always. */
  isContiguous(this: Tensor): boolean {
    requireTensor('isContiguous', this);
    return true;
  },
  /** Elements before the first one: none. */
  storageOffset(this: Tensor): number {
    requireTensor('storageOffset', this);
    return 0;
  },
};

/** Questions without parentheses. */
export const OWN_PROPERTIES = {
  /** The dimensions in reverse order. */
  T: (x: Tensor): Tensor => ops.T(x),
  /** The last two dimensions exchanged. */
  mT: (x: Tensor): Tensor => ops.mT(x),
  /** The transpose of a matrix. */
  H: (x: Tensor): Tensor => ops.H(x),
  /** The last two dimensions exchanged. */
  mH: (x: Tensor): Tensor => ops.mH(x),
  /** Bytes of all elements on the host. */
  nbytes: (x: Tensor): number => x.numel() * dtypeBytes(x.dtype),
  /** Bytes of an element on the host. */
  itemsize: (x: Tensor): number => dtypeBytes(x.dtype),
  /** Whether `retainGrad` keeps the gradient of a tensor that is no leaf. */
  retainsGrad: (x: Tensor): boolean => x.node.retained !== null && x.node.leaf === null,
  /** What gradients pass through on the way to where the tensor came from; null for a leaf. */
  gradFn: (x: Tensor): GradientFunction | null => (x.isLeaf ? null : backwardOf(x.node.op.name)),
};

/** What PyTorch calls the function that a tensor's gradient passes first, such as `ExpBackward0`. */
export interface GradientFunction {
  name(): string;
  toString(): string;
}

/** An op's gradient, under the name that PyTorch prints. */
function backwardOf(op: string): GradientFunction {
  const text = `${op[0].toUpperCase()}${op.slice(1)}Backward0`;
  const shown = (): string => `<${text}>`;
  return { name: () => text, toString: shown, [Symbol.for('nodejs.util.inspect.custom')]: shown };
}

export type CastMethods = { readonly [K in keyof typeof CASTS]: () => Tensor };
export type OwnMethods = { readonly [K in Exclude<keyof typeof OWN_METHODS, keyof OverloadedMethods>]: OmitThisParameter<(typeof OWN_METHODS)[K]> };

/** Those whose result depends on whether they are given something. */
export interface OverloadedMethods {
  /** The name of the type, such as `torch.FloatTensor`. */
  type(): string;
  /** This tensor cast to a dtype, or to the type of such a name. */
  type(dtype: DType | `torch.${string}Tensor`): Tensor;
  /** How many elements lie between neighbours along each dimension. */
  stride(): number[];
  /** How many elements lie between neighbours along one dimension. */
  stride(dim: number): number;
}

export type OwnProperties = { readonly [K in keyof typeof OWN_PROPERTIES]: ReturnType<(typeof OWN_PROPERTIES)[K]> };
