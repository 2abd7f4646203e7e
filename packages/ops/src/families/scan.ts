/**
 * The scan family: elements along one dimension are joined one after the other, and every step is kept.
 */
import {
  alias,
  cast,
  computeType,
  defineOp,
  isFloat,
  record,
  type Attrs,
  type Combine,
  type DType,
  type Grad,
  type Tensor,
} from '@sconce/core';
import * as e from '@sconce/core/e';

/** The structural part of a scan. */
export interface ScanAttrs extends Attrs {
  readonly dim: number;
}

/** A scan along a dimension, which the caller has checked, in a dtype to which the input is cast. */
export type ScanOp = (x: Tensor, attrs: ScanAttrs, dtype: DType) => Tensor;

/** Half floats are widened first: a running value is as precise as what stores it. */
const wide = (dtype: DType): DType => (isFloat(dtype) && computeType(dtype) === 'float32' ? 'float32' : dtype);

/** Defines a scan. Without dimensions it is the input. */
export function scanOp(name: string, combine: Combine, grad?: Grad): ScanOp {
  const op = defineOp({
    name,
    form: 'scan',
    lower: (ix, [x], { attrs, dtype }) => ({
      scan: combine,
      dim: (attrs as ScanAttrs).dim,
      value: e.cast(x(ix), computeType(dtype)),
    }),
    grad,
  });
  return (x, attrs, dtype) => {
    if (x.ndim === 0) return x.dtype === dtype ? alias(x) : cast(x, dtype);
    return cast(record(op, [cast(x, wide(dtype))], attrs, x.shape, wide(dtype)), dtype);
  };
}
