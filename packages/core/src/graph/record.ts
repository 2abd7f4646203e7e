/**
 * Recording: how an op becomes a node, and how plain numbers among its operands become nodes too.
 *
 * Invariant: a number that a user passes is a runtime scalar, so another value compiles nothing; a number inside a
 * gradient rule is a constant of the graph, so the compiler may simplify with it.
 */
import { constant } from '../expr/expr.js';
import { requireDType } from '../device/device.js';
import { computeType, dtypeOfNumber, fits, isFloat, promoteOperands, type DType } from '../tensor/dtype.js';
import { ArgumentError, DeviceError, DTypeError, OutOfMemoryError } from '../errors.js';
import { createNode, NO_ATTRS, type Node } from './graph.js';
import { requireLive } from '../memory/blocks.js';
import { isGradEnabled, isHiding, literalNumbers } from '../autograd/modes.js';
import { defineOp, type Attrs, type Op } from './op.js';
import { shapeText, sizeOf, type Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { consume, noteRecorded } from '../realize/wanted.js';

/** What an op takes where PyTorch takes a Tensor or a Number. */
export type Operand = Tensor | number | boolean | bigint;

/** Whether a value is a Tensor, of this copy of the package or another. */
export const isTensor = (x: unknown): x is Tensor =>
  typeof x === 'object' && x !== null && 'node' in x && typeof (x as { like?: unknown }).like === 'function';

const SCALAR = defineOp({ name: 'scalar', form: 'scalar' });
const CONSTANT = defineOp({
  name: 'constant',
  form: 'element',
  lower: (_ix, _inputs, { attrs, dtype }) => constant(attrs.value as number, computeType(dtype)),
});

/** A number as a 0-d node. */
export function numberNode(value: number | boolean | bigint, dtype: DType, device: string): Node {
  if (literalNumbers()) return createNode(CONSTANT, [], { value: Number(value) }, [], dtype, device);
  return createNode(SCALAR, [], NO_ATTRS, [], dtype, device, Number(value));
}

/** A 0-d constant of the graph, part of its structure: for values such as the 0 of `zeros`. */
export const constantNode = (value: number, dtype: DType, device: string): Node =>
  createNode(CONSTANT, [], { value }, [], dtype, device);

const nodeOf = ({ node }: Tensor): Node => node;

/** Positions are int32, also of what is never stored: one more element would be a wrong one. */
const MOST_ELEMENTS = 2 ** 31 - 1;

/** The result of `op` on these inputs, whose shape and dtype the caller has worked out and checked. Gradients pass floats only. */
export function record(op: Op, inputs: readonly Tensor[], attrs: Attrs, shape: Shape, dtype: DType): Tensor {
  const { device } = inputs[0].node;
  const size = sizeOf(shape);
  if (!(size <= MOST_ELEMENTS)) {
    throw new OutOfMemoryError(`${op.name}: a tensor of shape ${shapeText(shape)} would have ${size} elements, expected at most ${MOST_ELEMENTS}. Work on parts of it.`);
  }
  const nodes = inputs.map(nodeOf);
  let tracked = false;
  const isSeen = !isHiding();
  for (const node of nodes) {
    if (node.device !== device) {
      throw new DeviceError(
        `${op.name}: got tensors on ${device} and ${node.device}, expected one device. Move one with x.to('${device}').`,
      );
    }
    if (node.storage !== null) requireLive(node.storage.block);
    if (isSeen) consume(node);
    tracked ||= node.tracked;
  }
  const node = createNode(op, nodes, attrs, shape, dtype, device);
  node.tracked = tracked && op.grad !== undefined && isFloat(dtype) && isGradEnabled();
  if (isSeen && node.volatile) noteRecorded(node);
  return inputs[0].like(node);
}

/** The dtype of operands that are tensors with dimensions and agree, and numbers beside floats: the answer nearly always. */
function commonType(operands: readonly Operand[]): DType | null {
  let common: DType | null = null;
  let hasNumber = false;
  for (const x of operands) {
    if (typeof x === 'number') {
      hasNumber = true;
      continue;
    }
    if (!isTensor(x) || x.node.shape.length === 0 || (common !== null && x.node.dtype !== common)) return null;
    common = x.node.dtype;
  }
  return common !== null && hasNumber && !isFloat(common) ? null : common;
}

/** The dtype that PyTorch gives an elementwise op on these operands. */
export function operandType(operands: readonly Operand[]): DType {
  const common = commonType(operands);
  if (common !== null) return common;
  return promoteOperands(
    operands.map((x) =>
      isTensor(x) ? { dtype: x.dtype, weak: x.ndim === 0 ? 1 : 0 } : { dtype: dtypeOfNumber(x), weak: 2 },
    ),
  );
}

/** Operands as tensors: numbers become 0-d tensors of `dtype` on the device of the tensors among them. */
export function toTensors(op: string, operands: readonly Operand[], dtype: DType): Tensor[] {
  const model = operands.find(isTensor);
  if (model === undefined) {
    throw new ArgumentError(`${op}: got only plain numbers, expected at least one Tensor. Make one with tensor(…).`);
  }
  requireDType(dtype, model.device);
  const tensors: Tensor[] = [];
  for (const x of operands) {
    if (isTensor(x)) tensors.push(x);
    else if (typeof x === 'number' || typeof x === 'boolean' || typeof x === 'bigint') {
      if (!fits(x, dtype)) throw new DTypeError(`${op}: the number ${x} does not fit ${dtype}. Use x.to('int64') or x.to('float64'), or a tensor of that dtype.`);
      tensors.push(model.like(numberNode(x, dtype, model.device)));
    } else throw new ArgumentError(`${op}: got ${describe(x)}, expected a Tensor or a number.`);
  }
  return tensors;
}

/** An argument that must be a tensor. */
export function requireTensor(op: string, x: unknown, name = 'input'): asserts x is Tensor {
  if (!isTensor(x)) throw new ArgumentError(`${op}: ${name} must be a Tensor, got ${describe(x)}. Make one with tensor(…).`);
}

/** A value in words, for error messages. */
export function describe(x: unknown): string {
  if (isTensor(x)) return `a Tensor of shape [${x.shape.join(', ')}] and dtype ${x.dtype}`;
  if (x === null || x === undefined) return String(x);
  if (Array.isArray(x)) return `an array of ${x.length}`;
  if (typeof x === 'object') return `an object (${x.constructor?.name ?? 'no prototype'})`;
  if (typeof x === 'function') return `the function ${x.name}`;
  return typeof x === 'string' ? `the string '${x}'` : `the ${typeof x} ${(x as number).toString()}`;
}
