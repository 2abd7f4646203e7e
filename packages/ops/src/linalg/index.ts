/**
 * @sconce/ops/linalg: `torch.linalg`, over batches of matrices. What is no loop nest is a routine in JavaScript, float64
 * inside, on every backend; gradients are written in ops. Complex results are pairs `{ real, imag }`.
 *
 * Reference: https://pytorch.org/docs/stable/linalg.html
 */
export { cholesky, choleskyEx, choleskyInverse, choleskySolve, type CholeskyOptions } from './cholesky.js';
export { det, logdet, slogdet } from './determinant.js';
export { eig, eigvals } from './eig.js';
export { eigh, eigvalsh, type Triangle } from './eigh.js';
export { matrixExp } from './exponential.js';
export { geqrf, ormqr, type OrmqrOptions } from './householder.js';
export { pcaLowrank, svdLowrank, type LowrankOptions, type PcaOptions } from './lowrank.js';
export { lstsq, type LstsqDriver, type LstsqOptions } from './lstsq.js';
export { lu, luFactor, luFactorEx, luSolve, luUnpack, type LuOptions, type LuSolveOptions, type LuUnpackOptions } from './lu.js';
export { cond, matrixNorm, norm, type MatrixNormOptions, type MatrixOrder } from './norms.js';
export { matrixRank, pinv, type MatrixRankOptions, type ToleranceOptions } from './pinv.js';
export { matrixPower, tensorinv, tensorsolve, vander } from './products.js';
export { householderProduct, qr, type QRMode } from './qr.js';
export { LinAlgError } from './routine.js';
export { inv, invEx, solve, solveEx, solveTriangular, type SolveOptions, type SolveTriangularOptions } from './solve.js';
export { svd, svdvals, type SvdOptions } from './svd.js';
/** Those of `torch.linalg` that are functions of `torch` too. */
export { cross, matmul, multiDot, diagonal, vecdot, vectorNorm } from '../index.js';
