/**
 * The expansions that the instruction table names, one file a family.
 *
 * Invariant: every expansion ends in basic instructions alone; none imports the builder, which imports the table.
 */
export { exp, exp2, expm1, sigmoid } from './exponential.js';
export { log, log10, log1p, log2 } from './logarithm.js';
export { pow } from './power.js';
export { cos, sin, tan } from './trigonometric.js';
export { cosLarge, isLargeAngle, sinLarge, tanLarge } from './large-angle.js';
export { acos, asin, atan, atan2 } from './inverse-trigonometric.js';
export { acosh, asinh, atanh, cosh, sinh, tanh } from './hyperbolic.js';
export { erf, erfc, erfinv } from './error-function.js';
export { digamma, lgamma } from './gamma.js';
export { umulhi } from './integer.js';
export { rounded } from './parts.js';
