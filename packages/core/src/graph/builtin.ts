/**
 * The few ops that core itself needs: leaves, casts, moves between devices, and the sum of two gradients.
 *
 * Invariant: everything else is in `@sconce/ops`.
 */
import { backendOf, requireDType } from '../device/device.js';
import { computeType, isDType, type DType, type TypedArray } from '../tensor/dtype.js';
import { ArgumentError } from '../errors.js';
import * as e from '../expr/build.js';
import { createNode, NO_ATTRS, reveal, type Node } from './graph.js';
import { storageFromHost } from '../memory/memory.js';
import { defineOp } from './op.js';
import { constantNode, record } from './record.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** The op of a value that is there. */
export const INPUT = defineOp({ name: 'input', form: 'input' });

/** A node whose value is this host array. The array belongs to the node from here on. */
export function leafNode(host: TypedArray, shape: Shape, dtype: DType, device: string): Node {
  const node = createNode(INPUT, [], NO_ATTRS, shape, dtype, device);
  node.storage = storageFromHost(device, dtype, host, node.scope);
  return node;
}

// ── casts ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const CAST = defineOp({
  name: 'cast',
  form: 'element',
  lower: (ix, [x], { dtype }) => e.cast(x(ix), computeType(dtype)),
  grad: (g, { inputs: [x] }) => [cast(g, x.dtype)],
});

/** The same values in another dtype: floats truncate towards zero, anything but 0 is true. */
export function cast(x: Tensor, dtype: DType): Tensor {
  if (x.dtype === dtype) return x;
  requireDType(dtype, x.device);
  return record(CAST, [x], NO_ATTRS, x.shape, dtype);
}

// ── aliases ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const ALIAS = /* @__PURE__ */ defineOp({
  name: 'alias',
  form: 'element',
  lower: (ix, [x]) => x(ix),
  grad: (g) => [g],
});
const DETACH = defineOp({ name: 'detach', form: 'element', lower: (ix, [x]) => x(ix) });

/** A node of its own with the same values and the same gradient. */
export const alias = (x: Tensor): Tensor => record(ALIAS, [x], NO_ATTRS, x.shape, x.dtype);

/** The same values without a gradient. A realised value is shared, not copied. */
export function detach(x: Tensor): Tensor {
  const y = record(DETACH, [x], NO_ATTRS, x.shape, x.dtype);
  y.node.storage = x.node.storage;
  return y;
}

// ── moves ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const TRANSFER = defineOp({
  name: 'transfer',
  form: 'transfer',
  grad: (g, { inputs: [x] }) => [transfer(g, x.device)],
});

/** The same values on another device; the bits do not change. */
export function transfer(x: Tensor, device: string): Tensor {
  if (x.device === device) return x;
  backendOf(device);
  requireDType(x.dtype, device);
  reveal(x.node);
  const node = createNode(TRANSFER, [x.node], NO_ATTRS, x.shape, x.dtype, device);
  node.tracked = x.node.tracked;
  return x.like(node);
}

export interface ToOptions {
  readonly device?: string;
  readonly dtype?: DType;
}

/** `to(x, 'webgpu')`, `to(x, 'float64')`, `to(x, { device, dtype })`, `to(x, 'cpu', 'float64')`. */
export function to(x: Tensor, target: ToOptions | string, ...more: readonly string[]): Tensor {
  let { device, dtype }: ToOptions = typeof target === 'object' ? target : {};
  for (const word of typeof target === 'string' ? [target, ...more] : more) {
    if (isDType(word)) dtype = word;
    else if (typeof word === 'string') device = word;
    else throw new ArgumentError(`to: got ${String(word)}, expected a device name, a dtype or { device, dtype }.`);
  }
  const wide = dtype === undefined ? x : backendOf(x.device).dtypes.includes(dtype) ? cast(x, dtype) : x;
  const moved = device === undefined ? wide : transfer(wide, device);
  return dtype === undefined ? moved : cast(moved, dtype);
}

// ── gradients ────────────────────────────────────────────────────────────────────────────────────────────────────────

const ACCUMULATE = defineOp({
  name: 'add',
  form: 'element',
  lower: (ix, [a, b]) => e.add(a(ix), b(ix)),
  grad: (g) => [g, g],
});
const FILL = defineOp({ name: 'fill', form: 'element', lower: (_ix, [x]) => x([]) });

/** The sum of two gradients of one tensor: equal shapes and dtypes. */
export const accumulate = (a: Tensor, b: Tensor): Tensor => record(ACCUMULATE, [a, b], NO_ATTRS, a.shape, a.dtype);

/** Whether a node is the sum of two gradients that met, not computed yet. */
export const isAccumulation = (node: Node): boolean => node.op === ACCUMULATE && node.storage === null;

/** A tensor like `x` with every element `value`, a constant of the graph. */
export const constantLike = (x: Tensor, value: number): Tensor =>
  record(FILL, [x.like(constantNode(value, x.dtype, x.device))], NO_ATTRS, x.shape, x.dtype);
