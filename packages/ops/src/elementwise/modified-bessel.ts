/**
 * Modified Bessel functions of the first kind, of order 0 and 1, plain and scaled by e^−|x|.
 *
 * Invariant: the scaled ones are computed, and overflow nowhere; the plain ones get e^|x| in two factors, so that they
 * overflow only where they are too large themselves. Like PyTorch's, they are NaN at ±∞.
 *
 * Reference: DLMF 10.25, 10.29, 10.40; https://pytorch.org/docs/stable/special.html. Coefficients are our own.
 */
import type { Expr, Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { chebyshevSeries } from '../families/series.js';
import { unary, type Unary } from '../families/unary.js';
import { add, mul, sub } from './arithmetic.js';
import { eq } from './comparison.js';
import { trueDivide } from './division.js';
import { sgn } from './sign.js';
import { where } from './where.js';

/** e^−x I₀(x) in x/4 − 1, on 0 ≤ x ≤ 8 */
const I0_NEAR = [
  0.33839763720473803, -0.3046826723431984, 0.17162090152220877, -0.09490109704804764, 0.04930528423967071,
  -0.02373741480589947, 0.010546460394594998, -0.004324309995050576, 0.0016394756169413357, -0.0005763755745385824,
  0.00018850288509584165, -5.754195010082104e-05, 1.6448448070728896e-05, -4.4167383584587505e-06,
  1.1173875391201037e-06, -2.670793853940612e-07, 6.046995022541919e-08, -1.300025009986248e-08,
  2.6598237246823866e-09, -5.189795601635263e-10, 9.675809035373237e-11, -1.726826291441556e-11, 2.95505266312964e-12,
  -4.856446783111929e-13, 7.676185498604936e-14, -1.1685332877993451e-14, 1.715391285555133e-15,
  -2.431279846547955e-16, 3.3307945188222384e-17, -4.4153416464793395e-18,
];
/** √x e^−x I₀(x) in 16/x − 1, from x = 8 */
const I0_FAR = [
  0.4022452055070544, 0.0033691164782556943, 6.889758346916825e-05, 2.8913705208347567e-06, 2.0489185894690638e-07,
  2.266668990498178e-08, 3.3962320257083865e-09, 4.94060238822497e-10, 1.1889147107846439e-11,
  -3.1499165279632416e-11, -1.3215811840447713e-11, -1.7941785315068062e-12, 7.180124451383666e-13,
  3.8527783827421426e-13, 1.54008621752141e-14, -4.150569347287222e-14, -9.554846698828307e-15,
  3.8116806693526224e-15, 1.7725601330565263e-15, -3.425485619677219e-16, -2.8276239805165836e-16,
  3.461222867697461e-17, 4.46562142029676e-17, -4.830504485944178e-18, -7.23318048787476e-18,
];
/** e^−x I₁(x)/x in x/4 − 1 */
const I1_NEAR = [
  0.12629359322181682, -0.17641651835783406, 0.1026436586898471, -0.05294598120809499, 0.024726449030626516,
  -0.010564084894626197, 0.004156422944312888, -0.0015135724506312532, 0.0005122859561685758, -0.00016176081582589674,
  4.781565107550054e-05, -1.3273163656039436e-05, 3.4702513081376785e-06, -8.568720264695455e-07,
  2.0032947535521353e-07, -4.445059128796328e-08, 9.381537386495773e-09, -1.8872497517228294e-09,
  3.625590281552117e-10, -6.663489723502027e-11, 1.1736186298890901e-11, -1.9839743977649436e-12,
  3.223793365945575e-13, -5.042185504727912e-14, 7.600684294735408e-15, -1.1055969477353862e-15,
  1.5536319577362005e-16, -2.111421214358166e-17, 2.7779141127610464e-18,
];
/** √x e^−x I₁(x) in 16/x − 1 */
const I1_FAR = [
  0.38928811750914005, -0.009761097491361469, -0.00011058893876262371, -3.882564808877691e-06, -2.512236237870209e-07,
  -2.6314688468895196e-08, -3.835380385964237e-09, -5.589743462196584e-10, -1.8974958123505413e-11,
  3.2526035830154884e-11, 1.4125807436613782e-11, 2.0356285441470896e-12, -7.198551776245908e-13,
  -4.0835511110921974e-13, -2.1015418427726643e-14, 4.272440016711951e-14, 1.0420276984128802e-14,
  -3.8144030724370075e-15, -1.8803547755107825e-15, 3.3082023109209285e-16, 2.96262899764595e-16,
  -3.209525921993424e-17, -4.650305368489358e-17, 4.414348323071704e-18, 7.517296310842111e-18,
];

/** From here on the second series holds. */
const BORDER = 8;

/** √x-scaled series far out, another one near 0. */
function scaled(a: Expr, near: readonly number[], far: readonly number[], factor: (near: Expr, a: Expr) => Expr): Expr {
  const inside = factor(chebyshevSeries(e.sub(e.mul(e.min(a, BORDER), 0.25), 1), near), a);
  const outside = e.div(chebyshevSeries(e.sub(e.div(16, e.max(a, BORDER)), 1), far), e.sqrt(a));
  return e.select(e.le(a, BORDER), inside, outside);
}

const i0eExpr = (x: Expr): Expr => scaled(e.abs(x), I0_NEAR, I0_FAR, (near) => near);

function i1eExpr(x: Expr): Expr {
  const value = scaled(e.abs(x), I1_NEAR, I1_FAR, (near, a) => e.mul(near, a));
  return e.select(e.lt(x, 0), e.neg(value), value);
}

/** A scaled value times e^|x|. */
function unscaled(value: Expr, x: Expr): Expr {
  const half = e.exp(e.mul(e.abs(x), 0.5));
  return e.mul(half, e.mul(half, value));
}

const SAMPLES = [{ shape: [2, 3], low: -6, high: 6 }, { shape: [3], low: 8.5, high: 12 }];

/** value(x)/x, and at 0 its limit ½. */
const overX = (y: Tensor, x: Tensor): Tensor => where(eq(x, 0), 0.5, trueDivide(y, where(eq(x, 0), 1, x)));

/**
 * The modified Bessel function I₀(x) = Σ (x²/4)ᵏ / (k!)² of each element.
 *
 * @example i0(tensor([0.0, 1.0]))                        // [1, 1.2661]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.i0
 */
export const i0: Unary = /* @__PURE__ */ unary({
  name: 'i0',
  scalar: (x) => unscaled(i0eExpr(x), x),
  grad: (g, _y, x) => mul(g, i1(x)),
  samples: SAMPLES,
});

/**
 * The scaled modified Bessel function e^−|x| I₀(x) of each element.
 *
 * @example i0e(tensor([0.0, 1.0]))                       // [1, 0.4658]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.i0e
 */
export const i0e: Unary = /* @__PURE__ */ unary({
  name: 'i0e',
  scalar: i0eExpr,
  grad: (g, y, x) => mul(g, sub(i1e(x), mul(sgn(x), y))),
  samples: SAMPLES,
});

/**
 * The modified Bessel function I₁(x) = (x/2) Σ (x²/4)ᵏ / (k! (k + 1)!) of each element.
 *
 * @example i1(tensor([0.0, 1.0]))                        // [0, 0.5652]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.i1
 */
export const i1: Unary = /* @__PURE__ */ unary({
  name: 'i1',
  scalar: (x) => unscaled(i1eExpr(x), x),
  grad: (g, y, x) => mul(g, sub(i0(x), overX(y, x))),
  samples: SAMPLES,
});

/**
 * The scaled modified Bessel function e^−|x| I₁(x) of each element.
 *
 * @example i1e(tensor([0.0, 1.0]))                       // [0, 0.2079]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.i1e
 */
export const i1e: Unary = /* @__PURE__ */ unary({
  name: 'i1e',
  scalar: i1eExpr,
  grad: (g, y, x) => mul(g, sub(i0e(x), add(mul(y, sgn(x)), overX(y, x)))),
  samples: SAMPLES,
});
