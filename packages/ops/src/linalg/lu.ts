/**
 * LU factors: A = PLU with rows exchanged so that each pivot is the largest left in its column.
 *
 * The gradient of a square A is P L⁻ᵀ (tril(LᵀG_L, −1) + triu(G_U Uᵀ)) U⁻ᵀ. The columns of a wide A beyond that square, and
 * the rows of a tall one, are solutions: U₂ = L⁻¹PᵀA₂, L₂ = A₂U⁻¹.
 *
 * Invariant: pivots are PyTorch's: int32 from 1, row i was exchanged with row pivots[i].
 *
 * Reference: Golub & Van Loan, Matrix Computations (2013), 3.4; PyTorch's `torch.linalg.lu`.
 */
import { cast, defineOp, DTypeError, record, requireTensor, ShapeError, shapeText, type Shape, type Tensor } from '@sconce/core';
import { checkOptions, parts, type Parts } from '../families/index.js';
import { add, arange, cat, eq, expand, eye, matmul, mT, narrow, sub, takeAlongDim, tril, triu, unsqueeze, zeros } from '../index.js';
import { eliminate } from './arrays.js';
import { decomposition } from './decomposition.js';
import { LinAlgError, ofBatch, requireMatrices, requireSquare } from './routine.js';
import { requireMeeting, sameBatch, triangular } from './solve.js';

// ── rows in another order ────────────────────────────────────────────────────────────────────────────────────────────

/** From pivots, the row of A that comes to each place, or with `inverse` the place of each row of A. */
const ORDER = /* @__PURE__ */ defineOp({
  name: 'linalgOrder',
  form: 'routine',
  routine: ([pivots], { shape, data, attrs }) => {
    const [n, k] = [shape[shape.length - 1], pivots.shape[pivots.shape.length - 1]];
    for (let at = 0, from = 0; at < data.length; at += n, from += k) {
      const order = Int32Array.from({ length: n }, (_, i) => i);
      for (let i = 0; i < k; i++) {
        const other = Number(pivots.data[from + i]) - 1;
        if (other < 0 || other >= n) throw new LinAlgError(`${String(attrs['op'])}: pivots hold ${other + 1}, expected 1 to ${n}, as luFactor gives them.`);
        [order[i], order[other]] = [order[other], order[i]];
      }
      order.forEach((row, i) => (data[attrs['inverse'] === true ? at + row : at + i] = attrs['inverse'] === true ? i : row));
    }
  },
});

function orderOf(op: string, pivots: Tensor, rows: number, inverse: boolean): Tensor {
  return record(ORDER, [pivots.detach()], { op, inverse }, [...pivots.shape.slice(0, -1), rows], 'int32');
}

/** The rows of X in the order of PᵀX, or with `inverse` of PX. */
function exchanged(op: string, x: Tensor, pivots: Tensor, inverse: boolean): Tensor {
  const rows = x.shape.at(-2)!;
  return takeAlongDim(x, expand(unsqueeze(orderOf(op, pivots, rows, inverse), -1), x.shape), -2);
}

// ── factors ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** L with its ones, and U, of factors in one matrix. */
const lowerOf = (lu: Tensor): Tensor => {
  const [m, n] = lu.shape.slice(-2);
  const k = Math.min(m, n);
  const unit = expand(eye(m, k, { dtype: lu.dtype, device: lu.device }), [...lu.shape.slice(0, -1), k]);
  return add(tril(narrow(lu, -1, 0, k), -1), unit);
};
const upperOf = (lu: Tensor): Tensor => triu(narrow(lu, -2, 0, Math.min(lu.shape.at(-2)!, lu.shape.at(-1)!)));

/** From the gradient of both factors in one matrix, that of PᵀA. */
function gradOf(g: Tensor, lu: Tensor): Tensor {
  const [m, n] = lu.shape.slice(-2);
  const k = Math.min(m, n);
  const corner = (x: Tensor): Tensor => narrow(narrow(x, -1, 0, k), -2, 0, k);
  const [square, inside] = [corner(lu), corner(g)];
  const underL = (x: Tensor): Tensor => triangular(mT(square), x, true, true);
  const overU = (x: Tensor): Tensor => mT(triangular(square, mT(x), true));
  let below = matmul(mT(lowerOf(square)), tril(inside, -1));
  let above = matmul(triu(inside), mT(upperOf(square)));
  const beside = n > k ? narrow(g, -1, k, n - k) : null;
  const under = m > k ? narrow(g, -2, k, m - k) : null;
  if (beside !== null) below = sub(below, matmul(beside, mT(narrow(lu, -1, k, n - k))));
  if (under !== null) above = sub(above, matmul(mT(narrow(lu, -2, k, m - k)), under));
  const inner = underL(overU(add(tril(below, -1), triu(above))));
  if (beside !== null) return cat([inner, underL(beside)], -1);
  return under === null ? inner : cat([inner, overU(under)], -2);
}

