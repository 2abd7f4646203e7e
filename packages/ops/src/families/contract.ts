/**
 * The contraction: the einsum-shaped primitive under every product of matrices, convolution, and their gradients.
 *
 * Each dimension of an operand has a label; labels that the result lacks are summed.
 *
 *   contract(a, 'ik', b, 'kj', 'ij')     a matrix product
 *
 * Reference: Einstein summation; https://pytorch.org/docs/stable/generated/torch.einsum.html
 */
import { cast, computeType, defineOp, promoteTypes, record, ShapeError, shapeText, type DType, type Expr, type Grad, type Op, type Reader, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { spread } from './reduce.js';

interface ContractAttrs {
  readonly [key: string]: unknown;
  readonly a: string;
  readonly b: string;
  readonly out: string;
}

/** The product of the operands' elements: labels of the result from its index, summed ones from `r`. */
function productAt([x, y]: readonly Reader[], { a, b, out }: ContractAttrs, dtype: DType, ix: readonly Expr[], summed: readonly string[], r: readonly Expr[]): Expr {
  const at = (labels: string): Expr[] => [...labels].map((l) => (out.includes(l) ? ix[out.indexOf(l)] : r[summed.indexOf(l)]));
  return e.mul(e.cast(x(at(a)), computeType(dtype)), e.cast(y(at(b)), computeType(dtype)));
}

const contractGrad: Grad = (g, { inputs: [x, y], attrs, needs }) => {
  const { a, b, out } = attrs as ContractAttrs;
  return [
    needs[0] ? cast(contractInto(g, out, y, b, a, x), x.dtype) : null,
    needs[1] ? cast(contractInto(g, out, x, a, b, y), y.dtype) : null,
  ];
};

const CONTRACT = /* @__PURE__ */ defineOp({
  name: 'contract',
  form: 'reduce',
  lower: (ix, inputs, { attrs, dtype }) => {
    const { a, b, out } = attrs as ContractAttrs;
    const sizes = new Map([a, b].flatMap((labels, i) => [...labels].map((l, d) => [l, inputs[i].shape[d]] as const)));
    const summed = [...sizes.keys()].filter((l) => !out.includes(l));
    const extents = summed.map((l) => sizes.get(l)!);
    return e.reduce('sum', extents, (r) => productAt(inputs, attrs as ContractAttrs, dtype, ix, summed, r));
  },
  grad: contractGrad,
});

/** A contraction that sums nothing: an outer product, computed where it is needed. */
const PRODUCT = /* @__PURE__ */ defineOp({
  name: 'product',
  form: 'element',
  lower: (ix, inputs, { attrs, dtype }) => productAt(inputs, attrs as ContractAttrs, dtype, ix, [], []),
  grad: contractGrad,
});

/** Labels of `like` that occur in neither factor were summed alone: their gradient is repeated. */
function contractInto(g: Tensor, out: string, other: Tensor, labels: string, into: string, like: Tensor): Tensor {
  const present = presentOf(into, out, labels);
  const inner = contract(g, out, other, labels, present);
  return present === into ? inner : spread(inner, like.shape, { dims: [...into].flatMap((l, d) => (present.includes(l) ? [] : [d])), keepdim: false });
}

// ── labels ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What labels say whatever the operands: read once, so that the step of a loop does not read them again. */
interface Pattern {
  readonly op: Op;
  readonly attrs: ContractAttrs;
  /** Dimensions that must have one size, as they have one label: places among those of x, then of y. */
  readonly equal: readonly (readonly [number, number])[];
  /** Where the result's sizes come from. */
  readonly from: readonly number[];
}

/** Remembers what follows from three strings, and makes no fourth to find it. */
function byLabels<V>(make: (a: string, b: string, c: string) => V): (a: string, b: string, c: string) => V {
  const known = new Map<string, Map<string, Map<string, V>>>();
  return (a, b, c) => {
    let ofA = known.get(a);
    if (ofA === undefined) known.set(a, (ofA = new Map<string, Map<string, V>>()));
    let ofB = ofA.get(b);
    if (ofB === undefined) ofA.set(b, (ofB = new Map<string, V>()));
    let value = ofB.get(c);
    if (value === undefined) ofB.set(c, (value = make(a, b, c)));
    return value;
  };
}

/** Which labels of `into` one of the others has. */
const presentOf = /* @__PURE__ */ byLabels((into, out, labels) => [...into].filter((l) => out.includes(l) || labels.includes(l)).join(''));

const patternOf = /* @__PURE__ */ byLabels((a, b, out): Pattern => {
  const labels = [...a, ...b];
  const first = (l: string): number => labels.indexOf(l);
  return {
    op: labels.every((l) => out.includes(l)) ? PRODUCT : CONTRACT,
    attrs: Object.freeze({ a, b, out }),
    equal: labels.flatMap((l, i) => (first(l) < i ? [[first(l), i] as const] : [])),
    from: [...out].map(first),
  };
});

/** The size of a dimension: those of x, then those of y. */
const sizeAt = (x: Tensor, y: Tensor, place: number): number => (place < x.ndim ? x.shape[place] : y.shape[place - x.ndim]);

/** Whether all dimensions with one label have one size. */
export const fitsLabels = (x: Tensor, a: string, y: Tensor, b: string, out: string): boolean =>
  patternOf(a, b, out).equal.every(([i, j]) => sizeAt(x, y, i) === sizeAt(x, y, j));

/** The contraction of `x`, labelled `a`, with `y`, labelled `b`, into the labels `out`. */
export function contract(x: Tensor, a: string, y: Tensor, b: string, out: string, dtype: DType = promoteTypes(x.dtype, y.dtype)): Tensor {
  const { op, attrs, equal, from } = patternOf(a, b, out);
  for (const [i, j] of equal) {
    const [n, m] = [sizeAt(x, y, i), sizeAt(x, y, j)];
    if (n === m) continue;
    throw new ShapeError(`contract: label '${[...a, ...b][i]}' has the sizes ${n} and ${m} in ${shapeText(x.shape)} (${a}) and ${shapeText(y.shape)} (${b}).`);
  }
  return record(op, [x, y], attrs, from.map((place) => sizeAt(x, y, place)), dtype);
}
