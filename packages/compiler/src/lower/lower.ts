/**
 * Lowering: one stored node of the graph, with everything that is computed on the way to it, becomes a draft kernel.
 *
 * An op says what one element is, in terms of elements of its inputs. Where an input is stored, that element is a load;
 * everywhere else it is the input's own expression, put in its place. That substitution is fusion.
 *
 * Invariant: in a draft, slots of loads, stores and scalars are positions in the graph; every buffer is row-major.
 */
import {
  axisRef,
  computeType,
  freshAxis,
  InternalError,
  isArg,
  loadOf,
  scalarRef,
  sizeOf,
  stageRef,
  stridesOf,
  type Axis,
  type Expr,
  type Graph,
  type GraphNode,
  type Lowered,
  type Reader,
  type Shape,
} from '@sconce/core';
import * as e from '@sconce/core/e';
import { decodeBits, encodeBits, isHalf } from '../prepare/convert.js';
import { identityOf } from '../kernel/identity.js';
import { Interner } from '../expr/intern.js';
import { axesIn, axisRenamer, pointsOf, rewriter, type Stage } from '../kernel/ir.js';
import { keepChecks } from './keep-checks.js';
import { simplifier } from '../expr/simplify.js';

export interface Draft {
  /** Names of the ops inside, in order, for the kernel's name. */
  readonly ops: readonly string[];
  readonly grid: readonly Axis[];
  readonly stages: readonly Stage[];
}

/** The row-major position of an element. */
export function flatIndex(ix: readonly Expr[], shape: Shape): Expr {
  const strides = stridesOf(shape);
  let index: Expr = e.const(0, 'int32');
  ix.forEach((x, d) => {
    if (shape[d] !== 1) index = e.add(index, e.mul(x, strides[d]));
  });
  return index;
}

let nextStage = 1;
export const freshStage = (): number => nextStage++;

/**
 * What a store would cut off is cut off here, where a store was fused away: int8 and uint8 are computed in int32. So is
 * what a cast to 16-bit floats would round; between ops on these, which compute in float32, more digits may stay.
 */
function narrow(x: Expr, { dtype, inputs }: GraphNode, nodes: readonly GraphNode[]): Expr {
  if (dtype === 'uint8') return e.and(x, 255);
  if (dtype === 'int8') return e.shr(e.shl(x, 24), 24);
  return isHalf(dtype) && inputs.some((i) => nodes[i].dtype !== dtype) ? decodeBits(encodeBits(x, dtype), dtype) : x;
}

const LABELS = ['i', 'j', 'k', 'l', 'm', 'n'];

/** Lowers node `root`. `isStored` says which other nodes are in memory when its kernel runs. */
export function lowerNode(graph: Graph, root: number, isStored: (position: number) => boolean): Draft {
  const interner = new Interner();
  const simplify = simplifier(interner);
  const memo = new Map<string, Expr>();
  const ops: string[] = [];

  const readerOf = (position: number): Reader => {
    const { shape, dtype } = graph.nodes[position];
    return Object.assign((ix: readonly Expr[]) => read(position, ix.map(simplify)), { shape, dtype });
  };

  const lowered = (position: number, ix: readonly Expr[]): Lowered => {
    const node = graph.nodes[position];
    if (node.op.lower === undefined) throw new InternalError(`op '${node.op.name}' has no lowering.`);
    const result = node.op.lower(ix, node.inputs.map(readerOf), node);
    if (!ops.includes(node.op.name)) ops.push(node.op.name);
    return result;
  };

  const read = (position: number, ix: readonly Expr[]): Expr => {
    const node = graph.nodes[position];
    if (node.op.form === 'scalar') return keepChecks(ix, scalarRef(position, computeType(node.dtype)));
    if (position !== root && isStored(position)) return keepChecks(ix, loadOf(position, node.dtype, simplify(flatIndex(ix, node.shape))));
    const key = `${position}:${ix.map((x) => interner.idOf(x)).join()}`;
    let x = memo.get(key);
    if (x === undefined) {
      x = keepChecks(ix, narrow(requireExpr(node, lowered(position, ix)), node, graph.nodes));
      memo.set(key, x);
    }
    return x;
  };

  const { shape, op } = graph.nodes[root];
  const axes = shape.map((n, d) => freshAxis(n, LABELS[d] ?? `i${d}`));
  const ix = axes.map((a) => interner.intern(simplify(a.extent === 1 ? e.const(0, 'int32') : axisRef(a))));
  const grid = axes.filter((a) => a.extent !== 1);
  const stages = stagesOf(graph.nodes[root], root, grid, axes, ix, lowered(root, ix), simplify);
  return { ops: ops.length === 0 ? [op.name] : ops, ...stages };
}

