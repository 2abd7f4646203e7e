/**
 * Plans: what backends compiled, by the structure of the graph it was compiled for.
 *
 * The structure is written down as a list of numbers, the key, in an array that is used again for every flush; a step of
 * a known plan makes nothing here. A hash of the key says where to look, the whole key is compared.
 *
 * Invariant: two graphs with equal keys have equal structure (op, attributes, shapes, dtypes, sharing); values are not
 * part of the key, so a second step of the same shape compiles nothing.
 */
import type { Backend, Executable, Graph } from '../device/backend.js';
import { INPUT } from '../graph/builtin.js';
import { NO_ATTRS, signatureOf, type Node } from '../graph/graph.js';
import type { Form } from '../graph/op.js';

const keeps = (node: Node): boolean => node.tracked && !node.released;

// ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The key at hand and its hash, written anew at every flush. */
let key = new Int32Array(1024);
let length = 0;
let hash = 0;

function write(x: number): void {
  key[length++] = x;
  hash = (Math.imul(hash, 31) + x) | 0;
}

/**
 * Writes the key of these nodes down: for each a positive number, followed by a negative one for each input; 0; the roots.
 * So the key can be read back, and says where inputs that vary in number end.
 */
function writeKey(nodes: readonly Node[], roots: readonly Node[]): void {
  let most = nodes.length + 1 + roots.length;
  for (const node of nodes) most += node.inputs.length;
  if (most > key.length) key = new Int32Array(2 * most);
  length = 0;
  hash = 17;
  for (const node of nodes) {
    if (node.storage !== null) {
      write(inputSignature(node) * 4 + 2);
      continue;
    }
    write(node.signature * 4 + (keeps(node) ? 1 : 0));
    for (const input of node.inputs) write(~input.position);
  }
  write(0);
  for (const root of roots) write(root.position);
}

const inputSignature = (node: Node): number => signatureOf(INPUT, NO_ATTRS, node.shape, node.dtype);

/** Whether this is the key at hand. */
function isKey(known: Int32Array): boolean {
  if (known.length !== length) return false;
  for (let i = 0; i < length; i++) if (known[i] !== key[i]) return false;
  return true;
}

// ── finding and compiling ────────────────────────────────────────────────────────────────────────────────────────────

/** The graph of these nodes as a backend takes it. */
function graphOf(nodes: readonly Node[], roots: readonly Node[]): Graph {
  const positionsOf = (form: Form): number[] =>
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

interface Entry {
  readonly key: Int32Array;
  readonly executable: Executable;
}

/** Plans kept per backend; the oldest go first. */
const PLAN_LIMIT = 1024;
const plans = new WeakMap<Backend, Map<number, Entry[]>>();
const counters = { compiled: 0, hits: 0 };

/** How often a plan was compiled and how often one was found, since the program began. */
export const planStatistics = (): Readonly<typeof counters> => ({ ...counters });

/** The plan of these nodes, compiled when it is the first of its structure. */
export function planFor(backend: Backend, nodes: readonly Node[], roots: readonly Node[]): Executable {
  let cache = plans.get(backend);
  if (cache === undefined) plans.set(backend, (cache = new Map<number, Entry[]>()));
  writeKey(nodes, roots);
  const home = hash;
  const bucket = cache.get(home) ?? [];
  for (const entry of bucket) {
    if (!isKey(entry.key)) continue;
    counters.hits += 1;
    return entry.executable;
  }
  counters.compiled += 1;
  const entry = { key: key.slice(0, length), executable: backend.compile(graphOf(nodes, roots)) };
  if (cache.size >= PLAN_LIMIT) cache.delete(cache.keys().next().value as number);
  cache.set(home, [...bucket, entry]);
  return entry.executable;
}
