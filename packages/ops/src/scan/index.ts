/**
 * What runs along a dimension: cumulative ops, differences, integrals.
 */
export { cummax, cummin, cumprod, cumsum, type CumulativeOptions } from './cumulative.js';
export { logcumsumexp } from './logcumsumexp.js';
export { cumulativeTrapezoid, diff, trapezoid, trapz, type DiffOptions, type TrapezoidOptions } from './calculus.js';
export { gradient, type GradientOptions } from './gradient.js';
