/**
 * Random numbers: the same on every device, decided by the seed and the order of the calls.
 */
export { binomial } from './binomial.js';
export { bernoulli, normal, rand, randint, randintLike, randLike, randn, randnLike, uniform, type RandomOptions } from './distributions.js';
export { multinomial, randperm, type MultinomialOptions } from './choice.js';
export { poisson } from './poisson.js';
export { bernoulli_, cauchy_, exponential_, geometric_, logNormal_, normal_, random_, uniform_ } from './inplace.js';
