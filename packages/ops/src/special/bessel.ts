/**
 * Bessel functions of order 0 and 1, and the spherical one of order 0.
 *
 * Up to 8, J is smooth in x², and Y less its logarithm; further out both are √(2/πx) times a cosine and a sine of
 * x − (order/2 + ¼)π whose factors P and Q are smooth in 1/x².
 *
 * Invariant: Y is −∞ at 0 and NaN below; at ±∞ all but the spherical one are NaN, as in PyTorch. Not differentiable, as
 * in PyTorch.
 *
 * Reference: DLMF 10.2, 10.8, 10.17, 10.49. Coefficients are our own.
 */
import type { Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { chebyshevSeries, isInfExpr, powerSeries, unary, type Unary } from '../families/index.js';

/** J₀(x) in x²/32 − 1, on 0 ≤ x ≤ 8 */
const J0_NEAR = [
  0.15772797147489012, -0.008723442352852221, 0.2651786132033368, -0.37009499387264977, 0.15806710233209725,
  -0.034893769411408884, 0.004819180069467605, -0.00046062616620627504, 3.246032882100508e-05,
  -1.7619469077621507e-06, 7.608163592418782e-08, -2.679253530557673e-09, 7.848696314479465e-11,
  -1.9438346867370164e-12, 4.125320595634374e-14, -7.588508125447546e-16, 1.2218515873961411e-17,
];
/** J₁(x)/x in x²/32 − 1 */
const J1_NEAR = [
  0.08104484632565812, -0.1489751450676521, 0.1609992623572097, -0.08268049176681791, 0.022213639654966037,
  -0.003646940600769276, 0.0004050337728354822, -3.255554866857259e-05, 1.9858774049915165e-06,
  -9.521984756750436e-08, 3.687133759097148e-09, -1.178026622695885e-10, 3.160154580348003e-12,
  -7.221755239651773e-14, 1.4232144003513942e-15, -2.4441972916190464e-17,
];
/** Y₀(x) − (2/π) log(x) J₀(x) in x²/32 − 1 */
const Y0_NEAR = [
  -0.03314611320328494, -0.2744743055297453, 0.17903431407718265, 0.26156734625504663, -0.17730201278114358,
  0.04719668959576339, -0.007287962479552079, 0.0007531135932577742, -5.632079141056987e-05, 3.206532537654801e-06,
  -1.44072332740187e-07, 5.248794787330516e-09, -1.5837552541812015e-10, 4.02633081830612e-12, -8.747341203310769e-14,
  1.6434898714919468e-15, -2.6977881152566837e-17,
];
/** (Y₁(x) − (2/π)(log(x) J₁(x) − 1/x))/x in x²/32 − 1 */
const Y1_NEAR = [
  0.0025380132357417816, -0.01608717304766875, -0.09591204536083074, 0.08445197259652346, -0.028328123944594365,
  0.005289897544167113, -0.0006414551451326356, 5.505982873338744e-05, -3.53808001868935e-06, 1.7707804556154404e-07,
  -7.11055004989928e-09, 2.344337905911516e-10, -6.4651518414115946e-12, 1.51429151205002e-13,
  -3.0511859694473254e-15, 5.34668038572867e-17,
];
/** P0 in 128/x² − 1 */
const P0 = [
  0.9994603493475187, -0.0005365220468132117, 3.0751847875194745e-06, -5.1705945376060975e-08, 1.6306464635151382e-09,
  -7.86409137723707e-11, 5.168262387349193e-12, -4.3045788699253914e-13, 4.3265957431549404e-14,
  -5.069034095935236e-15, 6.748072215733873e-16, -1.0011513723467786e-16, 1.6305919233744186e-17,
];
/** Q0 x/8 in 128/x² − 1 */
const Q0 = [
  -0.015555854605337009, 6.838519942611649e-05, -7.414498411060647e-07, 1.7972457247968992e-08, -7.27191593686632e-10,
  4.2201219046687385e-11, -3.206747420996635e-12, 3.006145125351706e-13, -3.336328185322427e-14,
  4.255225040245461e-15, -6.09993013164005e-16, 9.662128970303257e-17, -1.6686065214378146e-17,
  3.1082440486738143e-18, -6.191115787358145e-19,
];
/** P1 in 128/x² − 1 */
const P1 = [
  1.0009030408600137, 0.0008989898330859408, -3.987284300488908e-06, 6.177633960644299e-08, -1.8718907491063067e-09,
  8.816898659582339e-11, -5.704863640395645e-12, 4.699195515230542e-13, -4.6842237839904895e-14,
  5.452674896044717e-15, -7.221180842274018e-16, 1.0667689114335412e-16, -1.7312313216116335e-17,
];
/** Q1 x/8 in 128/x² − 1 */
const Q1 = [
  0.04677778706953532, -9.62772354915708e-05, 9.138615257955454e-07, -2.0959781384083424e-08, 8.229193327650554e-10,
  -4.686363688176945e-11, 3.5152187949686082e-12, -3.2643156743279e-13, 3.5967765829165294e-14,
  -4.5612523950772974e-15, 6.508282957783384e-16, -1.0269147531823243e-16, 1.767635548776479e-17,
  -3.2834519872981614e-18, 6.524081149589261e-19,
];

/** From here on the waves hold. */
const BORDER = 8;
const TINY = 2 ** -126;

/** The argument of the series near 0, from |x|. */
function nearby(a: Expr): { x: Expr; t: Expr } {
  const x = e.min(a, BORDER);
  return { x, t: e.sub(e.mul(e.mul(x, x), 1 / 32), 1) };
}

/** cos(x − φ) and sin(x − φ) times √2, for φ = π/4 in order 0 and 3π/4 in order 1. */
function phases(a: Expr, order: 0 | 1): { cosine: Expr; sine: Expr } {
  const [c, s] = [e.cos(a), e.sin(a)];
  const [sum, difference] = [e.add(s, c), e.sub(s, c)];
  return order === 0 ? { cosine: sum, sine: difference } : { cosine: difference, sine: e.neg(sum) };
}

const WAVES = [
  { p: P0, q: Q0 },
  { p: P1, q: Q1 },
];

/** J and Y from 8 on: √(1/πx)·(P cos − Q sin) and √(1/πx)·(P sin + Q cos). */
function wave(a: Expr, order: 0 | 1, isSecond: boolean): Expr {
  const x = e.max(a, BORDER);
  const part = e.div(BORDER, x);
  const t = e.sub(e.mul(e.mul(part, part), 2), 1);
  const p = chebyshevSeries(t, WAVES[order].p);
  const q = e.mul(chebyshevSeries(t, WAVES[order].q), part);
  const { cosine, sine } = phases(x, order);
  const value = isSecond ? e.add(e.mul(p, sine), e.mul(q, cosine)) : e.sub(e.mul(p, cosine), e.mul(q, sine));
  return e.mul(value, e.sqrt(e.div(1 / Math.PI, x)));
}

function j0Expr(x: Expr): Expr {
  const a = e.abs(x);
  return e.select(e.le(a, BORDER), chebyshevSeries(nearby(a).t, J0_NEAR), wave(a, 0, false));
}

function j1Expr(x: Expr): Expr {
  const a = e.abs(x);
  const near = nearby(a);
  const value = e.select(e.le(a, BORDER), e.mul(near.x, chebyshevSeries(near.t, J1_NEAR)), wave(a, 1, false));
  return e.select(e.lt(x, 0), e.neg(value), value);
}

/** NaN below 0. */
const onlyPositive = (x: Expr, value: Expr): Expr => e.select(e.lt(x, 0), e.const(NaN, x.dtype), value);

function y0Expr(x: Expr): Expr {
  const near = nearby(e.abs(x));
  const logarithm = e.mul(e.mul(e.log(near.x), chebyshevSeries(near.t, J0_NEAR)), 2 / Math.PI);
  return onlyPositive(x, e.select(e.le(x, BORDER), e.add(chebyshevSeries(near.t, Y0_NEAR), logarithm), wave(x, 0, true)));
}

function y1Expr(x: Expr): Expr {
  const near = nearby(e.abs(x));
  const logarithm = e.mul(e.mul(e.log(e.max(near.x, TINY)), chebyshevSeries(near.t, J1_NEAR)), 2 / Math.PI);
  const smooth = e.mul(near.x, e.add(chebyshevSeries(near.t, Y1_NEAR), logarithm));
  return onlyPositive(x, e.select(e.le(x, BORDER), e.sub(smooth, e.div(2 / Math.PI, near.x)), wave(x, 1, true)));
}

/** sin(x)/x in x², on |x| ≤ ½ */
const SINE = [1, -1 / 6, 1 / 120, -1 / 5040, 1 / 362880, -1 / 39916800];

function sphericalExpr(x: Expr): Expr {
  const far = e.select(isInfExpr(x), e.const(0, x.dtype), e.div(e.sin(x), x));
  return e.select(e.lt(e.abs(x), 0.5), powerSeries(e.mul(x, x), SINE), far);
}

/**
 * The Bessel function J₀(x) = (1/π) ∫₀^π cos(x sin t) dt of each element.
 *
 * @example besselJ0(tensor([0.0, 1.0]))                  // [1, 0.7652]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.bessel_j0
 */
export const besselJ0: Unary = /* @__PURE__ */ unary({ name: 'besselJ0', scalar: j0Expr });

/**
 * The Bessel function J₁(x) = (1/π) ∫₀^π cos(t − x sin t) dt of each element.
 *
 * @example besselJ1(tensor([0.0, 1.0]))                  // [0, 0.4401]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.bessel_j1
 */
export const besselJ1: Unary = /* @__PURE__ */ unary({ name: 'besselJ1', scalar: j1Expr });

/**
 * The Bessel function of the second kind Y₀(x) of each element; −∞ at 0, NaN below.
 *
 * @example besselY0(tensor([1.0, 2.0]))                  // [0.0883, 0.5104]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.bessel_y0
 */
export const besselY0: Unary = /* @__PURE__ */ unary({ name: 'besselY0', scalar: y0Expr });

/**
 * The Bessel function of the second kind Y₁(x) of each element; −∞ at 0, NaN below.
 *
 * @example besselY1(tensor([1.0, 2.0]))                  // [-0.7812, -0.1070]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.bessel_y1
 */
export const besselY1: Unary = /* @__PURE__ */ unary({ name: 'besselY1', scalar: y1Expr });

/**
 * The spherical Bessel function j₀(x) = sin(x)/x of each element; 1 at 0, 0 at ±∞.
 *
 * @example sphericalBesselJ0(tensor([0.0, 1.0]))         // [1, 0.8415]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.spherical_bessel_j0
 */
export const sphericalBesselJ0: Unary = /* @__PURE__ */ unary({ name: 'sphericalBesselJ0', scalar: sphericalExpr });