const LU = /* @__PURE__ */ decomposition({
  name: 'linalgLu',
  shapes: ([shape]) => ({ LU: shape.slice(-2), pivots: [Math.min(...shape.slice(-2))], info: [] }),
  one: ([a], [shape], { op, pivot, check }, { i, count, work }) => {
    const [m, n] = shape.slice(-2);
    const { pivots, info } = eliminate(work, a, m, n, pivot === true);
    if (check === true && info > 0) {
      throw new LinAlgError(`${String(op)}: A${ofBatch(i, count)} is singular: the diagonal element ${info} of U is 0, so nothing can be solved with it. Use lu or luFactorEx for the factors alone.`);
    }
    return [a, pivots, [info]];
  },
  rules: {
    LU: (g, { factors: { LU: lu, pivots }, attrs }) => {
      const inner = gradOf(g, lu);
      return [attrs['pivot'] === true ? exchanged('lu', inner, cast(pivots, 'int32'), true) : inner];
    },
  },
});

export interface LuOptions {
  /** Exchange rows, so that each pivot is the largest left in its column. Default: true. */
  readonly pivot?: boolean;
}

/** The factors in one matrix, pivots and info, which are whole numbers. */
function factored(op: string, a: Tensor, options: LuOptions, check: boolean): Readonly<Record<'LU' | 'pivots' | 'info', Tensor>> {
  checkOptions(op, options, ['pivot']);
  requireMatrices(op, a);
  const { LU: lu, pivots, info } = LU([a], { op, pivot: options.pivot ?? true, check });
  return { LU: lu, pivots: cast(pivots, 'int32'), info: cast(info, 'int32') };
}

/**
 * The permutation P, the lower triangle L with ones on its diagonal and the upper triangle U with PLU = A, for each matrix.
 *
 * @param A [..., m, n]
 * @param options `pivot`: with false no rows are exchanged, and P is empty
 * @returns `{ P, L, U }`: [..., m, m], [..., m, k] and [..., k, n] with k = min(m, n)
 * @throws ShapeError, DTypeError.
 * @example
 * const { L } = lu(tensor([[1.5, 2], [3.0, 4.5]]));      // [[1, 0], [0.5, 1]]
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.lu.html
 */
export function lu(A: Tensor, options: LuOptions = {}): Parts<'P' | 'L' | 'U'> {
  const { LU: both, pivots } = factored('lu', A, options, false);
  const P = options.pivot === false ? none(A) : permutationOf('lu', pivots, both);
  return parts({ P, L: lowerOf(both), U: upperOf(both) });
}

/**
 * The factors L, without its ones, and U of each matrix in one, as `luSolve` takes them.
 *
 * @param A [..., m, n]
 * @param options `pivot`: with false no rows are exchanged
 * @returns `{ LU, pivots }`: [..., m, n], and int32 [..., min(m, n)] from 1: row i was exchanged with row pivots[i]
 * @throws ShapeError, DTypeError; LinAlgError on reading when a diagonal element of U is 0.
 * @example
 * const { LU, pivots } = luFactor(tensor([[1.5, 2], [3.0, 4.5]]));      // [[3, 4.5], [0.5, -0.25]], [2, 2]
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.lu_factor.html
 */
export function luFactor(A: Tensor, options: LuOptions = {}): Parts<'LU' | 'pivots'> {
  const { LU: both, pivots } = factored('luFactor', A, options, true);
  return parts({ LU: both, pivots });
}

/**
 * As `luFactor`, but instead of failing says which diagonal element of U is 0 first.
 *
 * @returns `{ LU, pivots, info }`: info counts from 1, and is 0 where none is 0
 * @throws ShapeError, DTypeError.
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.lu_factor_ex.html
 */
export const luFactorEx = (A: Tensor, options: LuOptions = {}): Parts<'LU' | 'pivots' | 'info'> => parts(factored('luFactorEx', A, options, false));

