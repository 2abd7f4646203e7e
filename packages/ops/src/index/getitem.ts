/**
 * Python's `x[…]`, read and written: integers, slices, new dimensions and the ellipsis are views; index tensors are
 * gathered, and masks are lists of where they hold.
 *
 * The views come first, one after the other; then the index tensors together, broadcast to each other. Their dimensions
 * stand where the first one stood if they are neighbours, and at the front otherwise: PyTorch's rule, which differs from
 * NumPy's in that integers are views.
 *
 * Reference: PyTorch's `python_variable_indexing.cpp` and `TensorAdvancedIndexing.cpp`.
 */
import { ArgumentError, assign, broadcastShapes, fromHost, isTensor, readHost, requireTensor, type Tensor } from '@sconce/core';
import { clone } from '../view/shape.js';
import { pickAt, pickedShape, putAt, type Placement } from './advanced.js';
import { unravelled } from './find.js';
import { checkKnown, requireSameType } from './locate.js';
import { positionsOf } from './mask.js';
import { readSteps, resolve, type Located, type Step } from './resolve.js';
import { itemsOf, type SubscriptItem } from './subscript.js';
import { valueFor, writeMasked } from './write.js';

export type Subscript = SubscriptItem | readonly SubscriptItem[];

const isMask = ({ index }: Located): boolean => index.dtype === 'bool';

/** Index tensors as `pickAt` and `putAt` take them. */
interface Advanced {
  readonly indices: readonly Tensor[];
  readonly placement: Placement;
  readonly shape: readonly number[];
}

function advancedOf(op: string, y: Tensor, located: readonly Located[]): Advanced {
  const indices = located.map(({ index }) => index);
  const dims = located.map(({ dim }) => dim);
  for (const { dim, index } of located) checkKnown(index, y.shape[dim], { op, fromEnd: true });
  const shared = broadcastShapes(op, ...indices.map((i) => i.shape));
  const neighbours = dims.every((d, k) => d === dims[0] + k);
  const at = neighbours ? dims[0] : 0;
  return { indices, placement: { op, dims, at, rank: shared.length }, shape: pickedShape(y.shape, shared, { dims, at }) };
}

/** What steps and then index tensors leave of `x`; a tensor of its own, also where that is everything. */
function picked(op: string, x: Tensor, steps: readonly Step[], located: readonly Located[]): Tensor {
  if (steps.length + located.length === 0) return clone(x);
  const y = readSteps(x, steps).at(-1)!;
  if (located.length === 0) return y;
  const { indices, placement, shape } = advancedOf(op, y, located);
  return pickAt(y, indices, placement, shape);
}

/** Every mask as the lists of indices where it holds, one for each of its dimensions. */
async function withoutMasks(located: readonly Located[]): Promise<Located[]> {
  const lists = await Promise.all(
    located.map(async (entry) => {
      if (!isMask(entry)) return [entry];
      const { dim, index } = entry;
      const positions = positionsOf((await readHost(index.node)) as Uint8Array);
      return unravelled(positions, index.shape).map((list, d): Located => ({
        dim: dim + d,
        index: fromHost(list, [list.length], 'int32', { device: index.device }),
      }));
    }),
  );
  return lists.flat();
}

/**
 * x[index]: the part of `x` that a subscript names.
 *
 * @param index one item or a list of them: integers, slices `{ start, stop, step }`, null for a new dimension, `'...'`,
 *   tensors or lists of indices, or Python's notation as a string.
 * @throws IndexError for too many indices or an integer out of range, or for an index tensor out of range, at once where it is known and on reading otherwise;
 *   ArgumentError for a mask, whose result has a shape that depends on values: use `getitemMasked`.
 * @example
 * getitem(arange(10), '1:-1:2');          // [1, 3, 5, 7]
 * getitem(images, '..., 1:-1, ::2').shape;      // [64, 3, 6, 4]
 * getitem(tensor([[1, 2, 3], [4, 5, 6]]), [':', tensor([2, 0])]);      // [[3, 1], [6, 4]]
 * @see https://pytorch.org/docs/stable/tensor_view.html
 */
