/**
 * @sconce/ops/methods: every op as a method of Tensor, for those who like chains.
 *
 *   import '@sconce/ops/methods';
 *   x.matmul(w).add(b).relu().sum(1, { keepdim: true });
 *
 * One table gives the names; types come from it. A name with an underscore binds the handle to the result (`x.add_(1)`):
 * tensors are values, so nothing that was made from x before changes.
 *
 * Invariant: a method is its function with the tensor in front. In place, shape and dtype stay what they are.
 *
 * Reference: https://pytorch.org/docs/stable/tensors.html
 */
import { assign, constantLike, dtypeBytes, DTypeError, registerHook, requireTensor, Tensor, type DType, type GradientHook, type Operand, type RemovableHandle } from '@sconce/core';
import * as ops from './index.js';

const METHODS = [
  // arithmetic
  'abs', 'absolute', 'add', 'addcdiv', 'addcmul', 'copysign', 'div', 'divide', 'floatPower', 'floorDivide', 'fmod',
  'frac', 'frexp', 'gcd', 'hypot', 'lcm', 'ldexp', 'lerp', 'mul', 'neg', 'nextafter', 'positive', 'pow', 'reciprocal',
  'multiply', 'negative', 'remainder', 'rsqrt', 'rsub', 'sgn', 'sign', 'signbit', 'sqrt', 'square', 'sub', 'subtract', 'trueDivide',

  // comparison, logic, kinds
  'allclose', 'eq', 'equal', 'ge', 'greater', 'greaterEqual', 'gt', 'isclose', 'isfinite', 'isinf', 'isnan', 'isneginf',
  'isposinf', 'isreal', 'isFloatingPoint', 'isNonzero', 'isSameSize', 'isSigned', 'le', 'less', 'lessEqual', 'lt', 'ne', 'notEqual', 'heaviside', 'nanToNum', 'bitwiseAnd', 'bitwiseLeftShift', 'bitwiseNot',
  'bitwiseOr', 'bitwiseRightShift', 'bitwiseXor', 'logicalAnd', 'logicalNot', 'logicalOr', 'logicalXor',

  // bounds and rounding
  'clamp', 'clampMax', 'clampMin', 'clip', 'fmax', 'fmin', 'maximum', 'minimum', 'ceil', 'fix', 'floor', 'round',
  'trunc',

  // exponentials, angles, special functions
  'exp', 'exp2', 'expm1', 'log', 'log10', 'log1p', 'log2', 'logaddexp', 'logaddexp2', 'logit', 'xlogy', 'acos',
  'arccos', 'arcsin', 'arctan', 'arctan2', 'asin', 'atan', 'atan2', 'cos', 'deg2rad', 'rad2deg', 'sin', 'sinc', 'tan',
  'acosh', 'arccosh', 'arcsinh', 'arctanh', 'asinh', 'atanh', 'cosh', 'sinh', 'tanh', 'digamma', 'erf', 'erfc',
  'erfinv', 'i0', 'igamma', 'igammac', 'lgamma', 'mvlgamma', 'polygamma', 'sigmoid', 'hardshrink', 'prelu', 'relu',

  // views
  'broadcastTo', 'chunk', 'clone', 'contiguous', 'diag', 'diagEmbed', 'diagflat', 'diagonal', 'diagonalScatter',
  'dsplit', 'expand', 'expandAs', 'flatten', 'flip', 'fliplr', 'flipud', 'hsplit', 'moveaxis', 'movedim', 'narrow',
  'narrowCopy', 'permute', 'ravel', 'repeat', 'reshape', 'reshapeAs', 'roll', 'rot90', 'select', 'selectScatter',
  'sliceScatter', 'split', 'splitWithSizes', 'squeeze', 'swapaxes', 'swapdims', 't', 'tensorSplit', 'tile',
  'transpose', 'tril', 'triu', 'unbind', 'unflatten', 'unfold', 'unsqueeze', 'view', 'viewAs', 'vsplit',

  // indexing
  'argwhere', 'asStrided', 'at', 'bincount', 'gather', 'getitem', 'getitemMasked', 'indexAdd', 'indexAdd_', 'indexCopy', 'indexCopy_', 'indexFill',
  'indexFill_', 'indexPut', 'indexPut_', 'indexReduce', 'indexReduce_', 'indexSelect', 'maskedFill', 'maskedFill_',
  'maskedScatter', 'maskedScatter_', 'maskedSelect', 'nonzero', 'put', 'put_', 'repeatInterleave', 'scatter', 'scatter_',
  'scatterAdd', 'scatterAdd_', 'scatterReduce', 'scatterReduce_', 'setitem', 'setitem_', 'take', 'takeAlongDim',
  'unique', 'uniqueConsecutive',

  // order and running results
  'argsort', 'cummax', 'cummin', 'cumprod', 'cumsum', 'diff', 'histc', 'histogram', 'kthvalue', 'logcumsumexp', 'median', 'mode', 'msort',
  'nanmedian', 'nanquantile', 'quantile', 'sort', 'topk',

  // products
  'addbmm', 'addmm', 'addmv', 'addr', 'baddbmm', 'bmm', 'cross', 'dist', 'dot', 'ger', 'inner', 'kron', 'matmul', 'mm', 'mv',
  'outer', 'renorm', 'trace', 'vdot',

  // reductions
  'all', 'amax', 'amin', 'aminmax', 'any', 'argmax', 'argmin', 'countNonzero', 'logSoftmax', 'logsumexp', 'max',
  'mean', 'min', 'nanmean', 'nansum', 'norm', 'prod', 'softmax', 'std', 'sum', 'sumToSize', 'var', 'corrcoef', 'cov',

  // new tensors like this one
  'newEmpty', 'newFull', 'newOnes', 'newTensor', 'newZeros', 'bernoulli', 'bernoulli_', 'cauchy_', 'exponential_', 'geometric_',
  'logNormal_', 'multinomial', 'normal_', 'random_', 'uniform_',
] as const satisfies readonly (keyof typeof ops)[];

