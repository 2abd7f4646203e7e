/**
 * Values that a program may still want when an optimiser's step has ended and what they are computed from goes.
 *
 * JavaScript does not say what is held. But what a program keeps of a step is where its graph ends: losses, counts, norms,
 * detached features, copies and averages of parameters. So what a user has recorded from parameters, or taken, and nothing
 * consumes is computed along with the step, whatever its size, and belongs to the collector from then on. Two limits keep
 * this cheap. What gradients pass through, activations for the most part, counts only where it is small; and where a graph
 * narrows to few elements the value stays wanted although something consumes it, for all that follows is computed from it.
 *
 * Invariant: which values are computed early changes, never what they are. The list is bounded, and empty after a step.
 *
 * Reference: docs/decisions/0009-what-a-step-leaves.md
 */
import { reveal, type Node } from '../graph/graph.js';
import { sizeOf } from '../tensor/shape.js';

/** Elements up to which a value is small. */
const FEW = 16;
/** Nodes that may be noted between two runs; and values that stay noted over a run, and without one. */
const MOST_NOTED = 1024;
const MOST_OVER_RUNS = 32;
const MOST_WITHOUT_RUN = 256;

let noted: Node[] = [];

export const isFew = (node: Node): boolean => sizeOf(node.shape) <= FEW;

/** Notes what a user has recorded from parameters, unless it is a large value that gradients pass through. */
export function noteRecorded(node: Node): void {
  if (!node.tracked || isFew(node)) want(node);
}

/** A user takes what a gradient rule or an optimiser has recorded. */
export function take(node: Node): void {
  reveal(node);
  if (node.volatile) want(node);
}

function want(node: Node): void {
  if (node.wanted) return;
  node.wanted = true;
  if (noted.push(node) >= MOST_NOTED) trim(MOST_WITHOUT_RUN);
}

/** Something that a user records consumes the node. */
export function consume(node: Node): void {
  reveal(node);
  if (node.wanted && (!isFew(node) || node.inputs.every(isFew))) node.wanted = false;
}

/** Forgets what is consumed or there, and the oldest of what is left: programs that never step must not hold it. */
function trim(most: number): void {
  noted = noted.filter((node) => node.wanted && (node.storage === null || (isFew(node) && !node.storage.block.restorable)));
  for (const node of noted.splice(0, noted.length - most)) node.wanted = false;
}

export const trimWanted = (): void => trim(MOST_OVER_RUNS);

/** What is wanted of a device, oldest first. */
export function takeWanted(device: string): Node[] {
  const taken = noted.filter((node) => node.wanted && node.device === device && node.holds === 0);
  noted = noted.filter((node) => node.device !== device);
  return taken;
}