function requireExpr(node: GraphNode, x: Lowered): Expr {
  if ('scan' in x || 'scatter' in x) throw new InternalError(`op '${node.op.name}' cannot be fused into another kernel.`);
  if (x.dtype !== computeType(node.dtype)) {
    throw new InternalError(`op '${node.op.name}' lowers to ${x.dtype}, expected ${computeType(node.dtype)} for ${node.dtype}.`);
  }
  return x;
}

function stagesOf(
  node: GraphNode,
  slot: number,
  grid: readonly Axis[],
  axes: readonly Axis[],
  ix: readonly Expr[],
  x: Lowered,
  simplify: (x: Expr) => Expr,
): { grid: readonly Axis[]; stages: Stage[] } {
  const index = simplify(flatIndex(ix, node.shape));
  if ('scan' in x) {
    const axis = axes[x.dim];
    return {
      grid: grid.filter((a) => a !== axis),
      stages: [{ kind: 'scan', axis, combine: x.scan, slot, index, value: simplify(x.value) }],
    };
  }
  if ('scatter' in x) {
    const own = ownAxes(x.axes, x.target, node.shape);
    const place = x.target.map(simplify);
    const target = simplify(flatIndex(place, node.shape));
    const rename = new Map(own.map(([from, dim]) => [from.id, axes[dim]]));
    const renamed = axisRenamer(rename);
    const outer = own.map(([, dim]) => axes[dim]).filter((a) => a.extent !== 1);
    const points = x.axes.filter((a) => !rename.has(a.id));
    const base: Stage = { kind: 'store', axes: grid.filter((a) => !outer.includes(a)), slot, index, value: simplify(x.base) };
    // Without points nothing is put, and no index is looked at.
    if (points.some((a) => a.extent === 0)) return { grid, stages: [{ ...base, axes: [] }] };
    return {
      grid: outer,
      stages: [
        base,
        { kind: 'scatter', axes: points, combine: x.scatter, slot, index: simplify(renamed(target)), value: simplify(renamed(keepChecks(place, x.value, [target]))) },
      ],
    };
  }
  const stages: Stage[] = [];
  const lift = rewriter((y) => {
    if (y.op !== 'reduce') return y;
    if (pointsOf(y.axes) === 0) return e.const(isArg(y.combine) ? 0 : identityOf(y.combine, y.args[0].dtype), y.dtype);
    const id = freshStage();
    stages.push({ kind: 'reduce', id, combine: y.combine, axes: y.axes, value: simplify(y.args[0]), dtype: y.dtype });
    return stageRef(id, y.dtype);
  });
  const value = simplify(lift(requireExpr(node, x)));
  return { grid, stages: [...stages, { kind: 'store', axes: [], slot, index, value }] };
}

/** Source axes that are a whole dimension of the target by themselves: different values never meet, so they may be grid axes. */
function ownAxes(axes: readonly Axis[], target: readonly Expr[], shape: Shape): [Axis, number][] {
  const found: [Axis, number][] = [];
  target.forEach((t, dim) => {
    if (t.op !== 'axis' || t.axis.extent !== shape[dim] || !axes.includes(t.axis)) return;
    if (target.some((u, other) => other !== dim && axesIn(u).has(t.axis.id))) return;
    found.push([t.axis, dim]);
  });
  return found;
}

/** Elements of a node's value. */
export const elementsOf = (node: GraphNode): number => sizeOf(node.shape);
