/**
 * In-place forms: a handle is bound to a new value. Nothing is overwritten, so views and graphs made before keep theirs.
 *
 * Invariant: a leaf that requires a gradient is rebound only under `noGrad`, and stays a leaf with the same `grad`.
 *
 * Reference: docs/decisions/0002-memory.md
 */
import { alias, cast } from './builtin.js';
import { AutogradError, ShapeError } from './errors.js';
import { isGradEnabled, noGrad } from './modes.js';
import { addPending, removePending } from './pending.js';
import { sameShape, shapeText } from './shape.js';
import type { Tensor } from './tensor.js';

/** Binds `handle` to `value`, which is cast to the handle's dtype. */
export function assign(handle: Tensor, value: Tensor, op = 'assign'): Tensor {
  const before = handle.node;
  if (before.leaf !== null && isGradEnabled()) {
    throw new AutogradError(`${op}: a leaf that requires a gradient cannot be changed in place. Do it inside noGrad(() => …).`);
  }
  if (!sameShape(handle.shape, value.shape)) {
    throw new ShapeError(`${op}: cannot put a tensor of shape ${shapeText(value.shape)} into one of ${shapeText(handle.shape)}.`);
  }
  const typed = cast(value, handle.dtype);
  const fresh = typed.node.storage === null && typed.node.leaf === null && !typed.node.bound;
  const { node } = fresh ? typed : before.leaf !== null ? noGrad(() => alias(typed)) : alias(typed);
  if (before.leaf !== null) {
    node.leaf = before.leaf;
    node.tracked = true;
    node.volatile = true;
  }
  release(before);
  node.bound = true;
  handle.node = node;
  addPending(node);
  return handle;
}

function release(node: Tensor['node']): void {
  node.leaf = null;
  node.bound = false;
  removePending(node);
  if (node.storage !== null) node.storage.block.pinned = false;
}
