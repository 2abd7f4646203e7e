/**
 * Gradients of leaves: where `backward` puts them, and for how long their values live.
 *
 * A gradient that was computed from parameters goes with the generations, like all that was. Any other lives while its leaf
 * has it; then it goes too, unless a user has got at it or gave it.
 *
 * Invariant: a leaf that holds its gradient's value lets go of it when it gets another gradient, or none.
 *
 * Reference: docs/decisions/0002-memory.md
 */
import { constantLike } from '../graph/builtin.js';
import { hold, type Leaf } from '../graph/graph.js';
import type { Tensor } from '../tensor/tensor.js';

/** As `t.grad`, for gradient rules and optimisers: it does not count as seen by a user. */
export const gradientOf = (t: Tensor): Tensor | null => (t.node.leaf ?? t.node.retained)?.grad ?? null;

/** Zeros in place of a leaf's gradient; null where it has none. */
export function zeroGradient(t: Tensor): Tensor | null {
  const g = gradientOf(t);
  return g === null ? null : constantLike(g, 0);
}

/** Gives a leaf this gradient in place of the one it has. */
export function putGradient(slot: Leaf, gradient: Tensor | null): void {
  if (slot.holds) take(slot.grad!, -1);
  slot.grad = gradient;
  slot.holds = gradient !== null && !gradient.node.volatile;
  if (slot.holds) take(gradient!, 1);
}

function take(gradient: Tensor, times: number): void {
  gradient.holds += times;
  hold(gradient.node, times);
}
