/**
 * The largest element of each window, and where it was.
 *
 * Invariant: a position is flat in the plane of the sampled dimensions, as PyTorch counts the indices of pooling, and
 * lies inside it. The gradient gathers: an element sums the gradients of the windows that chose it.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html
 */
import { computeType, constant, defineOp, record, type ComputeType, type Expr, type Reader, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { flatIn, takeFrom, unravel } from './plane.js';
import { elementAt, insideAll, overTaps, resampledShape, tapsAt, type ResampleAttrs } from './resample.js';
import { tapsOf, transposed, type Sampling } from './sampling.js';

const LOWEST: Record<ComputeType, number | bigint | boolean> = {
  float32: -Infinity,
  float64: -Infinity,
  int32: -(2 ** 31),
  int64: -(2n ** 63n),
  bool: false,
};

/** The element of a tap, below everything outside. */
function candidate(x: Reader, ix: readonly Expr[], samplings: readonly Sampling[], r: readonly Expr[]): Expr {
  const taps = tapsAt(samplings, ix, r, computeType(x.dtype));
  const element = elementAt(x, ix, taps);
  const inside = insideAll(taps);
  return inside === undefined ? element : e.select(inside, element, constant(LOWEST[element.dtype], element.dtype));
}

const MAX = /* @__PURE__ */ defineOp({
  name: 'maxPool',
  form: 'reduce',
  lower: (ix, [x], { attrs }) => {
    const { samplings } = attrs as ResampleAttrs;
    return overTaps('max', samplings, (r) => candidate(x, ix, samplings, r));
  },
  grad: (g, { inputs: [x], attrs }) => {
    const { samplings } = attrs as ResampleAttrs;
    return [routeBack(g, positionOfMax(x, samplings), samplings.map(transposed))];
  },
});

/** The largest element of each window. */
export const maxOver = (x: Tensor, samplings: readonly Sampling[]): Tensor =>
  record(MAX, [x], { samplings } satisfies ResampleAttrs, resampledShape(x.shape, samplings), x.dtype);

const ARGMAX = /* @__PURE__ */ defineOp({
  name: 'argmaxPool',
  form: 'reduce',
  lower: (ix, [x], { attrs }) => {
    const { samplings } = attrs as ResampleAttrs;
    const extents = samplings.map(tapsOf);
    const best = overTaps('argmax', samplings, (r) => candidate(x, ix, samplings, r));
    const taps = tapsAt(samplings, ix, unravel(best, extents), computeType(x.dtype));
    // A window with nothing above the padding chooses padding: the element nearest to it counts.
    const index = taps.map((t, d) => (t.inside === undefined ? t.index : e.min(e.max(t.index, 0), samplings[d].from - 1)));
    return flatIn(index, samplings.map((s) => s.from));
  },
});

/** The position in the plane of each window's largest element; int32. */
export const positionOfMax = (x: Tensor, samplings: readonly Sampling[]): Tensor =>
  record(ARGMAX, [x], { samplings } satisfies ResampleAttrs, resampledShape(x.shape, samplings), 'int32');

const ROUTE_BACK = /* @__PURE__ */ defineOp({
  name: 'maxPoolGradient',
  form: 'reduce',
  lower: (ix, [g, positions], { attrs, dtype }) => {
    const { samplings } = attrs as ResampleAttrs;
    const compute = computeType(dtype);
    const here = flatIn(ix.slice(-samplings.length), samplings.map((s) => s.to));
    return overTaps('sum', samplings, (r) => {
      const taps = tapsAt(samplings, ix, r, compute);
      const mine = e.eq(elementAt(positions, ix, taps), here);
      const inside = insideAll(taps);
      const value = e.cast(elementAt(g, ix, taps), compute);
      return e.select(inside === undefined ? mine : e.and(inside, mine), value, 0);
    });
  },
  grad: (g, { inputs: [, positions], attrs }) => [takeFrom(g, positions, (attrs as ResampleAttrs).samplings.length), null],
});

/** Each element's share of the gradients of the windows that chose it. */
const routeBack = (g: Tensor, positions: Tensor, samplings: readonly Sampling[]): Tensor =>
  record(ROUTE_BACK, [g, positions], { samplings } satisfies ResampleAttrs, resampledShape(g.shape, samplings), g.dtype);
