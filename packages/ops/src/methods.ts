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
import { assign, DTypeError, Tensor } from '@sconce/core';
import * as ops from './index.js';
import { CASTS, OWN_METHODS, OWN_PROPERTIES, type CastMethods, type OverloadedMethods, type OwnMethods, type OwnProperties } from './own-methods.js';

const METHODS = [
  // arithmetic
  'abs', 'absolute', 'add', 'addcdiv', 'addcmul', 'copysign', 'div', 'divide', 'floatPower', 'floorDivide', 'fmod',
  'frac', 'frexp', 'gcd', 'hypot', 'lcm', 'ldexp', 'lerp', 'mul', 'neg', 'nextafter', 'positive', 'pow', 'reciprocal',
  'angle', 'conj', 'conjPhysical', 'multiply', 'negative', 'remainder', 'resolveConj', 'resolveNeg', 'rsqrt', 'rsub', 'sgn', 'sign', 'signbit', 'sqrt', 'square', 'sub', 'subtract', 'trueDivide',

  // comparison, logic, kinds
  'allclose', 'eq', 'equal', 'ge', 'greater', 'greaterEqual', 'gt', 'isclose', 'isfinite', 'isinf', 'isnan', 'isneginf',
  'isposinf', 'isreal', 'isComplex', 'isConj', 'isFloatingPoint', 'isNonzero', 'isSameSize', 'isSigned', 'le', 'less', 'lessEqual', 'lt', 'ne', 'notEqual', 'heaviside', 'nanToNum', 'bitwiseAnd', 'bitwiseLeftShift', 'bitwiseNot',
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
  'adjoint', 'broadcastTo', 'chunk', 'clone', 'contiguous', 'diag', 'diagEmbed', 'diagflat', 'diagonal', 'diagonalScatter',
  'dsplit', 'expand', 'expandAs', 'flatten', 'flip', 'fliplr', 'flipud', 'hsplit', 'moveaxis', 'movedim', 'narrow',
  'narrowCopy', 'permute', 'ravel', 'repeat', 'reshape', 'reshapeAs', 'roll', 'rot90', 'select', 'selectScatter',
  'sliceScatter', 'split', 'splitWithSizes', 'squeeze', 'swapaxes', 'swapdims', 't', 'tensorSplit', 'tile',
  'transpose', 'tril', 'triu', 'unbind', 'unflatten', 'unfold', 'unsqueeze', 'view', 'viewAs', 'vsplit', 'detach_',
  'fillDiagonal_', 'squeeze_', 'swapaxes_', 'swapdims_', 't_', 'transpose_', 'unsafeChunk', 'unsafeSplit', 'unsqueeze_',

  // indexing
  'argwhere', 'asStrided', 'asStridedScatter', 'at', 'bincount', 'gather', 'getitem', 'getitemMasked', 'indexAdd', 'indexAdd_', 'indexCopy', 'indexCopy_', 'indexFill',
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

declare module '@sconce/core' {
  interface Tensor extends TensorMethods, InPlaceMethods, CastMethods, OwnMethods, OverloadedMethods, OwnProperties {}
}

// ── installation ─────────────────────────────────────────────────────────────────────────────────────────────────────

type Op = (input: Tensor, ...rest: unknown[]) => unknown;

type Installed = (this: Tensor, ...rest: never[]) => unknown;

const install = (name: string | symbol, value: Installed): void => {
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

const own: Readonly<Record<string | symbol, Installed>> = OWN_METHODS;
for (const name of Reflect.ownKeys(own)) install(name, own[name]);

for (const [name, value] of Object.entries(OWN_PROPERTIES)) {
  Object.defineProperty(Tensor.prototype, name, {
    get(this: Tensor) {
      return value(this);
    },
    configurable: true,
  });
}
