/**
 * Resolving a subscript: its items against the dimensions of a tensor.
 *
 * Invariant: what comes out are steps that can be read and written back through, and index tensors with the dimension of
 * the last view that each stands for.
 *
 * Reference: PyTorch's `python_variable_indexing.cpp`.
 */
import { ArgumentError, describe, IndexError, isInteger, isTensor, shapeText, tensor, type NestedArray, type Tensor } from '@sconce/core';
import { requireInteger } from '../families/arguments.js';
import { reshape, unsqueeze } from '../view/shape.js';
import { select, selectScatter, window, windowScatter } from '../view/select.js';
import type { ParsedItem, SliceItem } from './subscript.js';

/** A view, and what undoes it: `y` with what the view shows replaced. */
export interface Step {
  readonly read: (y: Tensor) => Tensor;
  readonly write: (y: Tensor, value: Tensor) => Tensor;
}

/** An index tensor, or a mask, from this dimension on. */
export interface Located {
  readonly dim: number;
  readonly index: Tensor;
}

export interface Resolved {
  readonly steps: readonly Step[];
  readonly located: readonly Located[];
}

/** `x` and what each step shows of it. */
export function readSteps(x: Tensor, steps: readonly Step[]): Tensor[] {
  const shown = [x];
  for (const step of steps) shown.push(step.read(shown[shown.length - 1]));
  return shown;
}

const integerStep = (dim: number, index: number | Tensor): Step => ({
  read: (y) => select(y, dim, index),
  write: (y, value) => selectScatter(y, value, dim, index),
});

const newDimension = (dim: number): Step => ({
  read: (y) => unsqueeze(y, dim),
  write: (y, value) => reshape(value, y.shape),
});

const sliceStep = (dim: number, { start = null, stop = null, step = null }: SliceItem): Step => ({
  read: (y) => window(y, dim, start, stop, step ?? 1),
  write: (y, value) => windowScatter(y, value, dim, start, stop, step ?? 1),
});

const isSlice = (item: ParsedItem): item is SliceItem =>
  typeof item === 'object' && item !== null && !Array.isArray(item) && !isTensor(item);

function checkSlice(op: string, item: SliceItem): void {
  for (const name of Object.keys(item)) {
    if (!['start', 'stop', 'step'].includes(name)) throw new ArgumentError(`${op}: ${describe(item)} is no index: a slice is { start, stop, step }.`);
  }
  const { step = null, start = null, stop = null } = item;
  for (const bound of [start, stop]) if (bound !== null) requireInteger(op, 'a bound of a slice', bound);
  if (step !== null && requireInteger(op, 'the step of a slice', step) <= 0) {
    throw new ArgumentError(`${op}: the step of a slice must be positive, got ${step}. Use flip(x, [dim]) to go backwards.`);
  }
}

/** A list of indices, or a tensor of them, as a tensor of integers or truth values on the device of `x`. */
function indexTensor(op: string, x: Tensor, item: Tensor | readonly unknown[]): Tensor {
  const index = isTensor(item) ? item : tensor(item as NestedArray[], { device: x.device, ...(item.length === 0 ? { dtype: 'int32' } : {}) });
  if (isInteger(index.dtype) || index.dtype === 'bool') return index;
  throw new IndexError(`${op}: an index tensor must hold integers or bool, got ${index.dtype}. Use index.to('int32').`);
}

/** Dimensions of the tensor that an item stands for. */
function consumed(item: ParsedItem | Tensor): number {
  if (item === null || item === '...' || typeof item === 'boolean') return 0;
  return isTensor(item) && item.dtype === 'bool' ? item.ndim : 1;
}

/** What a subscript's items mean for `x`. */
export function resolve(op: string, x: Tensor, items: readonly ParsedItem[]): Resolved {
  const list = items.map((item) => (isTensor(item) || Array.isArray(item) ? indexTensor(op, x, item) : (item as ParsedItem)));
  const total = list.map(consumed).reduce((n, m) => n + m, 0);
  if (total > x.ndim) throw new IndexError(`${op}: got indices for ${total} dimensions of a ${x.ndim}-d tensor of shape ${shapeText(x.shape)}.`);
  if (list.filter((item) => item === '...').length > 1) throw new IndexError(`${op}: an index can hold only one '...'.`);

  const steps: Step[] = [];
  const located: Located[] = [];
  let dim = 0;
  /** Dimensions of `x` that items have stood for. */
  let source = 0;
  const put = (index: Tensor, width: number): void => {
    located.push({ dim, index });
    dim += width;
  };
  for (const item of list) {
    const width = consumed(item);
    if (item === '...') {
      dim += x.ndim - total;
      source += x.ndim - total;
    } else if (item === null) {
      steps.push(newDimension(dim++));
    } else if (typeof item === 'number' || (isTensor(item) && item.ndim === 0 && item.dtype !== 'bool')) {
      steps.push(integerStep(dim, item));
    } else if (typeof item === 'boolean' || (isTensor(item) && item.ndim === 0)) {
      steps.push(newDimension(dim));
      put(isTensor(item) ? reshape(item, [1]) : tensor(item ? [0] : [], { dtype: 'int32', device: x.device }), 1);
    } else if (isTensor(item)) {
      if (item.dtype === 'bool') requireMaskShape(op, item, x, source);
      put(item, width);
    } else if (isSlice(item)) {
      checkSlice(op, item);
      if ((item.start ?? item.stop ?? item.step ?? null) !== null) steps.push(sliceStep(dim, item));
      dim += 1;
    }
    source += width;
  }
  return { steps, located };
}

function requireMaskShape(op: string, mask: Tensor, x: Tensor, dim: number): void {
  const wrong = mask.shape.findIndex((n, d) => n !== x.shape[dim + d]);
  if (wrong < 0) return;
  throw new IndexError(
    `${op}: the mask of shape ${shapeText(mask.shape)} does not fit ${shapeText(x.shape)}: its size ${mask.shape[wrong]} at dimension ${wrong} meets ${x.shape[dim + wrong]}.`,
  );
}
