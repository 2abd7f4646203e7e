/**
 * Hooks: functions of a user that see the gradient of a tensor, and may put another in its place.
 *
 * A leaf's hooks stay with the leaf while in-place forms and optimisers bind its handle to new nodes; those of any other
 * tensor belong to its node.
 *
 * Invariant: a hook sees the whole gradient of a backward pass, before it reaches `grad` and the op's own rule.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.Tensor.register_hook.html
 */
import { hooks } from './autograd.js';
import { ArgumentError, AutogradError, ShapeError } from '../errors.js';
import type { Leaf, Node } from '../graph/graph.js';
import { withUserNumbers } from './modes.js';
import { describe, isTensor } from '../graph/record.js';
import { sameShape, shapeText } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { take } from '../realize/wanted.js';

/** Sees a gradient; a tensor that it returns takes its place. */
export type GradientHook = (gradient: Tensor) => Tensor | null | undefined | void;

/** What registering a hook gives: `remove()` takes the hook away. */
export interface RemovableHandle {
  remove(): void;
}

const hooksOf = new WeakMap<Node | Leaf, Set<{ readonly hook: GradientHook }>>();

/** Puts an entry into a set until its handle is asked to remove it. */
export function removable<T>(set: Set<T>, entry: T): RemovableHandle {
  set.add(entry);
  return { remove: () => void set.delete(entry) };
}

/**
 * Calls `hook` with a tensor's gradient in every backward pass; a tensor that it returns takes the gradient's place.
 *
 * @returns a handle whose `remove()` takes the hook away.
 * @throws AutogradError when the tensor does not require a gradient.
 * @example
 * const w = tensor([1.5, 2], { requiresGrad: true });
 * registerHook(w, (g) => mul(g, 10));
 * sum(mul(w, w)).backward();
 * await print(w.grad);      // tensor([30., 40.])
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.register_hook.html
 */
export function registerHook(x: Tensor, hook: GradientHook): RemovableHandle {
  const { node } = x;
  if (!node.tracked) throw new AutogradError('registerHook: this tensor does not require a gradient, so no hook of it would ever run.');
  if (typeof hook !== 'function') throw new ArgumentError(`registerHook: got ${describe(hook)}, expected a function of the gradient.`);
  const owner = node.leaf ?? node;
  const registered = hooksOf.get(owner) ?? new Set();
  hooksOf.set(owner, registered);
  hooks.through = throughHooks;
  return removable(registered, { hook });
}

/** The gradient that arrives at a node, after its hooks. */
function throughHooks(node: Node, gradient: Tensor): Tensor {
  let g = gradient;
  for (const { hook } of hooksOf.get(node.leaf ?? node) ?? []) {
    take(g.node);
    const given = g;
    const next = withUserNumbers(() => hook(given)) ?? g;
    if (!isTensor(next) || !sameShape(next.shape, g.shape)) {
      throw new ShapeError(`registerHook: the hook gave ${describe(next)}, expected a Tensor of shape ${shapeText(g.shape)}, as the gradient, or nothing.`);
    }
    g = next;
  }
  return g;
}
