/**
 * @sconce/ops/special: `torch.special`. What is a function of `torch` itself too comes from there, under both its names;
 * the rest is here alone, so that it costs nobody's start.
 */
export {
  digamma, entr, erf, erfc, erfinv, exp2, expm1, gammaln, i0, i0e, i1, i1e, log1p, logit, logSoftmax, logsumexp, multigammaln,
  ndtr, polygamma, psi, round, sinc, softmax, xlog1py, xlogy,
} from '../index.js';
export { igamma as gammainc, igammac as gammaincc, sigmoid as expit } from '../index.js';
export { airyAi } from './airy.js';
export { besselJ0, besselJ1, besselY0, besselY1, sphericalBesselJ0 } from './bessel.js';
export {
  modifiedBesselI0, modifiedBesselI1, modifiedBesselK0, modifiedBesselK1, scaledModifiedBesselK0, scaledModifiedBesselK1,
} from './modified-bessel.js';
export { erfcx, logNdtr, ndtri } from './normal.js';
export {
  chebyshevPolynomialT, chebyshevPolynomialU, chebyshevPolynomialV, chebyshevPolynomialW, hermitePolynomialH, hermitePolynomialHe,
  laguerrePolynomialL, legendrePolynomialP, shiftedChebyshevPolynomialT, shiftedChebyshevPolynomialU, shiftedChebyshevPolynomialV,
  shiftedChebyshevPolynomialW, type Polynomial,
} from './polynomials.js';
export { zeta } from './zeta.js';
