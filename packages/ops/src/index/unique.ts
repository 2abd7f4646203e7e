/**
 * Distinct elements, or distinct parts along a dimension. How many there are depends on values, so the input is read and
 * the answer is made on the host.
 *
 * Invariant: NaN equals nothing, so every NaN is distinct and comes last.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.unique.html
 */
import {
  fromHost,
  hostArray,
  IndexError,
  normalizeDim,
  numbersOf,
  readHost,
  requireTensor,
  type Shape,
  type Tensor,
  type TypedArray,
} from '@sconce/core';
import { checkOptions } from '../families/options.js';
import { parts, type Parts } from '../families/parts.js';
import { argsort } from '../sort/argsort.js';
import { reshape } from '../view/shape.js';

export interface UniqueConsecutiveOptions {
  /** Also for each element the position of its equal in the output. */
  readonly returnInverse?: boolean;
  /** Also how often each occurs. */
  readonly returnCounts?: boolean;
  /** Compare the parts along this dimension. Default: single elements of the flattened tensor. */
  readonly dim?: number | null;
}

export interface UniqueOptions extends UniqueConsecutiveOptions {
  /** The output is sorted in any case. */
  readonly sorted?: boolean;
}

export type WithInverse = Parts<'output' | 'inverseIndices'>;
export type WithCounts = Parts<'output' | 'counts'>;
export type WithBoth = Parts<'output' | 'inverseIndices' | 'counts'>;

/** The parts that are compared: `count` of them, part p holding the elements at ((f · between + b) · count + p) · inner + i. */
interface Cut {
  readonly shape: Shape;
  readonly dim: number;
  readonly count: number;
  /** Sizes before the dimension: the first one, and the product of those between. */
  readonly first: number;
  readonly between: number;
  /** The product of the sizes after it. */
  readonly inner: number;
}

function cutOf(op: string, x: Tensor, dim: number | null): Cut {
  if (dim === null) return { shape: [x.numel()], dim: 0, count: x.numel(), first: 1, between: 1, inner: 1 };
  if (x.ndim === 0) throw new IndexError(`${op}: got dim ${dim}, but a 0-d tensor has no dimensions. Leave dim out.`);
  const d = normalizeDim(op, dim, x.ndim);
  const product = (sizes: Shape): number => sizes.reduce((a, b) => a * b, 1);
  const first = d === 0 ? 1 : x.shape[0];
  return { shape: x.shape, dim: d, count: x.shape[d], first, between: product(x.shape.slice(1, d)), inner: product(x.shape.slice(d + 1)) };
}

/**
 * Which part comes first; 0 when they are equal. NaN comes after everything. As PyTorch exchanges the dimension with the
 * first one, elements are compared along the dimensions between before the first.
 */
const comparer = (values: ArrayLike<number | bigint>, { count, first, between, inner }: Cut, isNaNEqual: boolean) => (p: number, q: number): number => {
  for (let k = 0; k < between * first; k++) {
    const outer = (k % first) * between + Math.floor(k / first);
    for (let i = 0; i < inner; i++) {
      const a = values[(outer * count + p) * inner + i];
      const b = values[(outer * count + q) * inner + i];
      if (a === b || (isNaNEqual && a !== a && b !== b)) continue;
      return a < b || b !== b ? -1 : 1;
    }
  }
  return 0;
};

/** The elements of the chosen parts, in the array's own representation. */
function chosen(host: TypedArray, x: Tensor, { count, first, between, inner }: Cut, which: readonly number[]): TypedArray {
  const outer = first * between;
  const out = hostArray(x.dtype, outer * which.length * inner);
  which.forEach((p, k) => {
    for (let o = 0; o < outer; o++) {
      const from = (o * count + p) * inner;
      (out as Int32Array).set((host as Int32Array).subarray(from, from + inner), (o * which.length + k) * inner);
    }
  });
  return out;
}

/** The parts in order, equal ones in their own: single elements are sorted where they are. */
async function orderOf(x: Tensor, { count, first, between, inner }: Cut, inOrder: (p: number, q: number) => number): Promise<Int32Array> {
  if (first * between * inner !== 1) return Int32Array.from({ length: count }, (_, p) => p).sort((p, q) => inOrder(p, q) || p - q);
  const order = argsort(reshape(x, [-1]));
  const host = await readHost(order.node);
  order.dispose();
  return host as Int32Array;
}

