/**
 * Modified Bessel functions of the second kind, of order 0 and 1, plain and scaled by eˣ; and PyTorch's other names of the
 * first kind's.
 *
 * Up to 2, K₀(x) = smooth − log(x/2)·I₀(x) with I₀ as its power series, and likewise K₁; further out √x·eˣ·K(x) is smooth
 * in 1/x.
 *
 * Invariant: ∞ at 0, NaN below. Not differentiable, as in PyTorch.
 *
 * Reference: DLMF 10.31, 10.40. Coefficients are our own.
 */
import { noGrad, type Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { chebyshevSeries, powerSeries, unary, type Unary } from '../families/index.js';
import { i0, i1 } from '../index.js';

/** K₀(x) + log(x/2) I₀(x) in x²/2 − 1 */
const K0_NEAR = [
  -0.2676636966169514, 0.3442898999246285, 0.0359799365153615, 0.001264615411446926, 2.286212103119452e-05,
  2.5347910790261494e-07, 1.904516377220209e-09, 1.0349695257633625e-11, 4.2598161427910826e-14,
  1.3744654358807508e-16,
];
/** x (K₁(x) − log(x/2) I₁(x)) in x²/2 − 1 */
const K1_NEAR = [
  0.7626501136694739, -0.3531559607765449, -0.12261118082265715, -0.006975723859639864, -0.0001730288957513052,
  -2.4334061415659684e-06, -2.213387630734726e-08, -1.4114883926335278e-10, -6.666901694199329e-13,
  -2.427449850519366e-15,
];
/** √x e^x K₀(x) in 4/x − 1, from x = 2 */
const K0_FAR = [
  1.2201515410329777, -0.0314481013119645, 0.0015698838857300533, -0.00012849549581627802, 1.39498137188765e-05,
  -1.8317555227191195e-06, 2.766813639445015e-07, -4.660489897687948e-08, 8.574034017414225e-09,
  -1.6975345093890614e-09, 3.5773972814003283e-10, -7.957489244477396e-11, 1.8559491149549264e-11,
  -4.514597883374519e-12, 1.1403405882073441e-12, -2.9800969231481784e-13, 8.032890775068375e-14,
  -2.2275133267462965e-14, 6.340076476276646e-15, -1.848593377920907e-15, 5.5120559994043335e-16,
  -1.6782311257549006e-16, 5.2103917776435543e-17, -1.6475805939842632e-17,
];
/** √x e^x K₁(x) in 4/x − 1 */
const K1_FAR = [
  1.3603130952422213, 0.10392373657681724, -0.002857816859622779, 0.00019521551847135162, -1.936197974166083e-05,
  2.406484947837217e-06, -3.5019606030878126e-07, 5.7410841254500495e-08, -1.0345762465678097e-08,
  2.0150497551970347e-09, -4.1903547593419254e-10, 9.218315187605315e-11, -2.129967838427791e-11,
  5.139639673482343e-12, -1.2891739609498229e-12, 3.348419666052243e-13, -8.976705182010146e-14,
  2.4771544242195988e-14, -7.0198370892147685e-15, 2.038703166239861e-15, -6.057047270643018e-16,
  1.8380935752430455e-16, -5.689462849193648e-17, 1.7940510478863572e-17,
];

/** Far below everything that matters, and still normal in float32. */
const TINY = 2 ** -126;
const SAMPLES = [{ shape: [2, 3], low: 0.2, high: 6 }];

/** 1/(k! (k + order)!) */
const seriesOf = (order: number): number[] => {
  const coefficients = [1];
  for (let k = 1; k < 13; k++) coefficients.push(coefficients[k - 1] / (k * (k + order)));
  return coefficients;
};

/** eˣK(x) from its values near 0 and, divided by √x, far out. */
function joined(x: Expr, near: Expr, far: readonly number[], isScaled: boolean): Expr {
  const a = e.max(x, 2);
  const outside = e.div(chebyshevSeries(e.sub(e.div(4, a), 1), far), e.sqrt(a));
  const inside = isScaled ? e.mul(near, e.exp(e.min(x, 2))) : near;
  const value = e.select(e.le(x, 2), inside, isScaled ? outside : e.mul(outside, e.exp(e.neg(x))));
  return e.select(e.lt(x, 0), e.const(NaN, x.dtype), value);
}

function k0Expr(x: Expr, isScaled: boolean): Expr {
  const a = e.min(x, 2);
  const square = e.mul(a, a);
  const first = powerSeries(e.mul(square, 0.25), seriesOf(0));
  const near = e.sub(chebyshevSeries(e.sub(e.mul(square, 0.5), 1), K0_NEAR), e.mul(e.log(e.mul(a, 0.5)), first));
  return joined(x, near, K0_FAR, isScaled);
}

function k1Expr(x: Expr, isScaled: boolean): Expr {
  const a = e.min(x, 2);
  const square = e.mul(a, a);
  const first = e.mul(e.mul(a, 0.5), powerSeries(e.mul(square, 0.25), seriesOf(1)));
  const smooth = e.div(chebyshevSeries(e.sub(e.mul(square, 0.5), 1), K1_NEAR), e.abs(a));
  return joined(x, e.add(smooth, e.mul(e.log(e.max(e.mul(a, 0.5), TINY)), first)), K1_FAR, isScaled);
}

/**
 * The modified Bessel function I₀(x) of each element, without a gradient: `i0` has one.
 *
 * @example modifiedBesselI0(tensor([1.0, 2]))            // [1.2661, 2.2796]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.modified_bessel_i0
 */
export const modifiedBesselI0: Unary = (x) => noGrad(() => i0(x));

/**
 * The modified Bessel function I₁(x) of each element, without a gradient: `i1` has one.
 *
 * @example modifiedBesselI1(tensor([1.0, 2]))            // [0.5652, 1.5906]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.modified_bessel_i1
 */
export const modifiedBesselI1: Unary = (x) => noGrad(() => i1(x));

/**
 * The modified Bessel function K₀(x) = ∫₀^∞ e^(−x cosh t) dt of each element.
 *
 * @example modifiedBesselK0(tensor([1.0, 2]))            // [0.4210, 0.1139]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.modified_bessel_k0
 */
export const modifiedBesselK0: Unary = /* @__PURE__ */ unary({ name: 'modifiedBesselK0', scalar: (x) => k0Expr(x, false), samples: SAMPLES });

/**
 * The modified Bessel function K₁(x) = ∫₀^∞ e^(−x cosh t) cosh t dt of each element.
 *
 * @example modifiedBesselK1(tensor([1.0, 2]))            // [0.6019, 0.1399]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.modified_bessel_k1
 */
export const modifiedBesselK1: Unary = /* @__PURE__ */ unary({ name: 'modifiedBesselK1', scalar: (x) => k1Expr(x, false), samples: SAMPLES });

/**
 * The scaled modified Bessel function eˣK₀(x) of each element.
 *
 * @example scaledModifiedBesselK0(tensor([1.0, 2]))      // [1.1445, 0.8416]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.scaled_modified_bessel_k0
 */
export const scaledModifiedBesselK0: Unary = /* @__PURE__ */ unary({ name: 'scaledModifiedBesselK0', scalar: (x) => k0Expr(x, true), samples: SAMPLES });

/**
 * The scaled modified Bessel function eˣK₁(x) of each element.
 *
 * @example scaledModifiedBesselK1(tensor([1.0, 2]))      // [1.6362, 1.0335]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.scaled_modified_bessel_k1
 */
export const scaledModifiedBesselK1: Unary = /* @__PURE__ */ unary({ name: 'scaledModifiedBesselK1', scalar: (x) => k1Expr(x, true), samples: SAMPLES });
