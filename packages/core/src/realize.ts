/**
 * Realising: the part of the graph that a value needs goes to the backend, as structure once and as a run every time.
 *
 * Collect the nodes below the roots, describe their structure as a list of numbers, look the plan up by it, compile on a
 * miss, run with this time's buffers and scalars, hang the results on the nodes.
 *
 * Invariant: two graphs with equal keys have equal structure (op, attributes, shapes, dtypes, sharing); values are not
 * part of the key, so a second step of the same shape compiles nothing.
 */
import type { Backend, DeviceBuffer, Executable, Graph } from './backend.js';
import { backendOf } from './device.js';
import type { TypedArray } from './dtype.js';
import { DeviceError, DisposedError } from './errors.js';
import { dropInputs, isHeld, NO_ATTRS, signatureOf, type Node } from './graph.js';
import { bufferOf, disposeStorage, endGeneration, hostCopyOf, keepHostCopy, requireLive, storageFor, storageFromHost, turn, wantsTurn, watch, type Storage } from './memory.js';
import { defineOp } from './op.js';
import { takePending } from './pending.js';
import { sizeOf } from './shape.js';

const INPUT = defineOp({ name: 'input', form: 'input' });

// ── collecting ───────────────────────────────────────────────────────────────────────────────────────────────────────

let traversal = 0;

/** The nodes that the roots need, inputs before consumers. Nodes that have a value end the walk. */
function collect(roots: readonly Node[]): Node[] {
  const mark = ++traversal;
  const order: Node[] = [];
  const stack: Node[] = [];
  const next: number[] = [];
  const visit = (node: Node): void => {
    if (node.mark === mark) return;
    node.mark = mark;
    stack.push(node);
    next.push(0);
  };
  for (const root of roots) {
    visit(root);
    while (stack.length > 0) {
      const node = stack[stack.length - 1];
      const i = next[next.length - 1]++;
      if (node.storage === null && node.op.form !== 'transfer' && i < node.inputs.length) {
        visit(node.inputs[i]);
        continue;
      }
      stack.pop();
      next.pop();
      node.position = order.length;
      order.push(node);
    }
  }
  return order;
}

/** Moves from other devices whose value has not arrived. */
const unresolved = (nodes: readonly Node[]): Node[] => nodes.filter((n) => n.op.form === 'transfer' && n.storage === null);

function arrive(node: Node, host: TypedArray): void {
  node.storage = storageFromHost(node.device, node.dtype, host);
  node.storage.block.volatile = node.volatile;
  dropInputs(node);
}

// ── plans ────────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Entry {
  readonly key: readonly number[];
  readonly executable: Executable;
}

/** Plans kept per backend; the oldest go first. */
const PLAN_LIMIT = 1024;
const plans = new WeakMap<Backend, Map<number, Entry[]>>();
const counters = { compiled: 0, hits: 0 };

/** How often a plan was compiled and how often one was found, since the program began. */
export const planStatistics = (): Readonly<typeof counters> => ({ ...counters });

const keeps = (node: Node): boolean => node.tracked && !node.released;

function keyOf(nodes: readonly Node[], roots: readonly Node[]): number[] {
  const key: number[] = [];
  for (const node of nodes) {
    if (node.storage !== null) {
      key.push(-signatureOf(INPUT, NO_ATTRS, node.shape, node.dtype));
      continue;
    }
    key.push(node.signature * 2 + (keeps(node) ? 1 : 0));
    for (const input of node.inputs) key.push(input.position);
  }
  for (const root of roots) key.push(root.position);
  return key;
}

function hashOf(key: readonly number[]): number {
  let h = 17;
  for (const x of key) h = (Math.imul(h, 31) + x) | 0;
  return h;
}

