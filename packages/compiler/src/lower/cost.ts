/**
 * What an element of an op costs by itself, with its inputs for free.
 *
 * Invariant: depends on the op, its attributes and shapes only.
 */
import { axisRef, computeType, constant, freshAxis, rowOf, type Expr, type Graph, type GraphNode, type Reader } from '@sconce/core';
import { memoized } from '../expr/memoized.js';

export interface Cost {
  /** In additions. Loads, their indices and padding count nothing, but for loads in vain. */
  readonly cost: number;
  /** Instructions, for limiting the size of kernels. */
  readonly length: number;
}

/** Instructions in one expression: beyond it a kernel would be larger than it is fast, and deeper than stacks are. */
export const TOO_LONG = 300;

const FREE = new Set(['cast', 'bitcast']);

/** Cost of one element of an `element` op. */
export function elementCost(graph: Graph, position: number): Cost {
  const node: GraphNode = graph.nodes[position];
  const readers = node.inputs.map((j): Reader => {
    const { shape, dtype } = graph.nodes[j];
    return Object.assign((): Expr => ({ op: 'stage', id: j, dtype: computeType(dtype), args: [] }), { shape, dtype });
  });
  const ix = node.shape.map((n) => (n === 1 ? constant(0, 'int32') : axisRef(freshAxis(n, 'i'))));
  return countOf(node.op.lower!(ix, readers, node) as Expr);
}

/** Integers and truth values of axes alone: where an element lies, and whether it is padding. */
const isIndex: (x: Expr) => boolean = /* @__PURE__ */ memoized((x) =>
  x.op === 'axis' || x.op === 'const' || ((x.dtype === 'int32' || x.dtype === 'bool') && x.args.length > 0 && x.op !== 'load' && x.args.every(isIndex)),
);

/** Of a choice by position, as between tensors that are joined: the side for other positions is read all the same. */
const NOT_CHOSEN = 4;

function choiceCost([condition, ...sides]: readonly Expr[]): number {
  if (!isIndex(condition)) return 1;
  return sides.some((x) => x.op === 'const') ? 0 : NOT_CHOSEN;
}

/** Cost of computing an expression once more. */
export function countOf(root: Expr): Cost {
  let cost = 0;
  let length = 0;
  const seen = new Set<Expr>();
  const count = (x: Expr): void => {
    if (seen.has(x)) return;
    seen.add(x);
    length += 1;
    if (isIndex(x)) return;
    if (x.op === 'select') cost += choiceCost(x.args);
    else if (!FREE.has(x.op)) cost += rowOf(x)?.cost ?? 0;
    if (x.op !== 'load') x.args.forEach(count);
  };
  count(root);
  return { cost, length };
}
