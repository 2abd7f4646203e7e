/**
 * Pending values: nodes that the next flush of their device computes even if nobody reads them, because they replace a
 * state (in-place forms) or belong to a backward pass.
 *
 * Invariant: taking them empties the list, so a failed flush does not fail again for the same node.
 */
import type { Node } from '../graph/graph.js';

const pending = new Map<string, Set<Node>>();

export function addPending(node: Node): void {
  let set = pending.get(node.device);
  if (set === undefined) pending.set(node.device, (set = new Set()));
  set.add(node);
}

export function removePending(node: Node): void {
  pending.get(node.device)?.delete(node);
}

export function takePending(device: string): Node[] {
  const set = pending.get(device);
  if (set === undefined) return [];
  // Not cleared: in V8 the table of a cleared set leads to the next one, so that one that has grown old would hold all later ones.
  pending.delete(device);
  return [...set];
}

/** What is pending on any device; it stays so. */
export const allPending = (): Node[] => [...pending.values()].flatMap((set) => [...set]);