function sameKey(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The graph of these nodes as a backend takes it. */
function graphOf(nodes: readonly Node[], roots: readonly Node[]): Graph {
  const positionsOf = (form: string): number[] =>
    nodes.flatMap((n, i) => ((n.storage !== null ? 'input' : n.op.form) === form ? [i] : []));
  return {
    nodes: nodes.map((n) => {
      const given = n.storage !== null;
      return {
        op: given ? INPUT : n.op,
        attrs: given ? NO_ATTRS : n.attrs,
        inputs: given ? [] : n.inputs.map((x) => x.position),
        shape: n.shape,
        dtype: n.dtype,
        keep: !given && keeps(n),
      };
    }),
    inputs: positionsOf('input'),
    scalars: positionsOf('scalar'),
    roots: roots.map((r) => r.position),
  };
}

function planFor(backend: Backend, nodes: readonly Node[], roots: readonly Node[]): Executable {
  let cache = plans.get(backend);
  if (cache === undefined) plans.set(backend, (cache = new Map<number, Entry[]>()));
  const key = keyOf(nodes, roots);
  const hash = hashOf(key);
  const bucket = cache.get(hash) ?? [];
  for (const entry of bucket) {
    if (!sameKey(entry.key, key)) continue;
    counters.hits += 1;
    return entry.executable;
  }
  counters.compiled += 1;
  const executable = backend.compile(graphOf(nodes, roots));
  if (cache.size >= PLAN_LIMIT) cache.delete(cache.keys().next().value as number);
  cache.set(hash, [...bucket, { key, executable }]);
  return executable;
}

// ── running ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Runs the plan of these nodes. All results are watched but that of `reading`, which the caller reads at once.
 */
function run(device: string, nodes: readonly Node[], roots: readonly Node[], reading: Node | null): void {
  const backend = backendOf(device);
  const executable = planFor(backend, nodes, roots);
  const inputs: DeviceBuffer[] = [];
  const scalars: number[] = [];
  for (const node of nodes) {
    if (node.storage !== null) inputs.push(bufferOf(node.storage));
    else if (node.op.form === 'scalar') scalars.push(node.number);
    else if (node.op.form === 'input') throw new DisposedError('a tensor that this value was computed from is gone.');
  }
  const results: Storage[] = [];
  const outputs: DeviceBuffer[] = [];
  for (const position of executable.outputs) {
    const n = nodes[position];
    const storage = storageFor(device, n.dtype, sizeOf(n.shape), n.volatile, isHeld(n));
    results.push(storage);
    outputs.push(bufferOf(storage));
  }
  try {
    backend.run(executable, inputs, scalars, outputs);
  } catch (error) {
    results.forEach(disposeStorage);
    throw error;
  }
  for (let i = 0; i < results.length; i++) {
    const node = nodes[executable.outputs[i]];
    node.storage = results[i];
    if (node !== reading) watch(results[i]);
    dropInputs(node);
  }
}

/** What must be computed for these nodes, with all that is pending on their device. */
function rootsOf(device: string, asked: readonly Node[]): Node[] {
  const pending = takePending(device);
  const roots = asked.filter((n) => n.storage === null);
  for (const node of pending) if (node.storage === null && !roots.includes(node)) roots.push(node);
  return roots;
}

/** Runs what is below the roots, once moves from other devices have arrived. */
function runBelow(roots: readonly Node[], nodes: readonly Node[], moved: boolean, reading: Node | null): void {
  if (!moved) return run(roots[0].device, nodes, roots, reading);
  const open = roots.filter((n) => n.storage === null);
  if (open.length > 0) run(open[0].device, collect(open), open, reading);
}

/** Computes the values of these nodes, all on one device, and everything pending there. */
export async function realize(asked: readonly Node[]): Promise<void> {
  if (asked.length === 0) return;
  const roots = rootsOf(asked[0].device, asked);
  if (roots.length === 0) return;
  const nodes = collect(roots);
  const moves = unresolved(nodes);
  for (const node of moves) arrive(node, await readHost(node.inputs[0]));
  runBelow(roots, nodes, moves.length > 0, null);
}

/** As `realize`, at once. DeviceError when a value must come from a device that cannot be read at once. */
export function realizeSync(asked: readonly Node[], reading: Node | null = null): void {
  if (asked.length === 0) return;
  const roots = rootsOf(asked[0].device, asked);
  if (roots.length === 0) return;
  const nodes = collect(roots);
  const moves = unresolved(nodes);
  for (const node of moves) arrive(node, readHostSync(node.inputs[0], 'realize', 'an asynchronous read such as await t.data()'));
  runBelow(roots, nodes, moves.length > 0, reading);
}

/** What an optimiser's step does once it has bound new values: computes all that is pending, and ends the generation. */
export function commit(device: string): void {
  const roots = takePending(device);
  if (roots.length > 0) realizeSync(roots);
  endGeneration();
}

// ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The value on the host. The array belongs to the node: copy before changing it. */
export async function readHost(node: Node): Promise<TypedArray> {
  if (wantsTurn()) await turn();
  if (node.storage === null) await realize([node]);
  const storage = node.storage!;
  const known = hostCopyOf(storage);
  if (known !== null) return known;
  const host = await backendOf(node.device).download(bufferOf(storage), node.dtype, sizeOf(node.shape));
  requireLive(storage.block);
  keepHostCopy(storage, host);
  return host;
}

/** As `readHost`, at once; DeviceError naming `instead` on devices that cannot. */
export function readHostSync(node: Node, op: string, instead: string): TypedArray {
  const backend = backendOf(node.device);
  if (backend.downloadSync === undefined) {
    throw new DeviceError(`${op}: ${backend.name} cannot be read at once. Use ${instead}.`);
  }
  if (node.storage === null) realizeSync([node], node);
  const storage = node.storage!;
  const known = hostCopyOf(storage);
  if (known !== null) return known;
  const host = backend.downloadSync(bufferOf(storage), node.dtype, sizeOf(node.shape));
  keepHostCopy(storage, host);
  return host;
}

// ── looking inside ───────────────────────────────────────────────────────────────────────────────────────────────────

/** The plan of these nodes as text, without running it. */
export function explainNodes(asked: readonly Node[]): string {
  const roots = asked.filter((n) => n.storage === null);
  if (roots.length === 0) return 'the value is there; nothing is left to compute.';
  return planFor(backendOf(roots[0].device), collect(roots), roots).describe();
}
