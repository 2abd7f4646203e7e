/**
 * Realising: the part of the graph that a value needs goes to the backend, as structure once and as a run every time.
 *
 * Collect the nodes below the roots, find their plan by their structure (`plans.ts`), run it with this time's buffers and
 * scalars, hang the results on the nodes.
 *
 * Invariant: a node that has a value keeps it, and ends the walk.
 */
import { neededAgain } from './again.js';
import type { DeviceBuffer } from '../device/backend.js';
import { setInUse, withRoom, type Storage } from '../memory/blocks.js';
import { watch } from '../memory/collected.js';
import { backendOf } from '../device/device.js';
import type { TypedArray } from '../tensor/dtype.js';
import { DeviceError } from '../errors.js';
import { dropInputs, isPassing, NO_INPUTS, nodesBelow, type Node } from '../graph/graph.js';
import { bringAside, bufferOf, disposeStorage, endGeneration, freeUnused, hostCopyOf, keepBeyondStep, keepHostCopy, storageFor, storageFromHost, turn, wantsTurn } from '../memory/memory.js';
import { addPending, allPending, takePending } from './pending.js';
import { planFor } from './plans.js';
import { sizeOf } from '../tensor/shape.js';
import { isFew, takeWanted, trimWanted } from './wanted.js';

// ── collecting ───────────────────────────────────────────────────────────────────────────────────────────────────────

const isOpen = ({ storage }: Node): boolean => storage === null;

/** Nodes that have a value end the walk, and so do moves from other devices. */
const toCompute = (node: Node): readonly Node[] => (isOpen(node) && node.op.form !== 'transfer' ? node.inputs : NO_INPUTS);

/** The nodes that the roots need, inputs before consumers. */
const collect = (roots: readonly Node[]): Node[] => nodesBelow(roots, toCompute);

function arrive(node: Node, host: TypedArray): void {
  node.storage = storageFromHost(node.device, node.dtype, host, node.scope);
  node.storage.block.volatile = node.volatile;
  dropInputs(node);
}

/** Keeps the node's value, if it is there, beyond the step. */
const keep = ({ storage }: Node): void => {
  if (storage !== null) keepBeyondStep(storage);
};

/** Whether it is small and seen by users, such as a loss or a counter. */
const isSmall = (node: Node): boolean => !node.hidden && isFew(node);

/** Nodes that a step may compute for wanted values beside twice its own. */
const FEW_NODES = 64;

/** The last of the steps that wait for moves from a device that cannot be read at once. Nothing is freed meanwhile. */
type Waiting = Promise<void> | null;
let waiting: Waiting = null;

// ── running ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Runs the plan of these nodes. All results are watched but that of `reading`, which the caller reads at once. In the
 * last run of a generation what the generation has not used makes room for the results.
 */
function run(device: string, nodes: readonly Node[], roots: readonly Node[], reading: Node | null, isLast: boolean): void {
  const backend = backendOf(device);
  const again = neededAgain(nodes);
  for (const root of roots) again.delete(root);
  const executable = withRoom(device, () => planFor(backend, nodes, again.size === 0 ? roots : [...roots, ...again]));
  const inputs: DeviceBuffer[] = [];
  const scalars: number[] = [];
  const results: Storage[] = [];
  setInUse(nodes);
  try {
    for (const node of nodes) {
      node.passed = true;
      if (node.storage !== null) inputs.push(bufferOf(node.storage));
      else if (node.op.form === 'scalar') scalars.push(node.number);
    }
    if (isLast && waiting === null) freeUnused(device);
    for (const position of executable.outputs) {
      const n = nodes[position];
      results.push(storageFor(device, n.dtype, sizeOf(n.shape), isPassing(n), n.holds, n.scope));
    }
    const outputs = results.map(bufferOf);
    withRoom(device, () => backend.run(executable, inputs, scalars, outputs));
  } catch (error) {
    results.forEach(disposeStorage);
    throw error;
  } finally {
    setInUse([]);
  }
  for (let i = 0; i < results.length; i++) {
    const node = nodes[executable.outputs[i]];
    node.storage = results[i];
    if (node !== reading) watch(results[i]);
    if (isLast && (again.has(node) || isSmall(node))) keep(node);
    dropInputs(node);
  }
  trimWanted();
}

/** What is left to compute. */
interface Work {
  readonly roots: readonly Node[];
  readonly nodes: readonly Node[];
  /** Moves from other devices whose value has not arrived. */
  readonly moves: readonly Node[];
}

/** The work that these nodes, all on one device, and everything pending there take. */
function workFor(asked: readonly Node[]): Work {
  const roots = asked.filter(isOpen);
  if (asked.length > 0) for (const node of takePending(asked[0].device)) if (isOpen(node) && !asked.includes(node)) roots.push(node);
  const nodes = collect(roots);
  return { roots, nodes, moves: nodes.filter((n) => n.op.form === 'transfer' && isOpen(n)) };
}