/** Those that PyTorch also has in place. */
const IN_PLACE = [
  'abs', 'absolute', 'add', 'addbmm', 'addcdiv', 'addcmul', 'addmm', 'addmv', 'addr', 'baddbmm', 'acos', 'arccos',
  'acosh', 'arccosh', 'asin', 'arcsin', 'asinh', 'arcsinh', 'atan', 'arctan', 'atan2', 'arctan2', 'atanh', 'arctanh',
  'bitwiseAnd', 'bitwiseLeftShift', 'bitwiseNot', 'bitwiseOr', 'bitwiseRightShift', 'bitwiseXor', 'ceil', 'clamp',
  'clampMax', 'clampMin', 'clip', 'copysign', 'cos', 'cosh', 'cumprod', 'cumsum', 'deg2rad', 'digamma', 'div', 'divide',
  'eq', 'erf', 'erfc', 'erfinv', 'exp', 'exp2', 'expm1', 'fix', 'floatPower', 'floor', 'floorDivide', 'fmod', 'frac',
  'gcd', 'ge', 'greater', 'greaterEqual', 'gt', 'heaviside', 'hypot', 'i0', 'igamma', 'igammac', 'lcm', 'ldexp', 'le',
  'lerp', 'less', 'lessEqual', 'lgamma', 'log', 'log10', 'log1p', 'log2', 'logicalAnd', 'logicalNot', 'logicalOr',
  'logicalXor', 'logit', 'lt', 'mul', 'multiply', 'mvlgamma', 'nanToNum', 'ne', 'neg', 'negative', 'nextafter',
  'notEqual', 'polygamma', 'pow', 'rad2deg', 'reciprocal', 'relu', 'remainder', 'renorm', 'round', 'rsqrt', 'sgn',
  'sigmoid', 'sign', 'sin', 'sinc', 'sinh', 'sqrt', 'square', 'sub', 'subtract', 'tan', 'tanh', 'tril', 'triu',
  'trueDivide', 'trunc', 'xlogy',
] as const satisfies readonly (typeof METHODS)[number][];

// ── types ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A function without its first argument. */
type Single<F> = F extends (...all: infer P) => infer R ? (...rest: Rest<P>) => R : never;
type Rest<P> = P extends readonly [unknown, ...infer A] ? A : never;

/** As `Single`, for up to three overloads; a function that has fewer repeats one. */
type Method<F> = F extends {
  (input: Tensor, ...rest: infer A): infer R;
  (input: Tensor, ...rest: infer B): infer S;
  (input: Tensor, ...rest: infer C): infer T;
}
  ? [A, R] extends [C, T]
    ? Single<F>
    : { (...rest: A): R; (...rest: B): S; (...rest: C): T }
  : Single<F>;

type Ops = typeof ops;

export type TensorMethods = { readonly [K in (typeof METHODS)[number]]: Method<Ops[K]> };

