/**
 * The graph: nodes that say how a value is computed, and hold it once it has been.
 *
 * Invariant: a node's op, attributes, shape, dtype and device never change. Its inputs are dropped when its value is
 * there and no gradient is pending through it, so that a finished graph holds no memory.
 */
import type { DType } from './dtype.js';
import type { Storage } from './blocks.js';
import type { Attrs, Op } from './op.js';
import type { Shape } from './shape.js';
import { follow, followValue, newBranch, type Branch } from './structure.js';
import type { Tensor } from './tensor.js';

/** Where the gradients of a leaf arrive: shared by the nodes that the leaf's handle is bound to over time. */
export interface Leaf {
  grad: Tensor | null;
}

export interface Node {
  readonly op: Op;
  readonly attrs: Attrs;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly device: string;
  /** Equal for nodes with equal op, attributes, shape and dtype: their part of the plan cache's key. */
  readonly signature: number;
  /** The value of a runtime scalar. */
  readonly number: number;
  inputs: readonly Node[];
  storage: Storage | null;
  /** A gradient is wanted through this node. */
  tracked: boolean;
  leaf: Leaf | null;
  /** Non-leaf whose gradient the user asked to keep. */
  retained: Leaf | null;
  /** A handle is bound to it in place: a parameter, a buffer, an optimiser's state. It is kept while it is bound. */
  bound: boolean;
  /** Computed, directly or not, from a value that an optimiser replaces. */
  volatile: boolean;
  /** Backward has run through it and did not retain the graph. */
  released: boolean;
  /** Which walk saw it last, and at which position. */
  mark: number;
  position: number;
}

/** No attributes. */
export const NO_ATTRS: Attrs = Object.freeze({});

/** By the number of the op, where the structures of its nodes begin. */
const beginnings: Branch<number>[] = [];
let signatures = 0;

/** Equal for nodes with equal op, dtype, shape and attributes. The attributes begin with a mark, where the shape has ended. */
export function signatureOf(op: Op, attrs: Attrs, shape: Shape, dtype: DType): number {
  let at = follow((beginnings[op.id] ??= newBranch()), dtype);
  for (const size of shape) at = follow(at, size);
  if (attrs !== NO_ATTRS) at = followValue(at, attrs);
  return (at.end ??= ++signatures);
}

export function createNode(
  op: Op,
  inputs: readonly Node[],
  attrs: Attrs,
  shape: Shape,
  dtype: DType,
  device: string,
  number = 0,
): Node {
  let volatile = false;
  for (const input of inputs) volatile ||= input.volatile;
  return {
    op,
    attrs,
    shape,
    dtype,
    device,
    signature: signatureOf(op, attrs, shape, dtype),
    number,
    inputs,
    storage: null,
    tracked: false,
    leaf: null,
    retained: null,
    bound: false,
    volatile,
    released: false,
    mark: 0,
    position: 0,
  };
}

/** Whether a handle keeps the node's value: a leaf's, or one that is bound in place. */
export const isHeld = (node: Node): boolean => node.bound || node.leaf !== null;

export const NO_INPUTS: readonly Node[] = [];

/** Forgets how a realised node was computed, unless a gradient may still pass through it. */
export function dropInputs(node: Node): void {
  if (node.storage !== null && (!node.tracked || node.released || node.leaf !== null)) node.inputs = NO_INPUTS;
}

// ── walking ──────────────────────────────────────────────────────────────────────────────────────────────────────────

let walks = 0;

/** The nodes below the roots, inputs before consumers; `inputsOf` says where the walk goes on from a node. */
export function nodesBelow(roots: readonly Node[], inputsOf: (node: Node) => readonly Node[]): Node[] {
  const mark = ++walks;
  const order: Node[] = [];
  const stack: Node[] = [];
  const next: number[] = [];
  for (const root of roots) {
    if (root.mark === mark) continue;
    root.mark = mark;
    stack.push(root);
    next.push(0);
    while (stack.length > 0) {
      const node = stack[stack.length - 1];
      const inputs = inputsOf(node);
      let i = next[stack.length - 1];
      while (i < inputs.length && inputs[i].mark === mark) i++;
      if (i < inputs.length) {
        next[stack.length - 1] = i + 1;
        inputs[i].mark = mark;
        stack.push(inputs[i]);
        next.push(0);
        continue;
      }
      stack.pop();
      next.pop();
      node.position = order.length;
      order.push(node);
    }
  }
  return order;
}
