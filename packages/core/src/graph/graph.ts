/**
 * The graph: nodes that say how a value is computed, and hold it once it has been.
 *
 * Invariant: a node's op, attributes, shape, dtype and device never change. Its inputs are dropped when its value is
 * there and no gradient is pending through it, so that a finished graph holds no memory.
 */
import type { DType } from '../tensor/dtype.js';
import { currentScope, type Block, type Storage } from '../memory/blocks.js';
import { isHiding } from '../autograd/modes.js';
import type { Attrs, Op } from './op.js';
import type { Shape } from '../tensor/shape.js';
import { follow, followValue, newBranch, type Branch } from './structure.js';
import type { Tensor } from '../tensor/tensor.js';

/** Where the gradients of a leaf arrive: shared by the nodes that the leaf's handle is bound to over time. */
export interface Leaf {
  /** The one that it is bound to now. */
  node: Node;
  grad: Tensor | null;
  /** Whether it holds the gradient's value. */
  holds: boolean;
}

/** A value of the graph: what computes it until it is there, and where it is from then on. */
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
  /** The blocks of the scope that it was recorded in. */
  readonly scope: Set<Block> | null;
  /** A gradient is wanted through this node. */
  tracked: boolean;
  leaf: Leaf | null;
  /** Non-leaf whose gradient the user asked to keep. */
  retained: Leaf | null;
  /** How many keep its value: leaves, their gradients, and handles bound to it in place (buffers, an optimiser's state). */
  holds: number;
  /** Recorded by a gradient rule or an optimiser, and no user has got at it: nobody misses it once what held it lets go. */
  hidden: boolean;
  /** Computed, directly or not, from a value that an optimiser replaces. */
  volatile: boolean;
  /** A user may still want it when its step has ended (`wanted.ts`). */
  wanted: boolean;
  /** Backward has run through it and did not retain the graph. */
  released: boolean;
  /** A run has passed through it, and may have stored it. */
  passed: boolean;
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

/** A node of the graph, whose traits follow from its inputs. */
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
    scope: currentScope(),
    tracked: false,
    leaf: null,
    retained: null,
    holds: 0,
    hidden: isHiding(),
    volatile,
    wanted: false,
    released: false,
    passed: false,
    mark: 0,
    position: 0,
  };
}

/** Adds to what keeps the node's value, or takes away. */
export function hold(node: Node, times: number): void {
  node.holds += times;
  if (node.storage !== null) node.storage.block.pins += times;
}

/** A user gets at the node. */
export function reveal(node: Node): void {
  if (!node.hidden) return;
  node.hidden = false;
  if (node.storage !== null) node.storage.block.volatile = node.volatile;
}

/** Whether the node's value goes when nothing holds it and a generation has passed without it. */
export const isPassing = (node: Node): boolean => node.volatile || (node.hidden && node.holds > 0);

/** The inputs of a node that has none. */
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
