/**
 * The bridge to elementwise ops: arithmetic, comparison, logic, rounding, special functions, activations.
 */
import { requireTensor, type DType, type Operand, type Tensor } from '@sconce/core';
import { functional as F } from '@sconce/nn';
import * as torch from '@sconce/ops';
import { argument, call, type OpBridge } from './call.js';

/** An operator of Python's with its operands exchanged: a method, so what it belongs to is a tensor. */
const reflected =
  (name: string, fn: (a: Operand, b: Operand) => Tensor): OpBridge[string] =>
  (given) => {
    const self = argument(given, 0, 'input');
    requireTensor(name, self, 'self');
    return fn(argument(given, 1, 'other') as Operand, self);
  };

const unary = (names: Readonly<Record<string, (input: Tensor) => unknown>>): OpBridge =>
  Object.fromEntries(Object.entries(names).map(([name, fn]) => [name, call(fn, ['input'])]));

const binary = (names: Readonly<Record<string, (...args: never[]) => unknown>>): OpBridge =>
  Object.fromEntries(Object.entries(names).map(([name, fn]) => [name, call(fn, ['input', 'other'])]));

const cast =
  (dtype: DType): OpBridge[string] =>
  (given) => {
    const self = argument(given, 0, 'self');
    requireTensor(dtype, self, 'self');
    return self.to(dtype);
  };

const div = call(torch.div, ['input', 'other'], ['rounding_mode']);
const mvlgamma = call(torch.mvlgamma, ['input', 'p']);
/** Recorded with the order after the tensor. */
const polygamma: OpBridge[string] = ({ args: [input, n] }) => torch.polygamma(n as number, input as Tensor);
const round = call(torch.round, ['input'], ['decimals']);

