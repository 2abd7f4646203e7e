/**
 * @sconce/ops/linalg-methods: what of linear algebra PyTorch has as methods of Tensor, and the functions of `torch` that
 * `torch.linalg` has in another form. An entry of its own beside `@sconce/ops/methods`, so that who chains sums and products
 * loads no decompositions.
 *
 *   import '@sconce/ops/linalg-methods';
 *   x.inverse().matmul(b);
 *
 * Invariant: a method is its function with the tensor in front.
 *
 * Reference: https://pytorch.org/docs/stable/tensors.html
 */
import { Tensor } from '@sconce/core';
import { cholesky, choleskyInverse, choleskySolve, det, geqrf, inv, logdet, matrixExp, matrixPower, ormqr, pinv, slogdet } from './index.js';
import { lu, luSolve, orgqr, qr, svd, triangularSolve } from './torch.js';

export * from './torch.js';

const METHODS = { cholesky, choleskyInverse, choleskySolve, det, geqrf, logdet, lu, luSolve, matrixExp, matrixPower, orgqr, ormqr, qr, slogdet, svd, triangularSolve };
/** Those that torch calls otherwise than torch.linalg. */
const RENAMED = { inverse: inv, pinverse: pinv };

type Method<F> = F extends (input: Tensor, ...rest: infer A) => infer R ? (...rest: A) => R : never;

type MethodsOf<Table> = { readonly [K in keyof Table]: Method<Table[K]> };

export type LinalgMethods = MethodsOf<typeof METHODS>;
export type RenamedMethods = MethodsOf<typeof RENAMED>;

declare module '@sconce/core' {
  interface Tensor extends LinalgMethods, RenamedMethods {}
}

type Op = (input: Tensor, ...rest: unknown[]) => unknown;

for (const [name, op] of Object.entries({ ...METHODS, ...RENAMED })) {
  Object.defineProperty(Tensor.prototype, name, {
    value: function (this: Tensor, ...rest: unknown[]): unknown {
      return (op as Op)(this, ...rest);
    },
    configurable: true,
    writable: true,
  });
}
