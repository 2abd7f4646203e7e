/**
 * Functions of the normal distribution, and the scaled error function that they rest on.
 *
 * Invariant: each is accurate in its tails, where the difference of its definition would cancel.
 *
 * Reference: Shepherd & Laframboise, Chebyshev approximation of (1 + 2x)exp(x²)erfc x (1981); DLMF 7.17.
 * Coefficients are our own.
 */
import type { Expr, Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { chebyshevSeries, unary, upperHalf, type Unary } from '../families/index.js';
import { exp, mul, sub, trueDivide } from '../index.js';

/** (1 + 2x) e^x² erfc(x) in t = (x − 4)/(x + 4), from x = 0 */
const ERFCX = [
  1.1774832005374487, -0.007260796620301901, -0.081265123236185, 0.06009212804122225, -0.02875393558027666,
  0.01059566336347286, -0.003136927294554264, 0.0007456494372536184, -0.0001369696503010054, 1.7183861600300937e-05,
  -7.158364623450346e-07, -2.4261399442449534e-07, 5.5765709395703566e-08, -2.1057869513809494e-09,
  -1.1717889351884957e-09, 1.9098355172456688e-10, 1.408871764208813e-11, -6.901108320480815e-12,
  9.167958364111294e-14, 2.1454508286554553e-13, -1.4716575027010623e-14, -6.668675118770408e-15,
  7.504598509880083e-16, 2.22009300666632e-16, -3.1704898956330886e-17,
];
/** ndtri(½ + y)/y in y² */
const NDTRI_CENTRAL = [
  2.7375941110405506, 0.25371828459510615, 0.025578018924084907, 0.0032173720979539787, 0.00044973297377232026,
  6.686412408851204e-05, 1.0351019857789652e-05, 1.6487456852431861e-06, 2.6823801277591126e-07,
  4.435927136810804e-08, 7.431738034712115e-09, 1.2583105378393047e-09, 2.149284929356537e-10, 3.6983680388130485e-11,
  6.404247095684175e-12, 1.1150515147852606e-12, 1.9506926197595904e-13, 3.426905114795358e-14, 6.042669570067998e-15,
  1.0690458202686417e-15, 1.8969591466916613e-16, 3.3751146154986835e-17,
];
/** (r − log(r)/r − z) r, z = −ndtri(e^(−r²/2)), in 2/r */
const NDTRI_TAIL = [
  1.0133003899183703, 0.09145131518353364, -0.0002662612475383032, -0.0010327471132058402, 0.0005155393307358927,
  -0.00021650288495002326, 8.647944734828904e-05, -3.481449267625687e-05, 1.454977636636238e-05,
  -6.359178552858846e-06, 2.8932108874493767e-06, -1.3599565042468183e-06, 6.563284893056486e-07,
  -3.2378171840084997e-07, 1.6275671260060263e-07, -8.315768109534743e-08, 4.30971152098926e-08,
  -2.2616289918059107e-08, 1.2000113394570254e-08, -6.4299073241755435e-09, 3.475583185203442e-09,
  -1.893522320907557e-09, 1.0389724983201731e-09, -5.737788042295883e-10, 3.187459835151918e-10,
  -1.7802807467349996e-10, 9.992759448472216e-11, -5.634645836191718e-11, 3.1906579906369494e-11,
  -1.8137840869506496e-11,
];

/** erfcx of a ≥ 0. */
function erfcxOfPositive(a: Expr): Expr {
  const t = e.sub(1, e.div(8, e.add(a, 4)));
  return e.div(chebyshevSeries(t, ERFCX), e.add(e.add(a, a), 1));
}

/** e^(x²): the square of a float32 is too long for one, but that of its upper half is exact. */
function expOfSquare(x: Expr): Expr {
  if (x.dtype !== 'float32') return e.exp(e.mul(x, x));
  const upper = upperHalf(x);
  return e.mul(e.exp(e.mul(upper, upper)), e.exp(e.mul(e.sub(x, upper), e.add(x, upper))));
}

/** From here on e^(x²) is infinite in every dtype. */
const HUGE = 30;

function erfcxExpr(x: Expr): Expr {
  const a = e.abs(x);
  const positive = erfcxOfPositive(a);
  return e.select(e.lt(x, 0), e.sub(e.mul(expOfSquare(e.min(a, HUGE)), 2), positive), positive);
}

/**
 * The scaled complementary error function e^(x²) erfc(x) of each element.
 *
 * @example erfcx(tensor([0.0, 1.0, 100]))                // [1, 0.4276, 0.0056]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.erfcx
 */
export const erfcx: Unary = /* @__PURE__ */ unary({
  name: 'erfcx',
  scalar: erfcxExpr,
  grad: (g, y, x) => mul(g, sub(mul(mul(x, y), 2), 2 / Math.sqrt(Math.PI))),
});

/** Where log Φ(x) changes from one form to the other. */
const LEFT = -1;

function logNdtrExpr(x: Expr): Expr {
  const a = e.mul(e.max(e.neg(x), -LEFT), Math.SQRT1_2);
  const left = e.sub(e.log(e.mul(erfcxOfPositive(a), 0.5)), e.mul(e.mul(x, x), 0.5));
  const right = e.log1p(e.mul(e.erfc(e.mul(e.max(x, LEFT), Math.SQRT1_2)), -0.5));
  return e.select(e.lt(x, LEFT), left, right);
}

/**
 * The logarithm of the normal distribution function, log Φ(x), of each element.
 *
 * @example logNdtr(tensor([0.0, -10]))                   // [-0.6931, -53.2313]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.log_ndtr
 */
export const logNdtr: Unary = /* @__PURE__ */ unary({
  name: 'logNdtr',
  scalar: logNdtrExpr,
  grad: (g, _y, x): Tensor => mul(trueDivide(g, erfcx(mul(x, -Math.SQRT1_2))), Math.sqrt(2 / Math.PI)),
});

/** The tail begins at this probability, where √(−2 log p) is 2. */
const TAIL = Math.exp(-2);
/** The argument 2/r of the tail's series runs from here to 1. */
const LEAST = 2 / 39;

function ndtriExpr(p: Expr): Expr {
  const y = e.sub(p, 0.5);
  const most = (0.5 - TAIL) ** 2;
  const square = e.min(e.mul(y, y), most);
  const central = e.mul(y, chebyshevSeries(e.sub(e.mul(square, 2 / most), 1), NDTRI_CENTRAL));
  const q = e.min(e.min(p, e.sub(1, p)), TAIL);
  const r = e.sqrt(e.mul(e.log(q), -2));
  const t = e.sub(e.mul(e.sub(e.div(2, r), LEAST), 2 / (1 - LEAST)), 1);
  const z = e.sub(r, e.div(e.add(e.log(r), chebyshevSeries(t, NDTRI_TAIL)), r));
  const tail = e.select(e.lt(p, 0.5), e.neg(z), z);
  const inside = e.select(e.le(e.abs(y), 0.5 - TAIL), central, tail);
  const infinite = e.const(Infinity, p.dtype);
  return e.select(e.eq(p, 0), e.neg(infinite), e.select(e.eq(p, 1), infinite, inside));
}

/**
 * The inverse of the normal distribution function: the x with Φ(x) = p, for each element p; ∓∞ at 0 and 1, NaN outside.
 *
 * @example ndtri(tensor([0.5, 0.975]))                   // [0, 1.9600]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.ndtri
 */
export const ndtri: Unary = /* @__PURE__ */ unary({
  name: 'ndtri',
  scalar: ndtriExpr,
  grad: (g, y) => mul(g, mul(exp(mul(mul(y, y), 0.5)), Math.sqrt(2 * Math.PI))),
  samples: [{ shape: [2, 3], low: 0.02, high: 0.98 }],
});
