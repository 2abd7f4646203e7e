/**
 * Random numbers: the same on every device, decided by the seed and the order of the calls.
 */
export { bernoulli, normal, rand, randint, randintLike, randLike, randn, randnLike, uniform } from './distributions.js';
export { multinomial, randperm, type MultinomialOptions } from './choice.js';
export { bernoulli_, normal_, uniform_ } from './inplace.js';
