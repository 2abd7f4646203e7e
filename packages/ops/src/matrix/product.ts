/**
 * Labelled products: `contract` with the manners of users. Operands have one dtype, and a dimension of size 1 stands for
 * any size of its label.
 *
 * Invariant: nothing is copied. A dimension that repeats has no label in its operand, so the kernel reads it where it is.
 */
import { cast, constant, defineOp, DTypeError, record, requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { contract, fitsLabels } from '../families/contract.js';
import { inputIndex, reducedShape, spread, type ReduceAttrs } from '../families/reduce.js';

/** Labels of this many dimensions, named from the end, as batches broadcast. They are no letters of a user's. */
export const outerLabels = (count: number): string => Array.from({ length: Math.max(count, 0) }, (_, d) => String.fromCodePoint(0x3b1 + count - 1 - d)).join('');

/** Throws a DTypeError unless all have one dtype. */
export function requireOneDType(op: string, first: Tensor, ...others: readonly Tensor[]): void {
  const odd = others.find((t) => t.dtype !== first.dtype);
  if (odd === undefined) return;
  throw new DTypeError(`${op}: got ${first.dtype} and ${odd.dtype}, expected one dtype. Use x.to('${first.dtype}').`);
}

/** Throws a ShapeError unless `x` is a tensor of `rank` dimensions. */
export function requireRank(op: string, x: unknown, rank: number, name: string, remedy = 'Use matmul for other ranks'): asserts x is Tensor {
  requireTensor(op, x, name);
  if (x.ndim !== rank) throw new ShapeError(`${op}: ${name} must have ${rank} dimensions, got ${shapeText(x.shape)}. ${remedy}.`);
}

/** Sizes of labels; a size of 1 gives way to another one. */
export function labelSizes(op: string, operands: readonly (readonly [Tensor, string])[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const [x, labels] of operands) {
    [...labels].forEach((l, d) => {
      const n = x.shape[d];
      const known = sizes.get(l) ?? 1;
      if (known !== 1 && n !== 1 && known !== n) {
        const shapes = operands.map(([t]) => shapeText(t.shape)).join(' and ');
        throw new ShapeError(`${op} cannot join ${shapes}: '${l}' is ${known} in one and ${n} in another.`);
      }
      sizes.set(l, known === 1 ? n : known);
    });
  }
  return sizes;
}

/** Without dimensions of size 1: a reshape that every product can afford to bring along. */
const SQUEEZE = /* @__PURE__ */ defineOp({
  name: 'squeeze',
  form: 'element',
  lower: (ix, [x], { attrs }) => {
    const a = attrs as ReduceAttrs;
    return x(inputIndex(ix, a.dims.map(() => constant(0, 'int32')), x.shape.length, a));
  },
  grad: (g, { inputs: [x], attrs }) => [spread(g, x.shape, attrs as ReduceAttrs)],
});

/** The operand without the dimensions of size 1 whose label has another size. */
function withoutRepeats(x: Tensor, labels: string, sizes: ReadonlyMap<string, number>): readonly [Tensor, string] {
  const list = [...labels];
  const repeated = list.flatMap((l, d) => (x.shape[d] === 1 && sizes.get(l) !== 1 ? [d] : []));
  if (repeated.length === 0) return [x, labels];
  const squeezed = record(SQUEEZE, [x], { dims: repeated, keepdim: false }, reducedShape(x.shape, repeated, false), x.dtype);
  return [squeezed, list.filter((_, d) => !repeated.includes(d)).join('')];
}

/**
 * out[…] = Σ x[labels] · y[labels] over the labels that `out` lacks. Every label of `out` is one of x or of y, and no
 * label occurs twice in one operand. Truth values multiply as `and` and add as `or`.
 */
export function labelledProduct(op: string, x: Tensor, xLabels: string, y: Tensor, yLabels: string, out: string): Tensor {
  requireOneDType(op, x, y);
  if (x.dtype === 'bool') return cast(labelledProduct(op, cast(x, 'int32'), xLabels, cast(y, 'int32'), yLabels, out), 'bool');
  if (fitsLabels(x, xLabels, y, yLabels, out)) return contract(x, xLabels, y, yLabels, out, x.dtype);
  const sizes = labelSizes(op, [[x, xLabels], [y, yLabels]]);
  const [a, aLabels] = withoutRepeats(x, xLabels, sizes);
  const [b, bLabels] = withoutRepeats(y, yLabels, sizes);
  return contract(a, aLabels, b, bLabels, out, x.dtype);
}
