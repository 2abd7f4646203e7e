/**
 * Values that a second run would compute again are stored by it, so that a third one does not.
 *
 * A node that a run has passed through without storing it, and that something recorded since consumes, is one that its
 * user holds: the keys and values of a decoder's cache, a recurrent state carried on to the next batch, prepared data.
 * Without this each run would compute such a chain from its beginning. What joins more to such a value by the value's own
 * op, as a cache that grows does, is the next link of a chain: it is stored at once, and so is what joins more to it. What
 * costs no more than elements is left alone, and what gradient rules consume, whose plans weigh storing against computing.
 *
 * Invariant: which values are stored changes, never what they are.
 *
 * Reference: docs/decisions/0007-values-of-two-runs.md
 */
import type { Node } from '../graph/graph.js';

/** Whether computing each node, from what is stored, takes more than a step an element. `nodes` are in order. */
function costly(nodes: readonly Node[]): boolean[] {
  const result: boolean[] = [];
  for (const { op, storage, inputs } of nodes) {
    const isElement = op.form === 'element' || op.form === 'scalar' || op.form === 'input' || op.form === 'transfer';
    result.push(storage === null && op.form !== 'transfer' && (!isElement || inputs.some((input) => result[input.position])));
  }
  return result;
}

/** The last links of chains. What is consumed time and again, such as a parameter, is none. */
const lastLinks = /* @__PURE__ */ new WeakSet<Node>();

/** Of the nodes of a run, those without a value that earlier runs have passed through and later nodes consume, and next links of chains. */
export function neededAgain(nodes: readonly Node[]): Set<Node> {
  const found = new Set<Node>();
  let isCostly: boolean[] | undefined;
  for (const node of nodes) {
    if (node.passed || node.hidden || node.storage !== null) continue;
    for (const input of node.inputs) {
      if (!input.passed || input.hidden) continue;
      const isNeeded = input.storage === null && (isCostly ??= costly(nodes))[input.position];
      if (isNeeded) found.add(input);
      if (input.op !== node.op || !(lastLinks.delete(input) || isNeeded)) continue;
      lastLinks.add(node);
      if ((isCostly ??= costly(nodes))[node.position]) found.add(node);
    }
  }
  return found;
}
