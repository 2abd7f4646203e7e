/**
 * @sconce/core/e: the builder of expressions, to be imported as `import * as e`. One function for each instruction:
 * the basic ones and the few forms of `build.ts`, and those that are made of simpler ones, one file a family.
 *
 * Invariant: an instruction that no op of a program names is not in its bundle.
 */
export * from './build.js';
export { exp, exp2, expm1, sigmoid } from './math/exponential.js';
export { log, log10, log1p, log2 } from './math/logarithm.js';
export { pow } from './math/power.js';
export { cos, cosPi, sin, tan } from './math/trigonometric.js';
export { cosLarge, sinLarge, tanLarge } from './math/large-angle.js';
export { acos, asin, atan, atan2 } from './math/inverse-trigonometric.js';
export { acosh, asinh, atanh, cosh, sinh, tanh } from './math/hyperbolic.js';
export { erf, erfc, erfinv } from './math/error-function.js';
export { digamma, lgamma } from './math/gamma.js';
export { umulhi } from './math/integer.js';
export { rounded } from './math/parts.js';
