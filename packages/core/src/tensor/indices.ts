/**
 * Indices that come from data, and other values that must lie in a range: what is wrong with one, and finding it at the call.
 *
 * A kernel checks every index that it uses, so none reads a neighbour; but kernels run when a value is asked for. Where
 * the index is on the host already, as the labels of a batch are, the call itself can say what is wrong.
 *
 * Invariant: both say it in the same words.
 */
import type { IndexCheck } from '../expr/expr.js';
import { indexError } from './index-error.js';
import { hostCopyOf } from '../memory/memory.js';
import { numbersOf } from './nested.js';
import type { Tensor } from './tensor.js';

/** Values up to this many are looked at in the call. */
const FEW = 1 << 16;

/** The first of few values on the host that is wrong, and its position; undefined when there is none, or none is known. */
export function findKnown(x: Tensor, isWrong: (value: number, position: number) => boolean): { readonly value: number; readonly position: number } | undefined {
  const { storage } = x.node;
  const host = storage === null || x.numel() > FEW ? null : hostCopyOf(storage);
  if (host === null) return undefined;
  const values = numbersOf(host, x.dtype);
  for (let position = 0; position < values.length; position++) {
    if (isWrong(values[position], position)) return { value: values[position], position };
  }
  return undefined;
}

/**
 * Checks an index of few values that are on the host; any other is left to the kernel.
 *
 * @param ignored a value that stands for no index.
 * @throws IndexError at the first that is out of range.
 */
export function requireIndices(index: Tensor, check: IndexCheck, ignored: number | null = null): void {
  const { storage } = index.node;
  const host = storage === null || index.numel() > FEW ? null : hostCopyOf(storage);
  if (host === null) return;
  const { size, fromEnd = false } = check;
  for (let i = 0; i < host.length; i++) {
    const given = Number(host[i]);
    const k = fromEnd && given < 0 ? given + size : given;
    if ((k < 0 || k >= size) && given !== ignored) throw indexError(check, k, i);
  }
}
