/**
 * Showing: graphs as typed lets and kernels as loops over expressions, for people.
 *
 * Invariant: equal structure prints equally; fresh identities of axes and stages do not appear.
 *
 * Reference: JAX's `make_jaxpr` printing.
 */
import { nameOf, type Axis, type Expr, type Graph } from '@sconce/core';
import { stageAxes, stageExprs, type Kernel, type Stage } from './ir.js';
import type { Plan } from '../plan.js';

const INFIX: Readonly<Record<string, string>> = {
  add: '+', sub: '-', mul: '*', div: '/', quot: '//', rem: '%', and: '&', or: '|', xor: '^', shl: '<<', shr: '>>',
  eq: '==', ne: '!=', lt: '<', le: '<=', gt: '>', ge: '>=',
};

/** `a:f32[3,4] = add b c`, one line a node. */
function showGraph(graph: Graph): string {
  return graph.nodes
    .map((n, i) => {
      const attrs = Object.entries(n.attrs).map(([k, v]) => ` ${k}=${JSON.stringify(v)}`).join('');
      const root = graph.roots.includes(i) ? '  ← asked for' : '';
      return `  v${i}: ${n.dtype}[${n.shape.join(',')}] = ${n.op.name}${attrs} ${n.inputs.map((j) => `v${j}`).join(' ')}`.trimEnd() + root;
    })
    .join('\n');
}

/** Names of axes, unique within a kernel. */
function axisNames(kernel: Pick<Kernel, 'grid' | 'stages'>): Map<number, string> {
  const names = new Map<number, string>();
  const used = new Set<string>();
  const name = (a: Axis): void => {
    if (names.has(a.id)) return;
    let label = a.label;
    for (let i = 2; used.has(label); i++) label = `${a.label}${i}`;
    used.add(label);
    names.set(a.id, label);
  };
  kernel.grid.forEach(name);
  kernel.stages.forEach((s) => stageAxes(s).forEach(name));
  return names;
}

/** Instructions from which on a value that is used several times is written once, under a name. */
const LONG = 6;

/** The values of a stage that are written once: shared and long, inner ones first. */
function sharedIn(roots: readonly Expr[]): Expr[] {
  const uses = new Map<Expr, number>();
  const lengths = new Map<Expr, number>();
  const visit = (x: Expr): number => {
    uses.set(x, (uses.get(x) ?? 0) + 1);
    let length = lengths.get(x);
    if (length === undefined) {
      length = 1;
      for (const a of x.args) length += visit(a);
      lengths.set(x, length);
    }
    return uses.get(x)! > 1 && length >= LONG ? 1 : length;
  };
  roots.forEach(visit);
  return [...lengths].flatMap(([x, length]) => (uses.get(x)! > 1 && length >= LONG ? [x] : []));
}

/** A kernel as loops. */
export function showKernel(kernel: Kernel): string {
  const names = axisNames(kernel);
  const results = new Map<number, string>();
  const written = new Map<Expr, string>();
  const loops = (axes: readonly Axis[]): string => axes.map((a) => `${names.get(a.id)!}:${a.extent}`).join(' ');
  const text = (x: Expr): string => written.get(x) ?? spelled(x);
  const spelled = (x: Expr): string => {
    const args = x.args.map(text);
    switch (x.op) {
      case 'const':
        return Object.is(x.value, -0) ? '-0' : String(x.value);
      case 'axis':
        return names.get(x.axis.id)!;
      case 'scalar':
        return `s${x.slot}`;
      case 'stage':
        return results.get(x.id)!;
      case 'load':
        return `${kernel.buffers[x.slot].label}[${bare(args[0])}]`;
      case 'check':
        return `check_${x.check.op}_${x.check.noun}(${bare(args[0])} < ${x.check.size})`;
      case 'cast':
      case 'bitcast':
        return `${x.op === 'cast' ? '' : 'bits_'}${x.dtype}(${bare(args[0])})`;
      default:
        return x.op in INFIX ? `(${args[0]} ${INFIX[x.op]} ${args[1]})` : `${nameOf(x)}(${args.map(bare).join(', ')})`;
    }
  };
  const lines = (s: Stage): string[] => {
    written.clear();
    const shared = sharedIn(stageExprs(s)).map((x, i) => {
      const line = `    let t${i + 1} = ${bare(spelled(x))}`;
      written.set(x, `t${i + 1}`);
      return line;
    });
    return [...shared, line(s)];
  };
  const line = (s: Stage): string => {
    const value = bare(text(s.value));
    if (s.kind === 'reduce') {
      results.set(s.id, `${s.combine}${results.size + 1}`);
      return `  ${results.get(s.id)!} = ${s.combine} over ${loops(s.axes)} of ${value}`;
    }
    const target = `${kernel.buffers[s.slot].label}[${bare(text(s.index))}]`;
    if (s.kind === 'scan') return `  for ${loops([s.axis])} in order: ${target} = running ${s.combine} of ${value}`;
    const head = s.axes.length === 0 ? '' : `for ${loops(s.axes)}${s.kind === 'scatter' ? ' in order' : ''}: `;
    return s.kind === 'store' ? `  ${head}${target} = ${value}` : `  ${head}${target} ${s.combine}= ${value}`;
  };
  const head = `kernel ${kernel.name}${kernel.grid.length > 0 ? `  grid ${loops(kernel.grid)}` : ''}`;
  return [head, ...kernel.stages.flatMap(lines)].join('\n');
}

const bare = (text: string): string => (/^\([^()]*\)$/.test(text) ? text.slice(1, -1) : text);

/** The graph and the plan: what `explain` prints. */
export function showPlan(plan: Plan): string {
  const steps = plan.steps.map((s) => (s.kind === 'routine' ? `routine ${plan.graph.nodes[s.position].op.name}` : showKernel(s.kernel)));
  return ['graph', showGraph(plan.graph), `plan: ${steps.length} ${steps.length === 1 ? 'step' : 'steps'}, ${plan.arenaBytes} bytes of temporaries`, ...steps].join('\n');
}
