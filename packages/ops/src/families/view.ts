/**
 * The view family: every element of the result is one element of the input, or a constant where there is none.
 *
 * A stanza maps indices of the result to indices of the input. Nothing is copied: views are put into the index of the
 * load, and simplified there. A tensor is a value, so a view never aliases; what PyTorch writes through a view is an
 * `overlay` here, a new tensor that holds the written values in their places.
 *
 * Invariant: where `where` is false the mapped index may lie outside the input, and its element is not used.
 */
import { constant, constantLike, defineOp, record, type Attrs, type Expr, type Op, type Shape, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';

type Where = Expr | boolean;

/** In every rule, `at` are the 0-d tensors that a call passes besides the input: positions known only at run time. */
export interface ViewDefinition<A extends Attrs> {
  readonly name: string;
  /** Index of the input's element for an index of the result. */
  readonly map: (ix: readonly Expr[], attrs: A, from: Shape, to: Shape, at: readonly Expr[]) => readonly Expr[];
  /** Where the result has an element of the input. Absent: everywhere. */
  readonly where?: (ix: readonly Expr[], attrs: A, from: Shape, to: Shape, at: readonly Expr[]) => Where;
  /** What the result has elsewhere. Absent: 0. */
  readonly fill?: (attrs: A, at: readonly Expr[]) => Expr | number;
  /** The input's gradient. */
  readonly grad: (g: Tensor, x: Tensor, attrs: A, at: readonly Tensor[]) => Tensor;
}

/** A view: the input, attributes, the result's shape, and what is known at run time. */
export interface View<A extends Attrs> {
  (x: Tensor, attrs: A, shape: Shape, at?: readonly Tensor[]): Tensor;
  readonly op: Op;
}

const none: readonly Expr[] = [];

/** Defines a view; the caller has worked out its shape and checked its arguments. */
export function view<A extends Attrs>({ name, map, where, fill, grad }: ViewDefinition<A>): View<A> {
  const op = defineOp({
    name,
    form: 'element',
    lower: (ix, [x, ...runtime], node) => {
      const attrs = node.attrs as A;
      const at = runtime.map((value) => value(none));
      const element = x(map(ix, attrs, x.shape, node.shape, at));
      if (where === undefined) return element;
      const other = fill?.(attrs, at) ?? constant(0, element.dtype);
      return e.select(where(ix, attrs, x.shape, node.shape, at), element, other);
    },
    grad: (g, { inputs: [x, ...at], attrs }) => [grad(g, x, attrs as A, at)],
  });
  const call = (x: Tensor, attrs: A, shape: Shape, at: readonly Tensor[] = []): Tensor => record(op, [x, ...at], attrs, shape, x.dtype);
  return Object.assign(call, { op });
}

export interface OverlayDefinition<A extends Attrs> extends Pick<ViewDefinition<A>, 'name' | 'map'> {
  /** Where the result has an element of the overlaid tensor; elsewhere it has the one below. */
  readonly where: (ix: readonly Expr[], attrs: A, from: Shape, to: Shape, at: readonly Expr[]) => Where;
  /** The view that reads what was overlaid, back from the result. */
  readonly read: (y: Tensor, attrs: A, shape: Shape, at: readonly Tensor[]) => Tensor;
}

/** An overlay: the tensor below, the one on top, attributes, and what is known at run time. */
export type Overlay<A extends Attrs> = (x: Tensor, top: Tensor, attrs: A, at?: readonly Tensor[]) => Tensor;

/** Defines an overlay; `map` gives the index in the tensor on top. Both tensors have one dtype. */
export function overlay<A extends Attrs>({ name, map, where, read }: OverlayDefinition<A>): Overlay<A> {
  const op = defineOp({
    name,
    form: 'element',
    lower: (ix, [x, top, ...runtime], node) => {
      const attrs = node.attrs as A;
      const at = runtime.map((value) => value(none));
      return e.select(where(ix, attrs, top.shape, node.shape, at), top(map(ix, attrs, top.shape, node.shape, at)), x(ix));
    },
    grad: (g, { inputs: [, top, ...at], attrs, needs }) => [
      needs[0] ? put(g, constantLike(top, 0), attrs as A, at) : null,
      needs[1] ? read(g, attrs as A, top.shape, at) : null,
    ],
  });
  const put: Overlay<A> = (x, top, attrs, at = []) => record(op, [x, top, ...at], attrs, x.shape, x.dtype);
  return put;
}
