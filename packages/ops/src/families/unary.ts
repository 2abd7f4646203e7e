/**
 * The unary family: one tensor in, one of the same shape out, element by element.
 *
 * A stanza gives the name, what happens to a scalar, and the gradient.
 */
import {
  computeType,
  defineOp,
  floatFor,
  record,
  requireDType,
  requireTensor,
  NO_ATTRS,
  type DType,
  type Expr,
  type Tensor,
} from '@sconce/core';
import * as e from '@sconce/core/e';
import type { DTypeCheck } from './checks.js';
import { describeOp, type Sample } from './sample.js';

export type Unary = (x: Tensor) => Tensor;

export interface UnaryDefinition {
  readonly name: string;
  readonly scalar: (x: Expr) => Expr;
  /** The input's gradient from the output's gradient `g`, the output `y` and the input `x`. Absent: not differentiable. */
  readonly grad?: (g: Tensor, y: Tensor, x: Tensor) => Tensor;
  /** 'float': integers are computed as floats (default). 'same': the input's dtype. 'bool': a truth value. */
  readonly result?: 'float' | 'same' | 'bool';
  /** Dtypes that the op rejects, with the reason; throws for them. */
  readonly check?: DTypeCheck;
  readonly samples?: readonly Sample[];
}

const RESULT: Record<NonNullable<UnaryDefinition['result']>, (dtype: DType) => DType> = {
  float: floatFor,
  same: (dtype) => dtype,
  bool: () => 'bool',
};

/** Defines a unary op. */
export function unary(definition: UnaryDefinition): Unary {
  const { name, scalar, grad, result = 'float', check, samples = [{ shape: [2, 3] }] } = definition;
  const op = defineOp({
    name,
    form: 'element',
    lower: (ix, [x], { dtype }) => scalar(result === 'float' ? e.cast(x(ix), computeType(dtype)) : x(ix)),
    grad: grad === undefined ? undefined : (g, { output, inputs: [x] }) => [grad(g, output, x)],
  });
  const call: Unary = (x) => {
    requireTensor(name, x);
    check?.(x.dtype, name);
    const dtype = RESULT[result](x.dtype);
    requireDType(dtype, x.device);
    return record(op, [x], NO_ATTRS, x.shape, dtype);
  };
  return describeOp(call, { name, samples, differentiable: grad !== undefined });
}
