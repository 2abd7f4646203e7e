/**
 * In-place forms: a handle is bound to a new value. Nothing is overwritten, so views and graphs made before keep theirs.
 *
 * Invariant: a leaf that requires a gradient is rebound only under `noGrad`, and stays a leaf with the same `grad`. A graph
 * that was recorded before computes with the old value and brings its gradient, at the old value, to the same leaf;
 * PyTorch, which overwrites, refuses such a backward where it needs the value.
 *
 * Reference: docs/decisions/0002-memory.md
 */
import { alias, cast } from '../graph/builtin.js';
import { AutogradError, ShapeError } from '../errors.js';
import { hold, reveal } from '../graph/graph.js';
import { isGradEnabled, isHiding, noGrad } from '../autograd/modes.js';
import { addPending, removePending } from '../realize/pending.js';
import { sameShape, shapeText } from './shape.js';
import type { Tensor } from './tensor.js';

/** Binds `handle` to `value`, which is cast to the handle's dtype; the next flush computes it. */
export function assign(handle: Tensor, value: Tensor, op = 'assign'): Tensor {
  if (!sameShape(handle.shape, value.shape)) {
    throw new ShapeError(`${op}: cannot put a tensor of shape ${shapeText(value.shape)} into one of ${shapeText(handle.shape)}.`);
  }
  return replace(handle, cast(value, handle.dtype), op);
}

/** As `assign`, of a value of any shape and dtype. */
export function replace(handle: Tensor, value: Tensor, op: string): Tensor {
  const { leaf } = handle.node;
  if (leaf !== null && isGradEnabled()) {
    throw new AutogradError(`${op}: a leaf that requires a gradient cannot be changed in place. Do it inside noGrad(() => …).`);
  }
  const { node } = value;
  const fresh = node.storage === null && node.holds === 0;
  rebind(handle, fresh ? value : leaf !== null ? noGrad(() => alias(value)) : alias(value));
  addPending(handle.node);
  return handle;
}

/** Binds `handle` to a value of any shape, dtype and device that nothing else is bound to. A leaf stays a leaf. */
export function rebind(handle: Tensor, value: Tensor): void {
  const before = handle.node;
  const { node } = value;
  // What a user has seen of a gradient is followed by what the user may see.
  if (!isHiding() || (handle.passing && !before.hidden)) reveal(node);
  const { leaf } = before;
  if (leaf !== null) {
    node.leaf = leaf;
    node.tracked = true;
    node.volatile = true;
    hold(node, 1);
    hold(leaf.node, -1);
    leaf.node = node;
  }
  removePending(before);
  hold(before, -handle.holds);
  if (!handle.passing && handle.holds === 0) handle.holds = 1;
  hold(node, handle.holds);
  handle.node = node;
}
