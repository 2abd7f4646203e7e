/**
 * Measuring expansions, for tests: expanding to the end, evaluating over many arguments at once, counting ulps.
 *
 * Invariant: an array of an instruction's results has the instruction's type, so storing into it rounds as a machine
 * would. With `contract`, a product that a sum or difference takes is not rounded, as on a GPU that fuses the two.
 *
 * Reference: Muller, Elementary Functions (2016), section 2.2, for the ulp of subnormal numbers.
 */
import * as e from '../e.js';
import type { ComputeType } from '../../tensor/dtype.js';
import { scalarRef, withArgs, type Expr } from '../expr.js';
import { rowOf, type DerivedInstruction } from '../instructions.js';

type Column = Float32Array | Int32Array | Uint8Array;
type Meaning = (...args: unknown[]) => number | boolean;

/** What `e` calls the instructions that are made of simpler ones. */
export type DerivedName = { [K in keyof typeof e]: (typeof e)[K] extends { readonly row: DerivedInstruction } ? K : never }[keyof typeof e];

export const DERIVED_NAMES = (Object.keys(e) as DerivedName[]).filter((name) => 'row' in e[name] && 'name' in e[name].row);

/** The expression in basic instructions alone. */
function expandFully(root: Expr): Expr {
  const known = new Map<Expr, Expr>();
  const expand = (x: Expr): Expr => {
    let simpler = known.get(x);
    if (simpler === undefined) {
      const same = withArgs(x, x.args.map(expand));
      const other = same.op === 'derived' ? same.row[same.args[0].dtype]?.(...same.args) : undefined;
      simpler = other === undefined ? same : expand(other);
      known.set(x, simpler);
    }
    return simpler;
  };
  return expand(root);
}

/** An instruction, expanded, of runtime scalars. */
export function expanded(name: DerivedName, dtype: ComputeType = 'float32'): Expr {
  const operands = Array.from({ length: e[name].row.arity }, (_, slot) => scalarRef(slot, dtype));
  return expandFully(e[name](...operands));
}

/** All parts of an expression, operands before what takes them. */
export function parts(root: Expr): Expr[] {
  const order = new Set<Expr>();
  const visit = (x: Expr): void => {
    if (order.has(x)) return;
    x.args.forEach(visit);
    order.add(x);
  };
  visit(root);
  return [...order];
}

const columnOf = (dtype: ComputeType, size: number): Column =>
  dtype === 'float32' ? new Float32Array(size) : dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);

/** The expression's values for columns of its scalars' values. */
export function evaluateMany(root: Expr, scalars: readonly Column[], contract = false): Column {
  const size = scalars[0].length;
  const values = new Map<Expr, Column>();
  const column = (x: Expr): Column => values.get(x)!;
  for (const x of parts(root)) values.set(x, valuesOf(x));
  return column(root);

  function valuesOf(x: Expr): Column {
    if (x.op === 'scalar') return scalars[x.slot];
    const out = columnOf(x.dtype, size);
    if (x.op === 'const') return out.fill(Number(x.value));
    const [a, b, c] = x.args.map(column);
    if (x.op === 'bitcast') return x.dtype === 'int32' ? new Int32Array(a.buffer) : new Float32Array(a.buffer);
    if (x.op === 'cast') return out.map((_, i) => a[i]);
    if (x.op === 'select') return out.map((_, i) => (a[i] ? b[i] : c[i]));
    if (contract && x.dtype === 'float32' && (x.op === 'add' || x.op === 'sub')) return fused(x, out);
    const meaning = rowOf(x)!.js as Meaning;
    for (let i = 0; i < size; i++) out[i] = Number(meaning(a[i], b?.[i], x.args[0].dtype));
    return out;
  }

  function fused(x: Expr, out: Column): Column {
    const sign = x.op === 'sub' ? -1 : 1;
    const at = x.args.findIndex((arg) => arg.op === 'mul');
    const [a, b] = x.args.map(column);
    if (at < 0) return out.map((_, i) => a[i] + sign * b[i]);
    const [p, q] = x.args[at].args.map(column);
    return out.map((_, i) => (at === 0 ? p[i] * q[i] + sign * b[i] : a[i] + sign * (p[i] * q[i])));
  }
}

/** The distance of a float32 from a real number, in units of the last place of float32 at that number. */
export function ulpError(got: number, want: number): number {
  const nearest = Math.fround(want);
  if (Number.isNaN(nearest) || Number.isNaN(got)) return Number.isNaN(nearest) && Number.isNaN(got) ? 0 : Infinity;
  if (got === nearest) return Number.isFinite(got) ? Math.abs(got - want) / ulpAt(want) : 0;
  if (!Number.isFinite(nearest) || !Number.isFinite(got)) {
    // The largest float32 and infinity are neighbours.
    return Math.abs(Number.isFinite(got) ? got : want) > 3.4028e38 ? 1 : Infinity;
  }
  return Math.abs(got - want) / ulpAt(want);
}

function ulpAt(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude < 2 ** -125) return 2 ** -149;
  let exponent = Math.floor(Math.log2(magnitude));
  if (2 ** exponent > magnitude) exponent--;
  return 2 ** (exponent - 23);
}

export const SPECIAL = [
  0, 1, 2, 3, 0.5, 0.25, 1.5, 2.5, 4, 10, 88.5, 89, 104, 2 ** -149, 2 ** -126, 2 ** 127 * (2 - 2 ** -23), 2 ** 24, Infinity, NaN,
].flatMap((x) => [x, -x]);

/** Reproducible random integers of 32 bits. */
export function randomBits(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state ^ (state >>> 15);
  };
}

/** Arguments of every kind: special ones, all bit patterns, and as many where functions are neither 0 nor infinite. */
export function sampleFloats(count: number, seed = 1): Float32Array {
  const random = randomBits(seed);
  const bits = Int32Array.from({ length: count }, random);
  const samples = new Float32Array(bits.buffer);
  for (let i = 0; i < count; i++) {
    if (i % 2 === 1) samples[i] = (i % 4 === 1 ? 1 : -1) * Math.exp((random() / 2 ** 31) * 7);
  }
  samples.set(SPECIAL.slice(0, count));
  return samples;
}

