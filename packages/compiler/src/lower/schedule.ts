/**
 * Scheduling: which nodes of the graph are stored in memory, and so become kernels of their own before merging.
 *
 * Stored are the roots, everything that joins elements (reductions, scans, scatters, routines), and values that would
 * otherwise be computed more than once: read by several consumers, or costly and repeated by a broadcast. Merging puts
 * neighbours back together and removes stores that nobody needs, so storing here is a question, not yet a cost.
 *
 * Invariant: a node that is not stored is an `element` op, and its expression is put into every consumer.
 */
import { elementCost, TOO_LONG } from './cost.js';
import { elementsOf } from './lower.js';
import type { Graph } from '@sconce/core';

/** An instruction count beyond which a value is not computed again for every element of a broadcast. */
const COSTLY = 8;
/** Distinct inputs of one inlined expression. */
const TOO_WIDE = 24;

export interface Schedule {
  /** For each node, whether its value is in memory when others read it. */
  readonly stored: readonly boolean[];
}

export function schedule(graph: Graph, maxBuffers: number): Schedule {
  const { nodes } = graph;
  const consumers: number[][] = nodes.map(() => []);
  nodes.forEach((n, i) => n.inputs.forEach((j) => consumers[j].push(i)));
  const roots = new Set(graph.roots);
  const stored = nodes.map(() => false);
  const cost = nodes.map(() => 0);
  const length = nodes.map(() => 0);
  const width = nodes.map(() => new Set<number>());

  nodes.forEach((node, i) => {
    const { form } = node.op;
    if (form === 'input') stored[i] = true;
    if (form === 'input' || form === 'scalar') {
      if (form === 'input') width[i].add(i);
      return;
    }
    const own = form === 'element' ? elementCost(graph, i) : { cost: COSTLY, length: 1 };
    const open = node.inputs.filter((j) => !stored[j]);
    cost[i] = own.cost + open.reduce((sum, j) => sum + cost[j], 0);
    length[i] = own.length + open.reduce((sum, j) => sum + length[j], 0);
    width[i] = readsOf(i);
    // More than one kernel binds beside its result: the inputs that bring most are stored.
    for (let widest = widestOf(i); width[i].size >= maxBuffers && widest !== undefined; widest = widestOf(i)) {
      stored[widest] = true;
      width[i] = readsOf(i);
    }
    stored[i] = form !== 'element' || roots.has(i) || shared(i) || repeated(i) || length[i] > TOO_LONG || width[i].size > Math.min(TOO_WIDE, maxBuffers - 2);
    if (stored[i]) {
      cost[i] = 0;
      length[i] = 0;
      width[i] = new Set([i]);
    }
  });

  /** What the kernel of a node reads, with what is open put in its place. */
  function readsOf(i: number): Set<number> {
    return new Set(nodes[i].inputs.flatMap((j) => (stored[j] ? [j] : [...width[j]])));
  }

  /** The open input that brings most reads, more than one. */
  function widestOf(i: number): number | undefined {
    const open = nodes[i].inputs.filter((j) => !stored[j] && width[j].size > 1);
    return open.sort((a, b) => width[b].size - width[a].size).at(0);
  }

  /** Several consumers, and more than a change of view to compute. */
  function shared(i: number): boolean {
    return new Set(consumers[i]).size > 1 && cost[i] > 0;
  }

  /** A costly value of which a consumer has several elements for each. */
  function repeated(i: number): boolean {
    if (cost[i] < COSTLY) return false;
    return consumers[i].some((c) => nodes[c].op.form === 'reduce' ? nodes[c].inputs.length > 1 : elementsOf(nodes[c]) > elementsOf(nodes[i]));
  }

  // A routine reads whole arrays: what goes into it must be in memory.
  nodes.forEach((node) => {
    if (node.op.form === 'routine') for (const j of node.inputs) if (nodes[j].op.form !== 'scalar') stored[j] = true;
  });
  return { stored };
}
