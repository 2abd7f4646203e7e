/**
 * The bridge to `torch.linalg`, and to the functions of `torch` that do the same.
 */
import { matmul, mT } from '@sconce/ops';
import * as linalg from '@sconce/ops/linalg';
import * as torch from '@sconce/ops/linalg-methods';
import type { Tensor } from '@sconce/core';
import { argument, call, keywords, type OpBridge } from './call.js';

const cholesky = call(linalg.cholesky, ['input'], ['upper']);
/** With the triangle as a keyword, where ours is an argument. */
const upperOf = (given: Parameters<OpBridge[string]>[0]): boolean => (keywords(given, ['upper'])['upper'] as boolean | undefined) ?? false;

const TOLERANCES = ['atol', 'rtol', 'hermitian'];
const pinv = call(linalg.pinv, ['input'], TOLERANCES);
const norm = call(linalg.norm, ['input', 'ord', 'dim'], ['keepdim', 'dtype']);

/** `lstsq`, whose driver some records give by position. */
const lstsq: OpBridge[string] = (given) => {
  const driver = given.args[2] ?? given.named['driver'] ?? undefined;
  const options = driver === undefined ? {} : { driver: driver as linalg.LstsqDriver };
  return linalg.lstsq(given.args[0] as Tensor, given.args[1] as Tensor, given.named['rcond'] as number | undefined, options);
};

/** `keepdim` of a norm by position, which is an option of ours. */
const matrixNorm: OpBridge[string] = ({ args: [x, ord, dim, keepdim], named }) =>
  call(linalg.matrixNorm, ['input', 'ord', 'dim'], ['keepdim', 'dtype'])({ args: [], named: { input: x, ord, dim, keepdim, ...named } });

export const linearAlgebra: OpBridge = {
  cholesky,
  cholesky_inverse: (given) => linalg.choleskyInverse(argument(given, 0, 'input') as Tensor, upperOf(given)),
  cholesky_solve: (given) => linalg.choleskySolve(given.args[0] as Tensor, given.args[1] as Tensor, upperOf(given)),
  logdet: call(linalg.logdet, ['input']),
  geqrf: call(linalg.geqrf, ['input']),
  lu: (given) => torch.lu(given.args[0] as Tensor, (argument(given, 1, 'pivot') as boolean | undefined) ?? true, { getInfos: argument(given, 2, 'get_infos') as true }),
  lu_solve: call(torch.luSolve, ['b', 'LU_data', 'LU_pivots']),
  lu_unpack: call(linalg.luUnpack, ['LU_data', 'LU_pivots'], ['unpack_data', 'unpack_pivots']),
  matrix_exp: call(linalg.matrixExp, ['input']),
  'norm.nuc': (given) => linalg.norm(given.args[0] as Tensor, 'nuc', argument(given, 2, 'dim') as number[] | undefined, keywords(given, ['keepdim'])),
  pinverse: (given) => linalg.pinv(given.args[0] as Tensor, { rtol: argument(given, 1, 'rcond') as number | undefined }),
  qr: call(torch.qr, ['input', 'some']),
  ormqr: call(linalg.ormqr, ['input', 'tau', 'other'], ['left', 'transpose']),
  svd: call(torch.svd, ['input', 'some'], ['compute_uv']),
  triangular_solve: call(torch.triangularSolve, ['b', 'A', 'upper'], ['transpose', 'unitriangular']),
  'linalg.cholesky': cholesky,
  'linalg.cholesky_ex': call(linalg.choleskyEx, ['input'], ['upper']),
  'linalg.cond': call(linalg.cond, ['input', 'p']),
  'linalg.det': call(linalg.det, ['input']),
  'linalg.det.singular': call(linalg.det, ['input']),
  'linalg.eigh': call(linalg.eigh, ['input', 'UPLO']),
  'linalg.eigvalsh': call(linalg.eigvalsh, ['input', 'UPLO']),
  'linalg.householder_product': call(linalg.householderProduct, ['input', 'tau']),
  'linalg.inv': call(linalg.inv, ['input']),
  'linalg.inv_ex': call(linalg.invEx, ['input']),
  'linalg.lstsq': lstsq,
  'linalg.lstsq.grad_oriented': (given) => (lstsq(given) as ReturnType<typeof linalg.lstsq>).solution,
  'linalg.lu': call(linalg.lu, ['input'], ['pivot']),
  'linalg.lu_factor': call(linalg.luFactor, ['input'], ['pivot']),
  'linalg.lu_factor_ex': call(linalg.luFactorEx, ['input'], ['pivot']),
  'linalg.lu_solve': call(linalg.luSolve, ['LU', 'pivots', 'B'], ['left', 'adjoint']),
  'linalg.matrix_norm': matrixNorm,
  'linalg.matrix_rank': call(linalg.matrixRank, ['input'], [...TOLERANCES, 'tol']),
  'linalg.matrix_rank.hermitian': call(linalg.matrixRank, ['input'], [...TOLERANCES, 'tol']),
  'linalg.norm': norm,
  'linalg.norm.subgradients_at_zero': norm,
  'linalg.pinv': pinv,
  'linalg.pinv.hermitian': pinv,
  'linalg.pinv.singular': ({ args: [a, b] }) => linalg.pinv(matmul(a as Tensor, mT(b as Tensor))),
  'linalg.qr': call(linalg.qr, ['input', 'mode']),
  'linalg.svd': call(linalg.svd, ['input'], ['full_matrices']),
  'linalg.svdvals': call(linalg.svdvals, ['input']),
  'linalg.matrix_power': call(linalg.matrixPower, ['input', 'n']),
  'linalg.slogdet': call(linalg.slogdet, ['input']),
  'linalg.solve': call(linalg.solve, ['A', 'B'], ['left']),
  'linalg.solve_ex': call(linalg.solveEx, ['A', 'B'], ['left']),
  'linalg.solve_triangular': call(linalg.solveTriangular, ['input', 'B'], ['upper', 'left', 'unitriangular']),
  'linalg.tensorinv': call(linalg.tensorinv, ['a', 'ind']),
  'linalg.tensorsolve': call(linalg.tensorsolve, ['a', 'b', 'dims']),
  'linalg.vander': call(linalg.vander, ['x', 'N']),
};
