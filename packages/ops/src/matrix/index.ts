/**
 * Products of vectors, matrices and tensors, distances, and similarities.
 */
export { bmm, dot, ger, inner, matmul, mm, mv, outer, vdot, vecdot } from './matmul.js';
export { addbmm, addmm, addmv, addr, baddbmm, type AffineOptions } from './affine.js';
export { einsum } from './einsum.js';
export { chainMatmul, kron, multiDot, tensordot, trace, type TensordotDims } from './tensordot.js';
export {
  cdist,
  cosineSimilarity,
  normalize,
  pairwiseDistance,
  pdist,
  renorm,
  type EpsOptions,
  type PairwiseDistanceOptions,
} from './distance.js';
export { cross } from './cross.js';
export { vander, type VanderOptions } from './vander.js';