// ── what is done with factors ────────────────────────────────────────────────────────────────────────────────────────

const none = (a: Tensor): Tensor => zeros([0], { dtype: a.dtype, device: a.device });

/** Checks pivots that belong to factors. */
function requirePivots(op: string, pivots: unknown, factors: Tensor): asserts pivots is Tensor {
  requireTensor(op, pivots, 'pivots');
  if (pivots.dtype !== 'int32') throw new DTypeError(`${op}: pivots are ${pivots.dtype}, expected int32. Use pivots.to('int32').`);
  const expected: Shape = [...factors.shape.slice(0, -2), Math.min(...factors.shape.slice(-2))];
  if (pivots.shape.length !== expected.length || pivots.shape.some((n, d) => n !== expected[d])) {
    throw new ShapeError(`${op}: pivots have shape ${shapeText(pivots.shape)}, expected ${shapeText(expected)} for factors of shape ${shapeText(factors.shape)}.`);
  }
}

/** P as a matrix: row order[i] of column i is 1. */
function permutationOf(op: string, pivots: Tensor, factors: Tensor): Tensor {
  const rows = factors.shape.at(-2)!;
  const order = orderOf(op, pivots, rows, false);
  const places = arange(rows, { dtype: 'int32', device: pivots.device });
  return cast(eq(unsqueeze(order, -2), unsqueeze(places, -1)), factors.dtype);
}

export interface LuUnpackOptions {
  /** Give L and U; else they are empty. Default: true. */
  readonly unpackData?: boolean;
  /** Give P; else it is empty. Default: true. */
  readonly unpackPivots?: boolean;
}

/**
 * P, L and U of what `luFactor` gives.
 *
 * @param LU [..., m, n]
 * @param pivots int32 [..., min(m, n)]
 * @returns `{ P, L, U }`
 * @throws ShapeError, DTypeError; LinAlgError on reading when pivots are no rows.
 * @see https://pytorch.org/docs/stable/generated/torch.lu_unpack.html
 */
export function luUnpack(LU: Tensor, pivots: Tensor, options: LuUnpackOptions = {}): Parts<'P' | 'L' | 'U'> {
  const op = 'luUnpack';
  checkOptions(op, options, ['unpackData', 'unpackPivots']);
  requireMatrices(op, LU, 'LU');
  requirePivots(op, pivots, LU);
  const { unpackData = true, unpackPivots = true } = options;
  const [L, U] = unpackData ? [lowerOf(LU), upperOf(LU)] : [none(LU), none(LU)];
  return parts({ P: unpackPivots ? permutationOf(op, pivots, LU) : none(LU), L, U });
}

export interface LuSolveOptions {
  /** AX = B (default), or XA = B. */
  readonly left?: boolean;
  /** Solve with Aᵀ instead. Default: false. */
  readonly adjoint?: boolean;
}

/**
 * The solution X of AX = B, where A is given by what `luFactor` gives of it.
 *
 * @param LU [..., n, n]
 * @param pivots int32 [..., n]
 * @param B [..., n, k]; batches broadcast
 * @param options `left`: with false, XA = B is solved; `adjoint`: Aᵀ stands for A
 * @throws ShapeError, DTypeError; LinAlgError on reading when pivots are no rows.
 * @example
 * const { LU, pivots } = luFactor(tensor([[1.5, 2], [3.0, 4.5]]));
 * luSolve(LU, pivots, tensor([[3.5], [7.5]]));           // [[1], [1]]
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.lu_solve.html
 */
export function luSolve(LU: Tensor, pivots: Tensor, B: Tensor, options: LuSolveOptions = {}): Tensor {
  const op = 'luSolve';
  checkOptions(op, options, ['left', 'adjoint']);
  requireSquare(op, LU, 'LU');
  requirePivots(op, pivots, LU);
  requireMatrices(op, B, 'B');
  const { left = true, adjoint = false } = options;
  requireMeeting(op, LU, B, left);
  if (!left) return mT(luSolve(LU, pivots, mT(B), { adjoint: !adjoint }));
  const [f, b] = sameBatch(op, LU, B);
  const p = expand(pivots, f.shape.slice(0, -1));
  if (adjoint) return exchanged(op, triangular(mT(f), triangular(mT(f), b, false), true, true), p, true);
  return triangular(f, triangular(f, exchanged(op, b, p, false), false, true), true);
}
