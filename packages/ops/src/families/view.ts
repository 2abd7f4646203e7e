/**
 * The view family: every element of the result is one element of the input, or a constant where there is none.
 *
 * A stanza maps indices of the result to indices of the input. Nothing is copied: views are put into the index of the
 * load, and simplified there. A tensor is a value, so a view never aliases.
 */
import { constant, defineOp, e, record, type Attrs, type Expr, type Shape, type Tensor } from '@sconce/core';

export interface ViewDefinition<A extends Attrs> {
  readonly name: string;
  /** Index of the input's element for an index of the result. */
  readonly map: (ix: readonly Expr[], attrs: A, from: Shape, to: Shape) => readonly Expr[];
  /** Where the result has an element of the input; elsewhere it is 0. Absent: everywhere. */
  readonly where?: (ix: readonly Expr[], attrs: A, from: Shape, to: Shape) => Expr;
  readonly grad: (g: Tensor, x: Tensor, attrs: A) => Tensor;
}

/** Defines a view; the caller has worked out its shape and checked its arguments. */
export function view<A extends Attrs>({ name, map, where, grad }: ViewDefinition<A>): (x: Tensor, attrs: A, shape: Shape) => Tensor {
  const op = defineOp({
    name,
    form: 'element',
    lower: (ix, [x], node) => {
      const attrs = node.attrs as A;
      const element = x(map(ix, attrs, x.shape, node.shape));
      return where === undefined ? element : e.select(where(ix, attrs, x.shape, node.shape), element, constant(0, element.dtype));
    },
    grad: (g, { inputs: [x], attrs }) => [grad(g, x, attrs as A)],
  });
  return (x, attrs, shape) => record(op, [x], attrs, shape, x.dtype);
}