export type InPlaceMethods = {
  readonly [K in (typeof IN_PLACE)[number] as `${K}_`]: Method<Ops[K]> extends (...rest: infer A) => unknown
    ? (...rest: A) => Tensor
    : never;
};

/** PyTorch's methods that are named after a dtype. */
const CASTS = {
  float: 'float32', double: 'float64', half: 'float16', bfloat16: 'bfloat16',
  int: 'int32', long: 'int64', char: 'int8', byte: 'uint8', bool: 'bool',
} as const satisfies Record<string, DType>;

/** `x.float()` is `x.to('float32')`. */
export type CastMethods = { readonly [K in keyof typeof CASTS]: () => Tensor };

/** What is no function with the tensor in front. */
export interface OwnMethods {
  /** The dimensions in reverse order. */
  readonly T: Tensor;
  /** The last two dimensions exchanged. */
  readonly mT: Tensor;
  /** The values of this tensor where the condition holds, those of `other` elsewhere. */
  where(condition: Tensor, other: Operand): Tensor;
  /** The values of `source`, broadcast to this shape and cast to this dtype. */
  copy_(source: Tensor): Tensor;
  /** Every element this number. */
  fill_(value: number | boolean | Tensor): Tensor;
  /** Every element 0. */
  zero_(): Tensor;
  /** Calls `hook` with this tensor's gradient in every backward pass; a tensor that it returns takes the gradient's place. */
  registerHook(hook: GradientHook): RemovableHandle;
  /** This tensor with dtype and device of `other`. */
  typeAs(other: Tensor): Tensor;
  /** This tensor on the CPU. */
  cpu(): Tensor;
  /** How many elements there are: `numel`. */
  nelement(): number;
  /** How many dimensions there are: `dim`. */
  ndimension(): number;
  /** Bytes of an element on the host. */
  elementSize(): number;
}

declare module '@sconce/core' {
  interface Tensor extends TensorMethods, InPlaceMethods, CastMethods, OwnMethods {}
}

// ── installation ─────────────────────────────────────────────────────────────────────────────────────────────────────

type Op = (input: Tensor, ...rest: unknown[]) => unknown;

const install = (name: string, value: (this: Tensor, ...rest: never[]) => unknown): void => {
  Object.defineProperty(Tensor.prototype, name, { value, configurable: true, writable: true });
};

/** Binds `x` to a result that its dtype can hold: a float does not go into integers unsaid. */
function rebind(x: Tensor, value: Tensor, name: string): Tensor {
  if (!ops.canCast(value.dtype, x.dtype)) {
    throw new DTypeError(`${name}: the result is ${value.dtype} and cannot be put into ${x.dtype}. Use x.to('${value.dtype}') first.`);
  }
  return assign(x, value, name);
}

for (const name of METHODS) {
  const op = ops[name] as Op;
  install(name, function (...rest) {
    return op(this, ...rest);
  });
}

for (const name of IN_PLACE) {
  const op = ops[name] as Op;
  install(`${name}_`, function (...rest) {
    return rebind(this, op(this, ...rest) as Tensor, `${name}_`);
  });
}

for (const [name, dtype] of Object.entries(CASTS)) {
  install(name, function () {
    return this.to(dtype);
  });
}

install('where', function (condition: Tensor, other: Operand) {
  return ops.where(condition, this, other);
});
install('copy_', function (source: Tensor) {
  requireTensor('copy_', source, 'source');
  return assign(this, ops.broadcastTo(source, this.shape), 'copy_');
});
install('fill_', function (value: number | boolean | Tensor) {
  return assign(this, typeof value === 'object' ? ops.broadcastTo(value, this.shape) : ops.fullLike(this, value), 'fill_');
});
install('zero_', function () {
  return assign(this, constantLike(this, 0), 'zero_');
});
install('typeAs', function (other: Tensor) {
  requireTensor('typeAs', other, 'other');
  return this.to({ dtype: other.dtype, device: other.device });
});
install('cpu', function () {
  return this.to('cpu');
});
install('nelement', function () {
  return this.numel();
});
install('ndimension', function () {
  return this.ndim;
});
install('elementSize', function () {
  return dtypeBytes(this.dtype);
});

install('registerHook', function (hook: GradientHook) {
  return registerHook(this, hook);
});

for (const name of ['T', 'mT'] as const) {
  Object.defineProperty(Tensor.prototype, name, {
    get(this: Tensor) {
      return ops[name](this);
    },
    configurable: true,
  });
}
