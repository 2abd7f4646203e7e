/**
 * The bridge to `torch.linalg`, and to the functions of `torch` that do the same.
 */
import * as linalg from '@sconce/ops/linalg';
import type { Tensor } from '@sconce/core';
import { argument, call, keywords, type OpBridge } from './call.js';

const cholesky = call(linalg.cholesky, ['input'], ['upper']);
/** With the triangle as a keyword, where ours is an argument. */
const upperOf = (given: Parameters<OpBridge[string]>[0]): boolean => (keywords(given, ['upper'])['upper'] as boolean | undefined) ?? false;

export const linearAlgebra: OpBridge = {
  cholesky,
  cholesky_inverse: (given) => linalg.choleskyInverse(argument(given, 0, 'input') as Tensor, upperOf(given)),
  cholesky_solve: (given) => linalg.choleskySolve(given.args[0] as Tensor, given.args[1] as Tensor, upperOf(given)),
  logdet: call(linalg.logdet, ['input']),
  'linalg.cholesky': cholesky,
  'linalg.cholesky_ex': call(linalg.choleskyEx, ['input'], ['upper']),
  'linalg.det': call(linalg.det, ['input']),
  'linalg.inv': call(linalg.inv, ['input']),
  'linalg.inv_ex': call(linalg.invEx, ['input']),
  'linalg.matrix_power': call(linalg.matrixPower, ['input', 'n']),
  'linalg.slogdet': call(linalg.slogdet, ['input']),
  'linalg.solve': call(linalg.solve, ['A', 'B'], ['left']),
  'linalg.solve_ex': call(linalg.solveEx, ['A', 'B'], ['left']),
  'linalg.solve_triangular': call(linalg.solveTriangular, ['input', 'B'], ['upper', 'left', 'unitriangular']),
  'linalg.tensorinv': call(linalg.tensorinv, ['a', 'ind']),
  'linalg.tensorsolve': call(linalg.tensorsolve, ['a', 'b', 'dims']),
  'linalg.vander': call(linalg.vander, ['x', 'N']),
};
