/**
 * The hosted family: two tensors that broadcast, and a function of their elements whose number of steps depends on them,
 * such as a series that is summed until its terms vanish. A kernel has no such loops, so it is a routine: JavaScript over
 * whole arrays, in float64 inside, on every backend.
 *
 * Invariant: the value is that of float64, rounded to the result's dtype.
 */
import {
  broadcastShapes,
  cast,
  computeType,
  defineOp,
  floatFor,
  isTensor,
  NO_ATTRS,
  numbersOf,
  operandType,
  record,
  requireDType,
  requireTensor,
  sizeOf,
  tensor,
  toTensors,
  type Shape,
} from '@sconce/core';
import type { Binary, OperandGrad } from './binary.js';
import type { DTypeCheck } from './checks.js';
import { sumTo } from './reduce.js';
import { describeOp } from './sample.js';

export interface HostedDefinition {
  readonly name: string;
  readonly scalar: (a: number, b: number) => number;
  /** Where a plain number may stand for a tensor: anywhere (default), or nowhere. */
  readonly numbers?: 'any' | 'none';
  /** A rule for each operand, whose gradient it gives in the result's shape. Absent: not differentiable. */
  readonly grad?: readonly OperandGrad[];
  /** Dtypes, of the operands together, that the op rejects; throws for them. */
  readonly check?: DTypeCheck;
}

/** The position in an operand of each element of the result. */
export function positionsIn(shape: Shape, out: Shape): Int32Array {
  let places = Int32Array.of(0);
  let step = sizeOf(shape);
  out.forEach((n, d) => {
    const own = shape[d - out.length + shape.length] ?? 1;
    step /= Math.max(own, 1);
    const next = new Int32Array(places.length * n);
    for (let i = 0; i < next.length; i++) next[i] = places[Math.floor(i / n)] + (own === 1 ? 0 : (i % n) * step);
    places = next;
  });
  return places;
}

/** Defines a hosted op. */
export function hosted({ name, scalar, numbers = 'any', grad, check }: HostedDefinition): Binary {
  const op = defineOp({
    name,
    form: 'routine',
    routine: ([a, b], { shape, data }) => {
      const [x, y] = [numbersOf(a.data, a.dtype), numbersOf(b.data, b.dtype)];
      const [atX, atY] = [positionsIn(a.shape, shape), positionsIn(b.shape, shape)];
      for (let i = 0; i < data.length; i++) data[i] = scalar(x[atX[i]], y[atY[i]]);
    },
    grad:
      grad === undefined
        ? undefined
        : (g, { output, inputs, needs }) => inputs.map((x, i) => (needs[i] ? sumTo(grad[i](g, output, ...inputs), x.shape) : null)),
  });
  const call: Binary = (a, b) => {
    const operands = [a, b];
    if (numbers === 'none') operands.forEach((x, i) => requireTensor(name, x, i === 0 ? 'input' : 'other'));
    const given = operandType(operands);
    check?.(given, name);
    const dtype = floatFor(given);
    const model = toTensors(name, operands, dtype)[0];
    requireDType(dtype, model.device);
    const tensors = operands.map((x) => {
      const t = isTensor(x) ? x : tensor(Number(x), { dtype: computeType(dtype) as 'float32', device: model.device });
      return cast(t, computeType(dtype));
    });
    const shape = broadcastShapes(name, ...tensors.map((t) => t.shape));
    return cast(record(op, tensors, NO_ATTRS, shape, tensors[0].dtype), dtype);
  };
  return describeOp(call, { name, samples: [], differentiable: grad !== undefined });
}
