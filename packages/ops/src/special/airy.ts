/**
 * The Airy function Ai.
 *
 * Near 0 it is smooth; above 2.1 it is e^−ζ x^−¼ times what is smooth in 1/ζ, with ζ = ⅔x√x; below −2.1 it is a wave
 * (f sin(ζ + π/4) − g cos(ζ + π/4))/|x|^¼ with f and ζg smooth in 1/ζ².
 *
 * Invariant: ζ is known to more than a float32 holds, because a wave's phase needs its absolute error small. NaN at ±∞, as
 * in PyTorch. Not differentiable, as in PyTorch.
 *
 * Reference: DLMF 9.7. Coefficients are our own.
 */
import type { Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { chebyshevSeries, isInfExpr, unary, upperHalf, type Unary } from '../families/index.js';

/** Ai(x) in x/2.1 */
const AI_NEAR = [
  0.24859155969374094, -0.17261376863990102, -0.13375600104405586, 0.11363013508706071, -0.022581162940306335,
  -0.00714283384544063, 0.004611230473332513, -0.0007141249168823845, -0.0001377687368672447, 7.608100010524245e-05,
  -9.969304147493062e-06, -1.3696387934343837e-06, 6.780995134528535e-07, -7.823292629489956e-08,
  -8.304665875615106e-09, 3.780318137068271e-09, -3.9328281515444914e-10, -3.391837488478633e-11,
  1.4421422784974876e-11, -1.3748171688795275e-12, -9.966146298846953e-14, 4.0008723492299535e-14,
  -3.5358489342540605e-15, -2.207837117189604e-16, 8.434502830792432e-17, -6.971476208590024e-18,
];
/** x^¼ e^ζ Ai(x) in 4/ζ − 1, from ζ = 2 */
const AI_FAR = [
  0.27791472709862935, -0.003974604466782267, 0.00018844233230265676, -1.5139145553925131e-05, 1.6277079938920561e-06,
  -2.124613255828612e-07, 3.196091031824142e-08, -5.367549773721327e-09, 9.852325184295213e-10,
  -1.9470927440073698e-10, 4.097278653880674e-11, -9.10273979334055e-12, 2.120857375473259e-12,
  -5.154390569091291e-13, 1.3009367206082188e-13, -3.397474159620609e-14, 9.15240780009071e-15,
  -2.5365851923528393e-15, 7.21627003385596e-16, -2.1031429429833665e-16, 6.268552720108202e-17,
  -1.9078601110153376e-17, 5.921328491143358e-18,
];
/** f in 8/ζ² − 1 */
const AI_F = [
  0.562017926228536, -0.0020540854470795784, 0.00010360788382704828, -1.1511160819904716e-05, 1.9051967113217197e-06,
  -4.03487130864971e-07, 1.0130766626888474e-07, -2.8851580634558165e-08, 9.061158649045084e-09,
  -3.078678433438148e-09, 1.116250143169611e-09, -4.2751739500995544e-10, 1.716141639028371e-10,
  -7.176255572364703e-11, 3.110665335679704e-11, -1.3921206578882569e-11, 6.41099003606256e-12,
  -3.0296082660489706e-12, 1.465658451024113e-12, -7.24406970469283e-13, 3.651521291018332e-13,
  -1.8743131259416933e-13, 9.783730636119329e-14, -5.187352959419127e-14, 2.7906694809101684e-14,
  -1.521890155360958e-14, 8.406260879255237e-15, -4.6993093988798e-15, 2.6568747763900093e-15,
  -1.5181853024939394e-15,
];
/** g ζ in 8/ζ² − 1 */
const AI_G = [
  0.03725085406481846, -0.001748297603169399, 0.0001520265190271484, -2.256472843610512e-05, 4.524955042064685e-06,
  -1.104471309072474e-06, 3.1019275343832524e-07, -9.688445456948965e-08, 3.290879845299469e-08,
  -1.1968709832476788e-08, 4.60831645177955e-09, -1.8624780571430613e-09, 7.849137199852352e-10,
  -3.431284027495206e-10, 1.549364272237645e-10, -7.201096700822763e-11, 3.43502646375191e-11,
  -1.6775795326913803e-11, 8.370467206649641e-12, -4.259396905727795e-12, 2.206986752995073e-12,
  -1.1628159457867404e-12, 6.22241793931792e-13, -3.3781676805426025e-13, 1.8589356361726849e-13,
  -1.0359499975887243e-13, 5.842127612505142e-14, -3.331637559662111e-14, 1.9200762140520883e-14,
  -1.1175943006285495e-14,
];

const BORDER = 2.1;

/** ζ in two parts: in float32 the second one holds what the first one rounds away. */
interface Phase {
  readonly head: Expr;
  readonly tail: Expr;
}

/** ζ = ⅔a√a. */
function phaseOf(a: Expr): Phase {
  const root = e.sqrt(a);
  const head = e.mul(e.mul(a, root), 2 / 3);
  if (a.dtype !== 'float32') return { head, tail: e.const(0, a.dtype) };
  const [upperA, upperRoot] = [upperHalf(a), upperHalf(root)];
  const [lowerA, lowerRoot] = [e.sub(a, upperA), e.sub(root, upperRoot)];
  // a − root², by its halves, is what the root lacks.
  const square = e.add(e.mul(e.mul(upperRoot, 2), lowerRoot), e.mul(lowerRoot, lowerRoot));
  const missing = e.div(e.sub(e.sub(a, e.mul(upperRoot, upperRoot)), square), e.mul(root, 2));
  // Twice a·root, exact but for its last part; three times the head, by halves, is taken from it.
  const upperHead = upperHalf(head);
  const lowerHead = e.sub(head, upperHead);
  const exact = e.sub(e.mul(e.mul(upperA, upperRoot), 2), e.mul(upperHead, 3));
  const middle = e.mul(e.add(e.mul(upperA, lowerRoot), e.mul(lowerA, upperRoot)), 2);
  const last = e.mul(e.add(e.mul(lowerA, lowerRoot), e.mul(a, missing)), 2);
  return { head, tail: e.mul(e.add(e.sub(e.add(exact, middle), e.mul(lowerHead, 3)), last), 1 / 3) };
}

function waveExpr(a: Expr, { head, tail }: Phase): Expr {
  const inverse = e.div(1, head);
  const t = e.sub(e.mul(e.mul(inverse, inverse), 8), 1);
  const f = chebyshevSeries(t, AI_F);
  const g = e.mul(chebyshevSeries(t, AI_G), inverse);
  const [s, c] = [e.sin(head), e.cos(head)];
  const [sine, cosine] = [e.add(s, e.mul(c, tail)), e.sub(c, e.mul(s, tail))];
  const value = e.sub(e.mul(f, e.add(sine, cosine)), e.mul(g, e.sub(cosine, sine)));
  return e.div(e.mul(value, Math.SQRT1_2), e.sqrt(e.sqrt(a)));
}

function airyExpr(x: Expr): Expr {
  const a = e.max(e.abs(x), BORDER);
  const near = chebyshevSeries(e.mul(e.max(e.min(x, BORDER), -BORDER), 1 / BORDER), AI_NEAR);
  const phase = phaseOf(a);
  const above = e.mul(e.div(chebyshevSeries(e.sub(e.div(4, phase.head), 1), AI_FAR), e.sqrt(e.sqrt(a))), e.exp(e.neg(phase.head)));
  const value = e.select(e.gt(x, BORDER), above, e.select(e.lt(x, -BORDER), waveExpr(a, phase), near));
  return e.select(isInfExpr(x), e.const(NaN, x.dtype), value);
}

/**
 * The Airy function Ai(x) = (1/π) ∫₀^∞ cos(t³/3 + xt) dt of each element.
 *
 * @example airyAi(tensor([0.0, 1.0]))                    // [0.3550, 0.1353]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.airy_ai
 */
export const airyAi: Unary = /* @__PURE__ */ unary({ name: 'airyAi', scalar: airyExpr });
