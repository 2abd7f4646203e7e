/**
 * Balancing, on the host in float64: exchanges that bring eigenvalues which stand alone to the ends of the diagonal, and
 * powers of two that make rows and columns between them about as long.
 *
 * Invariant: nothing is rounded. Order of work is LAPACK's (dgebal), so that eigenvalues come in PyTorch's order.
 *
 * Reference: Parlett & Reinsch, Balancing a matrix for calculation of eigenvalues and eigenvectors (1969).
 */

/** D⁻¹PᵀAPD in the place of A: its eigenvalues from `low` to `high` are still to be found; `scale` has exchanges and factors. */
export interface Balanced {
  readonly low: number;
  readonly high: number;
  readonly scale: Float64Array;
}

/** Exchanges rows i and j, and columns i and j. */
function exchange(a: Float64Array, n: number, i: number, j: number): void {
  if (i === j) return;
  for (let k = 0; k < n; k++) [a[k * n + i], a[k * n + j]] = [a[k * n + j], a[k * n + i]];
  for (let k = 0; k < n; k++) [a[i * n + k], a[j * n + k]] = [a[j * n + k], a[i * n + k]];
}

/** Whether row j, or with `column` column j, is 0 beside its diagonal element between `low` and `high`. */
function isAlone(a: Float64Array, n: number, j: number, low: number, high: number, column: boolean): boolean {
  for (let i = low; i <= high; i++) if (i !== j && a[column ? i * n + j : j * n + i] !== 0) return false;
  return true;
}

const lengthOf = (a: Float64Array, at: number, step: number, count: number): number => {
  let squares = 0;
  for (let i = 0; i < count; i++) squares += a[at + i * step] ** 2;
  return Math.sqrt(squares);
};

/** The least gain for which a row is scaled. */
const GAIN = 0.95;

/** Balances an n × n matrix in place. */
export function balance(a: Float64Array, n: number): Balanced {
  const scale = new Float64Array(n).fill(1);
  let [low, high] = [0, n - 1];
  const search = (column: boolean): boolean => {
    for (let i = low; i <= high; i++) {
      const j = column ? i : high - (i - low);
      if (!isAlone(a, n, j, low, high, column)) continue;
      const end = column ? low : high;
      exchange(a, n, j, end);
      scale[end] = j;
      if (column) low++;
      else high--;
      return true;
    }
    return false;
  };
  while (high > 0 && search(false));
  while (low < high && search(true));
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = low; i <= high; i++) {
      let column = lengthOf(a, low * n + i, n, high - low + 1);
      let row = lengthOf(a, i * n + low, 1, high - low + 1);
      if (column === 0 || row === 0) continue;
      const before = column + row;
      let factor = 1;
      for (; column < row / 2; column *= 2, row /= 2) factor *= 2;
      for (; column >= row * 2; column /= 2, row *= 2) factor /= 2;
      if (factor === 1 || column + row >= GAIN * before) continue;
      changed = true;
      scale[i] *= factor;
      for (let k = 0; k < n; k++) a[i * n + k] /= factor;
      for (let k = 0; k < n; k++) a[k * n + i] *= factor;
    }
  }
  return { low, high, scale };
}

/** Turns eigenvectors of the balanced matrix, which are columns, into those of the matrix itself. */
export function unbalance(v: Float64Array, n: number, { low, high, scale }: Balanced): void {
  const rows = (i: number, j: number): void => {
    for (let k = 0; k < n; k++) [v[i * n + k], v[j * n + k]] = [v[j * n + k], v[i * n + k]];
  };
  for (let i = low; i <= high; i++) for (let k = 0; k < n; k++) v[i * n + k] *= scale[i];
  for (let i = low - 1; i >= 0; i--) rows(i, scale[i]);
  for (let i = high + 1; i < n; i++) rows(i, scale[i]);
}
