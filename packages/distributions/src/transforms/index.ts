/**
 * `torch.distributions.transforms`.
 */
export { ComposeTransform, identityTransform, IndependentTransform } from './composed.js';
export { AbsTransform, AffineTransform, CumulativeDistributionTransform, ExpTransform, PowerTransform, SigmoidTransform, SoftplusTransform, TanhTransform, type AffineOptions } from './elementwise.js';
export { CatTransform, StackTransform } from './joined.js';
export { CorrCholeskyTransform, LowerCholeskyTransform } from './matrices.js';
export { Transform, type TransformOptions } from './transform.js';
export { ReshapeTransform, SoftmaxTransform, StickBreakingTransform } from './vectors.js';
