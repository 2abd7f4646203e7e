/**
 * Orthonormal rows or columns of a matrix, by Gram and Schmidt's method, done twice for accuracy.
 *
 * Invariant: the shorter side is orthonormal; the result is computed in float64 on the host.
 *
 * Reference: Giraud, Langou and Rozložník, The loss of orthogonality in the Gram-Schmidt process (2005): twice is enough.
 */
import { defineOp, NO_ATTRS, record, type Tensor, type TypedArray } from '@sconce/core';

/** Makes vectors orthonormal, one after the other. */
function orthonormalize(vectors: readonly Float64Array[]): void {
  vectors.forEach((v, i) => {
    for (let pass = 0; pass < 2; pass++) {
      for (const u of vectors.slice(0, i)) {
        const along = v.reduce((sum, x, k) => sum + x * u[k], 0);
        for (let k = 0; k < v.length; k++) v[k] -= along * u[k];
      }
    }
    const norm = Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
    for (let k = 0; k < v.length; k++) v[k] /= norm;
  });
}

const ORTHONORMAL = /* @__PURE__ */ defineOp({
  name: 'orthonormal',
  form: 'routine',
  routine: ([{ data, shape }], out) => {
    const [rows, columns] = shape;
    const byRows = rows <= columns;
    const [count, length] = byRows ? [rows, columns] : [columns, rows];
    const at = (i: number, k: number): number => (byRows ? i * columns + k : k * columns + i);
    const vectors = Array.from({ length: count }, (_, i) => Float64Array.from({ length }, (_unused, k) => Number(data[at(i, k)])));
    orthonormalize(vectors);
    const target = out.data as Exclude<TypedArray, BigInt64Array>;
    vectors.forEach((v, i) => v.forEach((x, k) => (target[at(i, k)] = x)));
  },
});

/** A matrix of full rank with its rows, or where they are more, its columns made orthonormal. */
export const orthonormalRows = (x: Tensor): Tensor => record(ORTHONORMAL, [x], NO_ATTRS, x.shape, x.dtype);