async function distinct(op: string, x: Tensor, options: UniqueConsecutiveOptions, sorted: boolean): Promise<Tensor | Parts<string>> {
  const { returnInverse = false, returnCounts = false, dim = null } = options;
  const cut = cutOf(op, x, dim);
  const host = await readHost(x.node);
  const values = x.dtype === 'int64' ? (host as BigInt64Array) : numbersOf(host, x.dtype);
  const isSame = comparer(values, cut, false);
  const order = sorted ? await orderOf(x, cut, comparer(values, cut, true)) : Int32Array.from({ length: cut.count }, (_, p) => p);
  const firsts: number[] = [];
  const counts: number[] = [];
  const inverse = new Int32Array(cut.count);
  order.forEach((p, k) => {
    if (k === 0 || isSame(order[k - 1], p) !== 0) {
      firsts.push(p);
      counts.push(0);
    }
    counts[counts.length - 1]++;
    inverse[p] = firsts.length - 1;
  });
  const at = { device: x.device };
  const output = fromHost(chosen(host, x, cut, firsts), cut.shape.map((n, d) => (d === cut.dim ? firsts.length : n)), x.dtype, at);
  if (!returnInverse && !returnCounts) return output;
  const inverseIndices = fromHost(inverse, dim === null ? x.shape : [cut.count], 'int32', at);
  const fields: Record<string, Tensor> = {
    output,
    ...(returnInverse ? { inverseIndices } : {}),
    ...(returnCounts ? { counts: fromHost(Int32Array.from(counts), [counts.length], 'int32', at) } : {}),
  };
  return parts(fields);
}

const NAMES = ['returnInverse', 'returnCounts', 'dim'];

/**
 * The distinct elements, sorted.
 *
 * @returns a tensor, or with `returnInverse` or `returnCounts` its parts `{ output, inverseIndices, counts }`.
 * @example
 * const [values, inverse] = await unique(x, { returnInverse: true });
 * @see https://pytorch.org/docs/stable/generated/torch.unique.html
 */
export function unique(x: Tensor, options: UniqueOptions & { returnInverse: true; returnCounts: true }): Promise<WithBoth>;
export function unique(x: Tensor, options: UniqueOptions & { returnInverse: true; returnCounts?: false }): Promise<WithInverse>;
export function unique(x: Tensor, options: UniqueOptions & { returnInverse?: false; returnCounts: true }): Promise<WithCounts>;
export function unique(x: Tensor, options?: UniqueOptions & { returnInverse?: false; returnCounts?: false }): Promise<Tensor>;
export function unique(x: Tensor, options: UniqueOptions = {}): Promise<unknown> {
  requireTensor('unique', x);
  checkOptions('unique', options, [...NAMES, 'sorted']);
  return distinct('unique', x, options, true);
}

/**
 * The first of every run of equal elements.
 *
 * @returns a tensor, or with `returnInverse` or `returnCounts` its parts `{ output, inverseIndices, counts }`.
 * @see https://pytorch.org/docs/stable/generated/torch.unique_consecutive.html
 */
export function uniqueConsecutive(x: Tensor, options: UniqueConsecutiveOptions & { returnInverse: true; returnCounts: true }): Promise<WithBoth>;
export function uniqueConsecutive(x: Tensor, options: UniqueConsecutiveOptions & { returnInverse: true; returnCounts?: false }): Promise<WithInverse>;
export function uniqueConsecutive(x: Tensor, options: UniqueConsecutiveOptions & { returnInverse?: false; returnCounts: true }): Promise<WithCounts>;
export function uniqueConsecutive(x: Tensor, options?: UniqueConsecutiveOptions & { returnInverse?: false; returnCounts?: false }): Promise<Tensor>;
export function uniqueConsecutive(x: Tensor, options: UniqueConsecutiveOptions = {}): Promise<unknown> {
  requireTensor('uniqueConsecutive', x);
  checkOptions('uniqueConsecutive', options, NAMES);
  return distinct('uniqueConsecutive', x, options, false);
}
