/**
 * Householder reflections H = 1 − τvvᵀ, and the QR factorisation, on the host in float64.
 *
 * Invariant: v starts with 1, and H turns its vector into β e₁ with β of the other sign than the vector's first element,
 * so that nothing cancels; where all but that element are 0 already, H is 1. These are LAPACK's conventions, so Q and R
 * have PyTorch's signs.
 *
 * Reference: Golub & Van Loan, Matrix Computations (2013), 5.1, 5.2.
 */

/** A reflection of the elements from `at` on. */
export interface Reflection {
  readonly at: number;
  readonly v: Float64Array;
  readonly tau: number;
}

/** Below and above these, squares of float64 underflow or overflow. */
const [SMALL_SQUARES, LARGE_SQUARES] = [1e-280, 1e280];

/** The length of the elements from `first` on. */
function lengthFrom(x: Float64Array, first: number): number {
  let squares = 0;
  for (let i = first; i < x.length; i++) squares += x[i] * x[i];
  if (squares > SMALL_SQUARES && squares < LARGE_SQUARES) return Math.sqrt(squares);
  let largest = 0;
  for (let i = first; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i]));
  if (largest === 0) return 0;
  squares = 0;
  for (let i = first; i < x.length; i++) squares += (x[i] / largest) ** 2;
  return largest * Math.sqrt(squares);
}

/** The reflection that turns `x` into β e₁; `x` becomes its v. */
export function reflectionOf(x: Float64Array, at: number): { reflection: Reflection; beta: number } {
  const alpha = x[0];
  const rest = lengthFrom(x, 1);
  x[0] = 1;
  if (rest === 0) return { reflection: { at, v: x, tau: 0 }, beta: alpha };
  const beta = -Math.hypot(alpha, rest) * (alpha < 0 || Object.is(alpha, -0) ? -1 : 1);
  for (let i = 1; i < x.length; i++) x[i] /= alpha - beta;
  return { reflection: { at, v: x, tau: (beta - alpha) / beta }, beta };
}

/** HA in place of A, whose rows are `width` long, for its columns from `column` on. */
export function reflectColumns(a: Float64Array, width: number, { at, v, tau }: Reflection, column: number): void {
  if (tau === 0) return;
  const w = new Float64Array(width);
  for (let i = 0, row = at * width; i < v.length; i++, row += width) {
    for (let j = column, vi = v[i]; j < width; j++) w[j] += vi * a[row + j];
  }
  for (let i = 0, row = at * width; i < v.length; i++, row += width) {
    for (let j = column, factor = tau * v[i]; j < width; j++) a[row + j] -= factor * w[j];
  }
}

/** AH in place of A, whose rows are `width` long, for its rows from `row` on. */
export function reflectRows(a: Float64Array, width: number, { at, v, tau }: Reflection, row: number): void {
  if (tau === 0) return;
  for (let start = row * width + at; start < a.length; start += width) {
    let product = 0;
    for (let i = 0; i < v.length; i++) product += v[i] * a[start + i];
    product *= tau;
    for (let i = 0; i < v.length; i++) a[start + i] -= product * v[i];
  }
}

/** The first `count` columns of H₁H₂…, which are `size` long, as rows. */
export function columnsOfProduct(reflections: readonly Reflection[], size: number, count: number): Float64Array {
  const rows = new Float64Array(count * size);
  for (let i = 0; i < count; i++) rows[i * size + i] = 1;
  for (let k = reflections.length - 1; k >= 0; k--) reflectRows(rows, size, reflections[k], 0);
  return rows;
}

/** Aᵀ of an m × n matrix. */
export function transposed(a: Float64Array, m: number, n: number): Float64Array {
  const t = new Float64Array(a.length);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) t[j * m + i] = a[i * n + j];
  return t;
}

/** Reduces an m × n matrix A to R in place, and gives the reflections whose product is Q. */
export function triangularise(a: Float64Array, m: number, n: number): Reflection[] {
  return Array.from({ length: Math.min(m, n) }, (_, j) => {
    const column = Float64Array.from({ length: m - j }, (_, i) => a[(j + i) * n + j]);
    const { reflection, beta } = reflectionOf(column, j);
    reflectColumns(a, n, reflection, j + 1);
    a[j * n + j] = beta;
    for (let i = j + 1; i < m; i++) a[i * n + j] = 0;
    return reflection;
  });
}
