/**
 * Elementwise ops: every element of the result is a function of the elements in its place.
 */
export * from './activation.js';
export * from './arithmetic.js';
export * from './clamp.js';
export * from './closeness.js';
export * from './comparison.js';
export * from './division.js';
export * from './exponential.js';
export * from './float-parts.js';
export * from './fused.js';
export * from './gamma.js';
export * from './hyperbolic.js';
export * from './incomplete-gamma.js';
export * from './integer.js';
export * from './kind.js';
export * from './logic.js';
export * from './logistic.js';
export * from './modified-bessel.js';
export * from './power.js';
export * from './real.js';
export * from './rounding.js';
export * from './sign.js';
export * from './special.js';
export * from './trigonometric.js';
export * from './where.js';
