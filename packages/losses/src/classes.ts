/**
 * Class labels: reading, writing and weighing one class of each sample.
 *
 * Scores are [N, C, …] or [C], labels the same without the class dimension. A label may be a value to ignore, which stands
 * for no class at all.
 *
 * Invariant: every label is checked where it is used, so one that is no class throws on every backend; an ignored one is
 * replaced before the check.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.NLLLoss.html
 */
import {
  computeType,
  constant,
  defineOp,
  DTypeError,
  isInteger,
  record,
  requireIndices,
  requireTensor,
  sameShape,
  ShapeError,
  shapeText,
  type Attrs,
  type DType,
  type Expr,
  type Shape,
  type Tensor,
} from '@sconce/core';
import * as e from '@sconce/core/e';
import { requireInteger } from '@sconce/ops/families';

/** What labels mean. */
export interface Labels extends Attrs {
  /** The loss, for messages. */
  readonly op: string;
  /** The class dimension. */
  readonly dim: number;
  readonly classes: number;
  /** The label of samples to leave out; null when there is none. */
  readonly ignore: number | null;
}

/** The class dimension of scores. */
export const classDim = (input: Tensor): number => (input.ndim === 1 ? 0 : 1);

const without = <T>(list: readonly T[], d: number): T[] => list.filter((_, i) => i !== d);

/** Checks scores, labels and weights of classes against each other. Gives what the labels mean. */
export function labelsOf(op: string, input: Tensor, target: Tensor, weight: Tensor | null | undefined, ignore: number | null): Labels {
  if (input.ndim === 0) throw new ShapeError(`${op}: input has no class dimension, expected [C] or [N, C, …].`);
  const dim = classDim(input);
  if (!isInteger(target.dtype)) {
    throw new DTypeError(`${op}: target must hold integer class labels, got ${target.dtype}. Use target.to('int32').`);
  }
  const shape = without(input.shape, dim);
  if (!sameShape(target.shape, shape)) {
    throw new ShapeError(`${op}: target has shape ${shapeText(target.shape)}, expected ${shapeText(shape)}, one label for each sample of an input of shape ${shapeText(input.shape)}.`);
  }
  requireClassWeight(op, weight, input.shape[dim]);
  if (ignore !== null) requireInteger(op, 'ignoreIndex', ignore);
  requireIndices(target, { op, size: input.shape[dim], noun: 'class' }, ignore);
  return { op, dim, classes: input.shape[dim], ignore };
}

/** Throws unless the weight has one number for each class. */
export function requireClassWeight(op: string, weight: Tensor | null | undefined, classes: number): void {
  if (weight === null || weight === undefined) return;
  requireTensor(op, weight, 'weight');
  if (!sameShape(weight.shape, [classes])) {
    throw new ShapeError(`${op}: weight has shape ${shapeText(weight.shape)}, expected [${classes}], one number for each class.`);
  }
}

// ── in lowerings ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** The class that a label names, and how to leave out what is ignored. */
export function classOf(label: Expr, { op, classes, ignore }: Labels): { readonly cls: Expr; readonly kept: (value: Expr) => Expr } {
  const check = { op, size: classes, noun: 'class' };
  if (ignore === null) return { cls: e.check(label, check), kept: (value) => value };
  const ignored = e.eq(label, ignore);
  return {
    cls: e.check(e.select(ignored, 0, label), check),
    kept: (value) => e.select(ignored, constant(0, value.dtype), value),
  };
}

/** The index of the sample that an element of [N, C, …] belongs to. */
export const sampleOf = (ix: readonly Expr[], dim: number): Expr[] => without(ix, dim);

/** The index of an element of [N, C, …]. */
export const withClass = (sample: readonly Expr[], dim: number, cls: Expr): Expr[] => [...sample.slice(0, dim), cls, ...sample.slice(dim)];

// ── ops ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const PICK = /* @__PURE__ */ defineOp({
  name: 'pickClass',
  form: 'element',
  lower: (ix, [x, target], { attrs }) => {
    const labels = attrs as Labels;
    const { cls, kept } = classOf(target(ix), labels);
    return kept(x(withClass(ix, labels.dim, cls)));
  },
  grad: (g, { inputs: [x, target], attrs }) => [record(PLACE, [g, target], attrs, x.shape, g.dtype)],
});

const PLACE = /* @__PURE__ */ defineOp({
  name: 'placeClass',
  form: 'element',
  lower: (ix, [g, target], { attrs }) => {
    const labels = attrs as Labels;
    const sample = sampleOf(ix, labels.dim);
    const { cls, kept } = classOf(target(sample), labels);
    const value = kept(g(sample));
    return e.select(e.eq(ix[labels.dim], cls), value, constant(0, value.dtype));
  },
  grad: (g, { inputs: [, target], attrs }) => [pickClass(g, target, attrs as Labels)],
});

/** The score of each sample's class; 0 where the label is ignored. */
export const pickClass = (x: Tensor, target: Tensor, labels: Labels): Tensor => record(PICK, [x, target], labels, target.shape, x.dtype);

const WEIGHT = /* @__PURE__ */ defineOp({
  name: 'classWeight',
  form: 'element',
  lower: (ix, [target, weight], { attrs, dtype }) => {
    const { cls, kept } = classOf(target(ix), attrs as Labels);
    return kept(weight === undefined ? constant(1, computeType(dtype)) : e.cast(weight([cls]), computeType(dtype)));
  },
});

/** The weight of each sample's class, 1 without weights; 0 where the label is ignored. */
export const classWeight = (target: Tensor, weight: Tensor | null | undefined, labels: Labels, dtype: DType): Tensor =>
  record(WEIGHT, weight ? [target, weight] : [target], labels, target.shape, dtype);

const IS_CLASS = /* @__PURE__ */ defineOp({
  name: 'isClass',
  form: 'element',
  lower: (ix, [target], { attrs }) => {
    const labels = attrs as Labels;
    return e.eq(ix[labels.dim], classOf(target(sampleOf(ix, labels.dim)), labels).cls);
  },
});

/** Whether an element of a tensor of this shape is of its sample's class. */
export const isClass = (target: Tensor, labels: Labels, shape: Shape): Tensor => record(IS_CLASS, [target], labels, shape, 'bool');
