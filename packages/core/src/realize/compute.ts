/**
 * Computing now what would be computed when it is read: for what many later steps share, such as prepared data.
 *
 * Invariant: a realised tensor has its value on its device; nothing is computed twice for it.
 */
import type { Node } from '../graph/graph.js';
import { realizeNodes, realizeNodesSync } from './realize.js';
import { requireTensor } from '../graph/record.js';
import type { Tensor } from '../tensor/tensor.js';

/** The nodes of these tensors, a list for each device. */
function byDevice(op: string, given: Tensor | readonly Tensor[]): Node[][] {
  const lists = new Map<string, Node[]>();
  for (const t of Array.isArray(given) ? (given as readonly Tensor[]) : [given as Tensor]) {
    requireTensor(op, t);
    const list = lists.get(t.device);
    if (list === undefined) lists.set(t.device, [t.node]);
    else list.push(t.node);
  }
  return [...lists.values()];
}

/**
 * Computes these tensors and keeps their values, so that what uses them later starts from there.
 *
 * @example
 * const prepared = div(sub(images, mean(images)), std(images));
 * await realize(prepared);        // once, and not in every step that uses it
 * @throws what the computation throws: an IndexError, a DeviceLostError, an OutOfMemoryError.
 */
export async function realize(tensors: Tensor | readonly Tensor[]): Promise<void> {
  for (const nodes of byDevice('realize', tensors)) await realizeNodes(nodes);
}

/** As `realize`, at once; DeviceError when a value must first come from a device that cannot be read at once. */
export function realizeSync(tensors: Tensor | readonly Tensor[]): void {
  for (const nodes of byDevice('realizeSync', tensors)) realizeNodesSync(nodes);
}
