/**
 * Lowering what occurs again: the layers of a network, and the steps of a loop, are drafts that differ in their slots only.
 *
 * What a node computes from stored values is written down as a path of tokens (ops, attributes, shapes, and which inputs are
 * the same). The first node of a structure is lowered; those that follow get its draft with axes, stages and slots of
 * their own.
 *
 * Invariant: equal paths lower to equal drafts, because an op's lowering reads nothing but its arguments.
 */
import { axisRef, follow, followValue, freshAxis, newBranch, type Axis, type Branch, type Expr, type Graph } from '@sconce/core';
import { mapStage, rewriter, type Stage } from '../kernel/ir.js';
import { freshStage, lowerNode, type Draft } from './lower.js';

/** A draft, and the positions that its slots stand for, in the order in which the structure first meets them. */
interface Known {
  readonly draft: Draft;
  readonly positions: readonly number[];
}

/** Marks of a path: what is in memory, a number that comes with each run, where inputs end. */
const STORED = Symbol('stored');
const SCALAR = Symbol('scalar');
const END = Symbol('end');

/** Gives the drafts of a graph's nodes. `isStored` says which other nodes are in memory when a kernel runs. */
export function lowerings(graph: Graph, isStored: (position: number) => boolean): (root: number) => Draft {
  const start = newBranch<Known>();

  const structureOf = (root: number): { end: Branch<Known>; positions: number[] } => {
    const numbers = new Map<number, number>();
    const positions: number[] = [];
    let at = start;
    const go = (position: number): void => {
      const known = numbers.get(position);
      if (known !== undefined) {
        at = follow(at, known);
        return;
      }
      numbers.set(position, positions.length);
      positions.push(position);
      const { op, attrs, inputs, shape, dtype } = graph.nodes[position];
      const isLeaf = op.form === 'scalar' || (position !== root && isStored(position));
      at = follow(at, isLeaf ? (op.form === 'scalar' ? SCALAR : STORED) : op);
      at = follow(followValue(at, shape), dtype);
      if (isLeaf) return;
      at = followValue(at, attrs);
      inputs.forEach(go);
      at = follow(at, END);
    };
    go(root);
    return { end: at, positions };
  };

  return (root) => {
    const { end, positions } = structureOf(root);
    if (end.end !== null) return moved(end.end, positions);
    const draft = lowerNode(graph, root, isStored);
    end.end = { draft, positions };
    return draft;
  };
}

/** The draft over other positions. */
function moved({ draft, positions: from }: Known, to: readonly number[]): Draft {
  const slots = new Map(from.map((position, i) => [position, to[i]]));
  const axes = new Map<Axis, Axis>();
  const stages = new Map<number, number>();
  const axisOf = (axis: Axis): Axis => {
    let own = axes.get(axis);
    if (own === undefined) axes.set(axis, (own = freshAxis(axis.extent, axis.label)));
    return own;
  };
  const stageOf = (id: number): number => {
    let own = stages.get(id);
    if (own === undefined) stages.set(id, (own = freshStage()));
    return own;
  };
  const move = rewriter((x: Expr): Expr => {
    if (x.op === 'axis') return axisRef(axisOf(x.axis));
    if (x.op === 'load' || x.op === 'scalar') return { ...x, slot: slots.get(x.slot)! };
    if (x.op === 'reduce') return { ...x, axes: x.axes.map(axisOf) };
    return x.op === 'stage' ? { ...x, id: stageOf(x.id) } : x;
  });
  const stage = (given: Stage): Stage => {
    const s = mapStage(given, move);
    if (s.kind === 'reduce') return { ...s, id: stageOf(s.id), axes: s.axes.map(axisOf) };
    const slot = slots.get(s.slot)!;
    return s.kind === 'scan' ? { ...s, slot, axis: axisOf(s.axis) } : { ...s, slot, axes: s.axes.map(axisOf) };
  };
  return { ops: draft.ops, grid: draft.grid.map(axisOf), stages: draft.stages.map(stage) };
}
