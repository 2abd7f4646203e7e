/**
 * @sconce/ops/linalg: `torch.linalg`, over batches of matrices. What is no loop nest is a routine in JavaScript, float64
 * inside, on every backend; gradients are written in ops.
 *
 * Reference: https://pytorch.org/docs/stable/linalg.html
 */
export { cholesky, choleskyEx, choleskyInverse, choleskySolve, type CholeskyOptions } from './cholesky.js';
export { det, logdet, slogdet } from './determinant.js';
export { matrixPower, tensorinv, tensorsolve, vander } from './products.js';
export { LinAlgError } from './routine.js';
export { inv, invEx, solve, solveEx, solveTriangular, type SolveOptions, type SolveTriangularOptions } from './solve.js';
/** Those of `torch.linalg` that are functions of `torch` too. */
export { cross, matmul, multiDot, diagonal, vecdot, vectorNorm } from '../index.js';
