/**
 * Error and gamma functions in float64, which `Math` does not have.
 *
 * The error functions rest on one series: (1 + 2x)·exp(x²)·erfc(x) is smooth in t = (x − 4)/(x + 4) over all x ≥ 0. The
 * gamma functions rest on the Taylor series about 2 and on Stirling's, with recurrence in between and reflection below 0.
 *
 * Invariant: relative error about 1e-15, growing where a function has a zero that is no number of the type.
 *
 * Reference: Shepherd & Laframboise, Chebyshev approximation of (1 + 2x)exp(x²)erfc x (1981), with coefficients of our
 * own; DLMF 5.7.3, 5.11.1, 5.11.2, 5.5.3, 5.5.4, 7.6.1; Giles, Approximating the erfinv function (2010).
 */

/** Chebyshev coefficients of (1 + 2x)·exp(x²)·erfc(x) in t. */
const ERFC = [
  2.3549664010748974, -0.00726079662030190049, -0.0812651232361849979, 0.06009212804122225, -0.0287539355802766603,
  0.01059566336347286, -0.00313692729455426425, 0.000745649437253618397, -0.000136969650301005414,
  0.0000171838616003009301, -7.15836462345041683e-7, -2.42613994424502288e-7, 5.57657093956966272e-8,
  -2.10578695138785232e-9, -1.17178893519536183e-9, 1.90983551717740078e-10, 1.40887176353033038e-11,
  -6.90110832722105001e-12, 9.16795769480671411e-14, 2.14545076222269301e-13, -1.47165816179561812e-14,
  -6.66868165484435788e-15, 7.50453372305446321e-16, 2.22002881873113455e-16,
];

function chebyshev(coefficients: readonly number[], t: number): number {
  let [b1, b2] = [0, 0];
  for (let i = coefficients.length - 1; i > 0; i--) [b1, b2] = [2 * t * b1 - b2 + coefficients[i], b1];
  return t * b1 - b2 + coefficients[0] / 2;
}

function erfcPositive(x: number): number {
  if (x > 28) return 0;
  // exp(−x²) of a square too long for one number: x² = head² + (x − head)(x + head)
  const head = Math.trunc(x * 16) / 16;
  const gauss = Math.exp(-head * head) * Math.exp(-(x - head) * (x + head));
  return (gauss * chebyshev(ERFC, (x - 4) / (x + 4))) / (1 + 2 * x);
}

/** erf by its series of positive terms, for |x| ≤ 1. */
function erfSeries(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-18; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

export function erf(x: number): number {
  if (Math.abs(x) < 1) return erfSeries(x);
  return x > 0 ? 1 - erfcPositive(x) : x < 0 ? erfcPositive(-x) - 1 : x;
}

export function erfc(x: number): number {
  if (Math.abs(x) < 0.5) return 1 - erfSeries(x);
  return x > 0 ? erfcPositive(x) : x < 0 ? 2 - erfcPositive(-x) : x;
}

export function erfinv(y: number): number {
  const a = Math.abs(y);
  if (!(a < 1)) return a === 1 ? y * Infinity : NaN;
  if (a < 1e-9) return (y * Math.sqrt(Math.PI)) / 2;
  // Winitzki's estimate, then Halley's iteration on erf − a, or on erfc where a is near 1.
  const log = Math.log1p(-a * a);
  const k = 2 / (Math.PI * 0.147) + log / 2;
  let x = Math.sqrt(Math.sqrt(k * k - log / 0.147) - k);
  for (let i = 0; i < 4; i++) {
    const miss = a < 0.5 ? erfSeries(x) - a : 1 - a - erfc(x);
    const step = miss / ((2 / Math.sqrt(Math.PI)) * Math.exp(-x * x));
    x -= step / (1 + x * step);
  }
  return y < 0 ? -x : x;
}

// ── gamma functions ──────────────────────────────────────────────────────────────────────────────────────────────────

/** ζ(n) − 1 from n = 2. */
const ZETA = [
  0.644934066848226436, 0.202056903159594285, 0.0823232337111381915, 0.0369277551433699263, 0.0173430619844491397,
  0.00834927738192282684, 0.00407735619794433938, 0.00200839282608221442, 0.000994575127818085337,
  0.000494188604119464559, 0.000246086553308048299, 0.000122713347578489147, 0.0000612481350587048293,
  0.0000305882363070204936, 0.0000152822594086518717, 7.63719763789976227e-6, 3.81729326499983986e-6,
  1.90821271655393893e-6, 9.53962033872796113e-7, 4.76932986787806463e-7, 2.3845050272773299e-7,
  1.19219925965311073e-7, 5.96081890512594796e-8, 2.98035035146522802e-8,
];
const ONE_MINUS_EULER = 0.42278433509846713939;

/** ln Γ(2 + z) for |z| ≤ ½. */
function lgammaNearTwo(z: number): number {
  let sum = 0;
  for (let n = ZETA.length + 1; n >= 2; n--) sum = -z * sum + ZETA[n - 2] / n;
  return z * (ONE_MINUS_EULER + z * sum);
}

const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];

function horner(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, c) => sum * x + c, 0);
}

/** sin(πx), exact at the integers. */
export function sinPi(x: number): number {
  const r = x - 2 * Math.round(x / 2);
  return Math.sin(Math.PI * (r > 0.5 ? 1 - r : r < -0.5 ? -1 - r : r));
}

export function lgamma(x: number): number {
  if (x !== x || Math.abs(x) === Infinity) return Math.abs(x);
  if (x <= 0) {
    if (Number.isInteger(x)) return Infinity;
    return Math.log(Math.PI / Math.abs(x * sinPi(x))) - lgamma(-x);
  }
  if (x < 0.5) return lgammaNearTwo(x) - Math.log1p(x) - Math.log(x);
  if (x < 1.5) return lgammaNearTwo(x - 1) - Math.log1p(x - 1);
  if (x < 10) {
    let [product, y] = [1, x];
    while (y > 2.5) product *= --y;
    return Math.log(product) + lgammaNearTwo(y - 2);
  }
  return (x - 0.5) * (Math.log(x) - 1) + (Math.log(2 * Math.PI) - 1) / 2 + horner(STIRLING, 1 / (x * x)) / x;
}

const DIGAMMA = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12];

export function digamma(x: number): number {
  if (x === 0) return Object.is(x, -0) ? Infinity : -Infinity;
  if (x < 0) {
    if (Number.isInteger(x) || x === -Infinity) return NaN;
    const r = x - Math.round(x);
    return digamma(1 - x) - Math.PI / Math.tan(Math.PI * r);
  }
  let [sum, y] = [0, x];
  while (y < 10) sum -= 1 / y++;
  const u = 1 / (y * y);
  return sum + Math.log(y) - 0.5 / y - u * horner(DIGAMMA, u);
}