export function getitem(x: Tensor, index: Subscript): Tensor {
  const op = 'getitem';
  requireTensor(op, x);
  const { steps, located } = resolve(op, x, itemsOf(op, index));
  if (located.some(isMask)) {
    throw new ArgumentError(`${op}: the shape of a masked part depends on the mask's values. Use await getitemMasked(x, index), await maskedSelect(x, mask), or where.`);
  }
  return picked(op, x, steps, located);
}

/**
 * As `getitem`, where index tensors may be masks: tensors of bool that stand for the indices where they hold. They are
 * read, so the result is a promise.
 *
 * @example
 * await getitemMasked(tensor([[1, 2], [3, 4]]), tensor([false, true]));      // [[3, 4]]
 * @throws IndexError as `getitem`, and when a mask has another shape than the dimensions that it stands for.
 */
export async function getitemMasked(x: Tensor, index: Subscript): Promise<Tensor> {
  const op = 'getitem';
  requireTensor(op, x);
  const { steps, located } = resolve(op, x, itemsOf(op, index));
  return picked(op, x, steps, await withoutMasks(located));
}

/** `getitem` with the subscript's items one by one: `at(x, 0, ':', null)`, `at(x, '..., 1:-1')`. */
export const at = (x: Tensor, ...index: SubscriptItem[]): Tensor => getitem(x, index);

// ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** `y` with the value in the places that index tensors name. */
function written(op: string, y: Tensor, located: readonly Located[], value: Tensor | number | boolean, accumulate: boolean): Tensor {
  if (located.length === 1 && isMask(located[0])) return writeMasked(op, y, located[0], value, accumulate);
  if (located.some(isMask)) {
    throw new ArgumentError(`${op}: a mask can be written through only by itself. Use its indices, from await nonzero(mask, { asTuple: true }).`);
  }
  const { indices, placement, shape } = advancedOf(op, y, located);
  return putAt(y, indices, valueFor(op, y, value, shape), placement, accumulate);
}

/**
 * A new tensor: `x` with the part that a subscript names replaced by `value`, which broadcasts to it.
 *
 * @param index as of `getitem`; a mask may stand alone.
 * @throws ShapeError when the value does not broadcast; IndexError as `getitem`.
 * @example
 * setitem(x, ':, 0', 1);      // x with ones in its first column
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.index_put_.html
 */
export function setitem(x: Tensor, index: Subscript, value: Tensor | number | boolean): Tensor {
  const op = 'setitem';
  requireTensor(op, x);
  const { steps, located } = resolve(op, x, itemsOf(op, index));
  const parts = readSteps(x, steps);
  const part = parts.at(-1)!;
  const filled = located.length === 0 ? valueFor(op, part, value, part.shape) : written(op, part, located, value, false);
  return steps.reduceRight((y, step, i) => step.write(parts[i], y), filled);
}

/** As `setitem`, in place. */
export const setitem_ = (x: Tensor, index: Subscript, value: Tensor | number | boolean): Tensor => assign(x, setitem(x, index, value), 'setitem_');

/**
 * `x` with `values` put where the index tensors point, or added there.
 *
 * @param indices a tensor for each of the first dimensions, null for a whole one; or one mask.
 * @param accumulate add instead of replacing; the order of the sums is fixed.
 * @throws ShapeError when the values do not broadcast; IndexError when an index is out of range, at once where it is known and on reading otherwise.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.index_put_.html
 */
export function indexPut(x: Tensor, indices: readonly (Tensor | null)[], values: Tensor | number, accumulate = false): Tensor {
  const op = 'indexPut';
  requireTensor(op, x);
  if (!Array.isArray(indices) || !indices.some(isTensor)) throw new ArgumentError(`${op}: indices must be a list with at least one Tensor.`);
  if (isTensor(values)) requireSameType(op, values, x, 'values');
  const { located } = resolve(op, x, indices.map((i: Tensor | null) => i ?? {}));
  return written(op, x, located, values, accumulate);
}

/** As `indexPut`, in place. */
export const indexPut_ = (x: Tensor, indices: readonly (Tensor | null)[], values: Tensor | number, accumulate = false): Tensor =>
  assign(x, indexPut(x, indices, values, accumulate), 'indexPut_');