/** Runs work whose moves have arrived. */
function runWork({ roots, nodes, moves }: Work, reading: Node | null, isLast: boolean): void {
  const isMoved = moves.length > 0;
  const open = isMoved ? roots.filter(isOpen) : roots;
  if (open.length > 0) run(open[0].device, isMoved ? collect(open) : nodes, open, reading, isLast);
}

/** Runs work once its moves have arrived. */
async function finish(work: Work, isLast: boolean): Promise<void> {
  // Another read may bring one meanwhile.
  for (const node of work.moves) if (isOpen(node)) arrive(node, await readHost(node.inputs[0], null));
  runWork(work, null, isLast);
}

/** Computes the values of these nodes, all on one device, and everything pending there, when steps that wait have run. */
export async function realizeNodes(asked: readonly Node[], after = waiting): Promise<void> {
  if (after !== null) await after;
  await finish(workFor(asked), false);
}

/** As `realize`, at once. DeviceError when a value must come from a device that cannot be read at once. */
export function realizeNodesSync(asked: readonly Node[], reading: Node | null = null, isLast = false): void {
  const work = workFor(asked);
  for (const node of work.moves) arrive(node, readHostSync(node.inputs[0], 'realize', 'await realize(t)'));
  runWork(work, reading, isLast);
}

/**
 * Computes a step's values and those wanted of it: in one run if most of what these take is computed for the step anyway,
 * otherwise each in a run of its own, with the plan that a read would have. One that fails, fails when it is read.
 */
function computeStep(pending: readonly Node[], wanted: readonly Node[]): void {
  const known = new Set(pending);
  const more = wanted.filter((node) => !known.has(node));
  if (more.length > 0) {
    const all = [...pending, ...more];
    if (collect(all).length <= 2 * collect(pending).length + FEW_NODES && tries(all, true)) return;
    for (const node of more) tries([node], false);
  }
  realizeNodesSync(pending, null, true);
}

function tries(roots: readonly Node[], isLast: boolean): boolean {
  try {
    realizeNodesSync(roots, null, isLast);
    return true;
  } catch {
    return false;
  }
}

/** Starts a step that must wait, after those that wait already. If it fails, its values fail when they are read. */
function computeLater(work: Work, wanted: readonly Node[]): void {
  const before = waiting;
  const end = (): void => {
    wanted.forEach(keep);
    if (waiting !== step) return;
    waiting = null;
    endGeneration();
  };
  const step: Promise<void> = (before ?? Promise.resolve()).then(() => finish(work, true)).then(end, end);
  waiting = step;
}

/**
 * What an optimiser's step does once it has bound new values: computes all that is pending there, at once or as soon as
 * moves from other devices have arrived, and ends the generation.
 */
export function commit(...devices: readonly string[]): void {
  for (const device of devices) {
    const wanted = takeWanted(device);
    const open = wanted.filter(isOpen);
    wanted.forEach(keep);
    const pending = takePending(device);
    // An attempt that fails at a move may have taken what is pending on the other devices.
    const elsewhere = allPending();
    try {
      computeStep(pending, open);
    } catch (error) {
      const work = workFor([...new Set([...pending, ...open])]);
      if (work.moves.length === 0 || !(error instanceof DeviceError)) throw error;
      for (const node of elsewhere) if (isOpen(node)) addPending(node);
      computeLater(work, open);
    }
    open.forEach(keep);
  }
  if (devices.length > 0 && waiting === null) endGeneration();
}

// ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The value on the host. The array belongs to the node: copy before changing it. */
export async function readHost(node: Node, after = waiting): Promise<TypedArray> {
  if (wantsTurn()) await turn();
  if (node.storage === null) await realizeNodes([node], after);
  const storage = node.storage!;
  const known = hostCopyOf(storage);
  if (known !== null) return known;
  const asked = backendOf(node.device).download(bufferOf(storage), node.dtype, sizeOf(node.shape));
  const others = bringAside(node.device, storage);
  const host = await asked;
  await others;
  keepHostCopy(storage, host);
  return host;
}

/** As `readHost`, at once; DeviceError naming `instead` on devices that cannot. */
export function readHostSync(node: Node, op: string, instead: string): TypedArray {
  const backend = backendOf(node.device);
  if (backend.downloadSync === undefined) {
    throw new DeviceError(`${op}: ${backend.name} cannot be read at once. Use ${instead}.`);
  }
  if (node.storage === null) realizeNodesSync([node], node);
  const storage = node.storage!;
  const known = hostCopyOf(storage);
  if (known !== null) return known;
  const host = backend.downloadSync(bufferOf(storage), node.dtype, sizeOf(node.shape));
  keepHostCopy(storage, host);
  return host;
}

// ── looking inside ───────────────────────────────────────────────────────────────────────────────────────────────────

/** The plan of these nodes as text, without running it. */
export function explainNodes(asked: readonly Node[]): string | Promise<string> {
  const roots = asked.filter(isOpen);
  if (roots.length === 0) return 'the value is there; nothing is left to compute.';
  return planFor(backendOf(roots[0].device), collect(roots), roots).describe();
}
