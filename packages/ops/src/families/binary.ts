/**
 * The binary and ternary families: operands broadcast to one shape, promote to one dtype, and meet element by element.
 *
 * Gradients come back in the result's shape; the family sums them over what was broadcast and casts them back.
 */
import {
  broadcastShapes,
  cast,
  computeType,
  constant,
  defineOp,
  DTYPES,
  floatFor,
  operandType,
  record,
  requireDType,
  requireTensor,
  toTensors,
  type DType,
  type Expr,
  type Operand,
  type Reader,
  type Shape,
  type Tensor,
} from '@sconce/core';
import * as e from '@sconce/core/e';
import type { DTypeCheck } from './checks.js';
import { sumTo } from './reduce.js';
import { describeOp, type Sample } from './sample.js';

export type Binary = (a: Operand, b: Operand) => Tensor;

/** The gradient of one operand from the result's gradient `g`, the result `y` and the operands. */
export type OperandGrad = (g: Tensor, y: Tensor, ...xs: Tensor[]) => Tensor;

export interface ElementwiseDefinition {
  readonly name: string;
  readonly arity: number;
  readonly scalar: (...xs: Expr[]) => Expr;
  /** A rule for each operand, whose gradient it gives in the result's shape; null where there is none. */
  readonly grad?: readonly (OperandGrad | null)[];
  /** 'promote': the operands' common dtype (default). 'float': that, as a float. 'bool': a truth value. */
  readonly result?: 'promote' | 'float' | 'bool';
  /** The dtype that operands are computed in, given their common one. */
  readonly operands?: (dtype: DType) => DType;
  /** Where a plain number may stand for a tensor: anywhere (default), after the first operand, or nowhere. */
  readonly numbers?: 'any' | 'right' | 'none';
  /** Rejects common dtypes that the op does not take. */
  readonly check?: DTypeCheck;
  readonly samples?: readonly Sample[];
}

/** The element of an input under broadcasting: its own dimensions, size 1 read at 0. */
export function broadcastRead(x: Reader, ix: readonly Expr[]): Expr {
  const shift = ix.length - x.shape.length;
  return x(x.shape.map((n, d) => (n === 1 ? constant(0, 'int32') : ix[shift + d])));
}

/** Defines an op of any number of operands that meet element by element. */
export function elementwise(definition: ElementwiseDefinition): (...operands: Operand[]) => Tensor {
  const { name, arity, scalar, grad, result = 'promote', operands = (t: DType) => t, numbers = 'any', check } = definition;
  const mustBeTensors = { any: 0, right: 1, none: arity }[numbers];
  const samples = definition.samples ?? [{ tensors: [{ shape: [2, 3] }, { shape: [3] }] }];
  const op = defineOp({
    name,
    form: 'element',
    lower: (ix, inputs, { attrs }) =>
      scalar(...inputs.map((x) => e.cast(broadcastRead(x, ix), computeType(attrs.compute as DType)))),
    grad:
      grad === undefined
        ? undefined
        : (g, { output, inputs, needs }) =>
            inputs.map((x, i) => {
              const rule = needs[i] ? grad[i] : null;
              return rule ? cast(sumTo(rule(g, output, ...inputs), x.shape), x.dtype) : null;
            }),
  });
  const call = (...xs: Operand[]): Tensor => {
    const given = xs.length === arity ? xs : Array.from({ length: arity }, (_, i) => xs[i]);
    for (let i = 0; i < mustBeTensors; i++) requireTensor(name, given[i], i === 0 ? 'input' : 'other');
    const common = operandType(given);
    check?.(common, name);
    const compute = operands(result === 'float' ? floatFor(common) : common);
    // An 8-bit result has 8-bit operands, also where a wider one without dimensions does not count.
    const taken = toTensors(name, given, compute);
    const tensors = compute.endsWith('int8') ? taken.map((t) => cast(t, compute)) : taken;
    const shape = broadcastShapes(name, ...tensors.map((t): Shape => t.node.shape));
    const dtype = result === 'bool' ? 'bool' : compute;
    if (dtype !== compute) requireDType(dtype, tensors[0].device);
    return record(op, tensors, COMPUTE[compute], shape, dtype);
  };
  return describeOp(call, { name, samples, differentiable: grad !== undefined });
}

/** One attribute object a dtype, frozen, so that its key is computed once. */
const COMPUTE = /* @__PURE__ */ (() => Object.fromEntries(DTYPES.map((t) => [t, Object.freeze({ compute: t })])))();

/** Defines a binary op. */
export const binary = (definition: Omit<ElementwiseDefinition, 'arity'>): Binary =>
  elementwise({ ...definition, arity: 2 });

/** Defines a comparison: a truth value, no gradient. Truth values are compared as 0 and 1. */
export const compare = (name: string, scalar: (a: Expr, b: Expr) => Expr): Binary =>
  binary({
    name,
    scalar,
    result: 'bool',
    operands: (dtype) => (dtype === 'bool' ? 'int32' : dtype),
    numbers: 'right',
  });