export const elementwise: OpBridge = {
  ...unary({
    abs: torch.abs,
    acos: torch.acos,
    acosh: torch.acosh,
    angle: torch.angle,
    asin: torch.asin,
    asinh: torch.asinh,
    atan: torch.atan,
    atanh: torch.atanh,
    bitwise_not: torch.bitwiseNot,
    ceil: torch.ceil,
    conj: torch.conj,
    conj_physical: torch.conjPhysical,
    cos: torch.cos,
    cosh: torch.cosh,
    deg2rad: torch.deg2rad,
    digamma: torch.digamma,
    erf: torch.erf,
    erfc: torch.erfc,
    erfinv: torch.erfinv,
    exp: torch.exp,
    exp2: torch.exp2,
    expm1: torch.expm1,
    floor: torch.floor,
    frac: torch.frac,
    frexp: torch.frexp,
    isfinite: torch.isfinite,
    isinf: torch.isinf,
    isnan: torch.isnan,
    isneginf: torch.isneginf,
    isposinf: torch.isposinf,
    isreal: torch.isreal,
    lgamma: torch.lgamma,
    log: torch.log,
    log10: torch.log10,
    log1p: torch.log1p,
    log2: torch.log2,
    logical_not: torch.logicalNot,
    neg: torch.neg,
    positive: torch.positive,
    rad2deg: torch.rad2deg,
    real: torch.real,
    reciprocal: torch.reciprocal,
    resolve_conj: torch.resolveConj,
    resolve_neg: torch.resolveNeg,
    rsqrt: torch.rsqrt,
    sgn: torch.sgn,
    sigmoid: torch.sigmoid,
    sign: torch.sign,
    signbit: torch.signbit,
    sin: torch.sin,
    sinc: torch.sinc,
    sinh: torch.sinh,
    'special.entr': torch.entr,
    'special.ndtr': torch.ndtr,
    sqrt: torch.sqrt,
    square: torch.square,
    tan: torch.tan,
    tanh: torch.tanh,
    trunc: torch.trunc,
    'nn.functional.hardsigmoid': F.hardsigmoid,
    'nn.functional.hardswish': F.hardswish,
    'nn.functional.logsigmoid': F.logsigmoid,
    'nn.functional.mish': F.mish,
    'nn.functional.relu': F.relu,
    'nn.functional.relu6': F.relu6,
    'nn.functional.selu': F.selu,
    'nn.functional.silu': F.silu,
    'nn.functional.softsign': F.softsign,
    'nn.functional.tanhshrink': F.tanhshrink,
  }),

  ...binary({
    atan2: torch.atan2,
    bitwise_and: torch.bitwiseAnd,
    bitwise_left_shift: torch.bitwiseLeftShift,
    bitwise_or: torch.bitwiseOr,
    bitwise_right_shift: torch.bitwiseRightShift,
    bitwise_xor: torch.bitwiseXor,
    copysign: torch.copysign,
    eq: torch.eq,
    floor_divide: torch.floorDivide,
    fmax: torch.fmax,
    fmin: torch.fmin,
    fmod: torch.fmod,
    gcd: torch.gcd,
    ge: torch.ge,
    gt: torch.gt,
    hypot: torch.hypot,
    lcm: torch.lcm,
    ldexp: torch.ldexp,
    le: torch.le,
    logaddexp: torch.logaddexp,
    logaddexp2: torch.logaddexp2,
    logical_and: torch.logicalAnd,
    logical_or: torch.logicalOr,
    logical_xor: torch.logicalXor,
    lt: torch.lt,
    maximum: torch.maximum,
    minimum: torch.minimum,
    mul: torch.mul,
    ne: torch.ne,
    nextafter: torch.nextafter,
    remainder: torch.remainder,
    'special.xlog1py': torch.xlog1py,
    true_divide: torch.trueDivide,
  }),

  // operators with their operands exchanged
  __radd__: reflected('__radd__', torch.add),
  __rand__: reflected('__rand__', torch.bitwiseAnd),
  __rdiv__: reflected('__rdiv__', torch.trueDivide),
  __rmod__: reflected('__rmod__', torch.remainder),
  __rmul__: reflected('__rmul__', torch.mul),
  __ror__: reflected('__ror__', torch.bitwiseOr),
  __rpow__: reflected('__rpow__', torch.pow),
  __rsub__: reflected('__rsub__', torch.sub),
  __rxor__: reflected('__rxor__', torch.bitwiseXor),

  // casts
  bool: cast('bool'),
  double: cast('float64'),
  float: cast('float32'),
  int: cast('int32'),
  half: cast('float16'),
  bfloat16: cast('bfloat16'),
  long: cast('int64'),
  char: cast('int8'),
  byte: cast('uint8'),

  // arguments of their own
  add: call(torch.add, ['input', 'other'], ['alpha']),
  addcdiv: call(torch.addcdiv, ['input', 'tensor1', 'tensor2'], ['value']),
  addcmul: call(torch.addcmul, ['input', 'tensor1', 'tensor2'], ['value']),
  clamp: call(torch.clamp, ['input', 'min', 'max']),
  clamp_max: call(torch.clampMax, ['input', 'max']),
  clamp_min: call(torch.clampMin, ['input', 'min']),
  'div.floor_rounding': div,
  'div.no_rounding_mode': div,
  'div.trunc_rounding': div,
  float_power: call(torch.floatPower, ['input', 'exponent']),
  heaviside: call(torch.heaviside, ['input', 'values']),
  allclose: call(torch.allclose, ['input', 'other'], ['rtol', 'atol', 'equal_nan']),
  equal: call(torch.equal, ['input', 'other']),
  isclose: call(torch.isclose, ['input', 'other'], ['rtol', 'atol', 'equal_nan']),
  /** Recorded with `out` as the second operand's name. */
  'max.binary': ({ args: [input, other] }) => torch.maximum(input as Tensor, other as Tensor),
  'min.binary': ({ args: [input, other] }) => torch.minimum(input as Tensor, other as Tensor),
  lerp: call(torch.lerp, ['input', 'end', 'weight']),
  'mvlgamma.mvlgamma_p_1': mvlgamma,
  'mvlgamma.mvlgamma_p_3': mvlgamma,
  'mvlgamma.mvlgamma_p_5': mvlgamma,
  'polygamma.polygamma_n_0': polygamma,
  'polygamma.polygamma_n_1': polygamma,
  'polygamma.polygamma_n_2': polygamma,
  'polygamma.polygamma_n_3': polygamma,
  'polygamma.polygamma_n_4': polygamma,
  'special.polygamma.special_polygamma_n_0': polygamma,
  logit: call(torch.logit, ['input', 'eps']),
  nan_to_num: call(torch.nanToNum, ['input', 'nan', 'posinf', 'neginf']),
  pow: call(torch.pow, ['input', 'exponent']),
  round,
  'round.decimals_0': round,
  'round.decimals_3': round,
  'round.decimals_neg_3': round,
  rsub: call(torch.rsub, ['input', 'other'], ['alpha']),
  sub: call(torch.sub, ['input', 'other'], ['alpha']),
  /** Recorded as the method: the value where the condition holds comes first. */
  where: ({ args: [input, condition, other] }) => torch.where(condition as Tensor, input as Operand, other as Operand),
  xlogy: call(torch.xlogy, ['x', 'y']),

  // activations
  'nn.functional.celu': call(F.celu, ['input', 'alpha']),
  'nn.functional.elu': call(F.elu, ['input', 'alpha']),
  'nn.functional.gelu': call(F.gelu, ['input'], ['approximate']),
  'nn.functional.glu': call(F.glu, ['input', 'dim']),
  'nn.functional.hardshrink': call(F.hardshrink, ['input', 'lambd']),
  'nn.functional.hardtanh': call(F.hardtanh, ['input', 'min_val', 'max_val']),
  'nn.functional.leaky_relu': call(F.leakyRelu, ['input', 'negative_slope']),
  'nn.functional.prelu': call(F.prelu, ['input', 'weight']),
  'nn.functional.softplus': call(F.softplus, ['input', 'beta', 'threshold']),
  'nn.functional.softshrink': call(F.softshrink, ['input', 'lambd']),
  'nn.functional.threshold': call(F.threshold, ['input', 'threshold', 'value']),
};
