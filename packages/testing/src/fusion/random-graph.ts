/**
 * Random graphs of small ops of its own: elementwise, broadcasts, views, reductions, products and scans, chained and
 * shared in ways that nobody would think of. Compilers and backends are compared on them.
 *
 * Invariant: smaller choices make smaller graphs, so a failure shrinks to few nodes.
 */
import { constant, defineOp, type Expr, type Graph, type GraphNode, type Op, type Shape } from '@sconce/core';
import * as e from '@sconce/core/e';
import fc from 'fast-check';
import { listOf } from '../property/arbitraries.js';

const element = (name: string, lower: NonNullable<Op['lower']>): Op => defineOp({ name, form: 'element', lower });
const INPUT = defineOp({ name: 'input', form: 'input' });
const zero = constant(0, 'int32');
const at = (ix: readonly Expr[], shape: Shape): Expr[] => shape.map((n, d) => (n === 1 ? zero : ix[ix.length - shape.length + d]));
const unary = [
  element('exp', (ix, [x]) => e.exp(e.min(x(ix), 2))),
  element('neg', (ix, [x]) => e.neg(x(ix))),
  element('half', (ix, [x]) => e.mul(x(ix), 0.5)),
];
const binary = [
  element('add', (ix, [a, b]) => e.add(a(at(ix, a.shape)), b(at(ix, b.shape)))),
  element('mul', (ix, [a, b]) => e.mul(a(at(ix, a.shape)), b(at(ix, b.shape)))),
];
const flip = element('flip', (ix, [x], n) => x(ix.map((i, d) => (d === n.shape.length - 1 ? e.sub(n.shape[d] - 1, i) : i))));
const transpose = element('transpose', (ix, [x]) => x([...ix].reverse()));
const reshape = element('reshape', (ix, [x], n) => {
  const flat = ix.reduce<Expr>((sum, i, d) => e.add(sum, e.mul(i, n.shape.slice(d + 1).reduce((p, m) => p * m, 1))), zero);
  return x(x.shape.map((m, d) => e.rem(e.quot(flat, x.shape.slice(d + 1).reduce((p, k) => p * k, 1)), m)));
});
const pad = element('pad', (ix, [x], n) => {
  const i = e.sub(ix[ix.length - 1], 1);
  const inside = e.and(e.ge(i, 0), e.lt(i, n.shape[n.shape.length - 1] - 2));
  return e.select(inside, x([...ix.slice(0, -1), i]), 0);
});
const reduce = (combine: 'sum' | 'max', keep: boolean): Op =>
  defineOp({
    name: `${combine}${keep ? '_keep' : ''}`,
    form: 'reduce',
    lower: (ix, [x]) => e.reduce(combine, [x.shape[x.shape.length - 1]], (r) => x([...ix.slice(0, x.shape.length - 1), r[0]])),
  });
const reduceFirst = defineOp({
  name: 'sum0',
  form: 'reduce',
  lower: (ix, [x]) => e.reduce('sum', [x.shape[0]], (r) => x([r[0], ...ix.slice(1)])),
});
const matmul = defineOp({
  name: 'matmul',
  form: 'reduce',
  lower: (ix, [a, b]) => e.reduce('sum', [a.shape[1]], (r) => e.mul(a([ix[0], r[0]]), b([r[0], ix[1]]))),
});
const scan = defineOp({ name: 'cumsum', form: 'scan', lower: (ix, [x], n) => ({ scan: 'sum', dim: n.shape.length - 1, value: x(ix) }) });
const REDUCES = [reduce('sum', true), reduce('max', true), reduce('sum', false), reduce('max', false)];

const broadcast = (a: Shape, b: Shape): number[] | null => {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a];
  const out = [...long];
  for (let d = 0; d < short.length; d++) {
    const k = long.length - short.length + d;
    if (short[d] !== out[k] && short[d] !== 1 && out[k] !== 1) return null;
    out[k] = Math.max(out[k], short[d]);
  }
  return out;
};

/** A step that tries to add a node: an op of some kind on a node, mostly a late one. */
interface Step {
  readonly kind: number;
  readonly from: number;
  readonly which: number;
  readonly other: number;
  readonly keep: boolean;
}

const INPUTS: readonly Shape[] = [[4, 6], [4, 6], [6, 4], [6], [4, 1], [3, 4, 6], [20, 24]];

function graphOf(steps: readonly Step[], second: number | null): Graph {
  const nodes: GraphNode[] = INPUTS.map((shape) => ({ op: INPUT, inputs: [], shape, attrs: {}, dtype: 'float32', keep: false }));
  for (const { kind, from, which, other, keep } of steps) {
    const push = (op: Op, inputs: number[], shape: Shape): void => void nodes.push({ op, inputs, shape, attrs: {}, dtype: 'float32', keep });
    const far = from >> 2;
    const i = from % 4 === 0 ? far % nodes.length : nodes.length - 1 - (far % 6);
    const { shape } = nodes[i];
    if (kind <= 1) push(unary[which % unary.length], [i], shape);
    else if (kind <= 4) {
      const j = other % nodes.length;
      const out = broadcast(shape, nodes[j].shape);
      if (out !== null) push(binary[which % 2], [i, j], out);
    } else if (kind <= 6 && shape.length > 0) {
      const op = REDUCES[which % 4];
      push(op, [i], op.name.endsWith('keep') ? [...shape.slice(0, -1), 1] : shape.slice(0, -1));
    } else if (kind === 7 && shape.length === 2) {
      const j = nodes.findIndex((n) => n.shape.length === 2 && n.shape[0] === shape[1]);
      if (j >= 0) push(matmul, [i, j], [shape[0], nodes[j].shape[1]]);
    } else if (kind === 8 && shape.length === 2) {
      const form = which % 5;
      if (form === 0) push(transpose, [i], [shape[1], shape[0]]);
      else if (form === 1) push(flip, [i], shape);
      else if (form === 2) push(reshape, [i], [shape[0] * shape[1]]);
      else if (form === 3) push(pad, [i], [shape[0], shape[1] + 2]);
      else push(reduceFirst, [i], [1, shape[1]]);
    } else if (kind === 9 && shape.length > 0) push(scan, [i], shape);
  }
  const made = nodes.length - INPUTS.length;
  const roots = [nodes.length - 1, ...(second === null || made === 0 ? [] : [INPUTS.length + (second % made)])];
  return { nodes, inputs: INPUTS.map((_, i) => i), scalars: [], roots: [...new Set(roots)].filter((r) => nodes[r].op !== INPUT) };
}

const textOf = ({ nodes, roots }: Graph): string =>
  nodes.map(({ op, inputs, shape }, i) => `${roots.includes(i) ? '→ ' : ''}v${i}: [${shape.join()}] = ${[op.name, ...inputs.map((j) => `v${j}`)].join(' ')}`).join('; ');

const step: fc.Arbitrary<Step> = fc.record({ kind: fc.nat(9), from: fc.nat(99), which: fc.nat(59), other: fc.nat(99), keep: fc.nat(8).map((n) => n === 8) });

/** Graphs of up to twenty small ops of every fusable form, with one or two roots. */
export const graphs: fc.Arbitrary<Graph> = fc
  .noBias(fc.tuple(listOf(step, 4, 14), fc.option(fc.nat(99))))
  .map(([steps, second]) => {
    const graph = graphOf(steps, second);
    return Object.assign(graph, { [fc.toStringMethod]: () => textOf(graph) });
  })
  .filter(({ roots }) => roots.length > 0);
