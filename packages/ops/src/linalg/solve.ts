/**
 * Systems of linear equations, and inverses.
 *
 * Gradients are solutions too: of AX = B, that of B is A⁻ᵀG, and that of A is minus its product with Xᵀ; with a triangle
 * for A, that product's triangle.
 *
 * Invariant: whatever is differentiated again is written in ops.
 *
 * Reference: Giles, An extended collection of matrix derivative results (2008); PyTorch's `torch.linalg`.
 */
import { broadcastShapes, DTypeError, record, sameShape, ShapeError, shapeText, type Attrs, type Tensor } from '@sconce/core';
import { checkOptions, parts, type Parts } from '../families/index.js';
import { expand, matmul, mT, neg, squeeze, tril, triu, unsqueeze } from '../index.js';
import { factorise, solveFactored, substitute } from './arrays.js';
import { identityLike, LinAlgError, matrixRoutine, ofBatch, requireMatrices, requireSquare } from './routine.js';

// ── routines ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const INFO = /* @__PURE__ */ matrixRoutine('linalgInfo', 0, ([a], [shape], _attrs, { work }) => [factorise(work, a, shape[shape.length - 1]).info]);

const SOLVE = /* @__PURE__ */ matrixRoutine(
  'linalgSolve',
  2,
  ([a, b], [shapeA, shapeB], { op, check }, { i, count, work }) => {
    const n = shapeA[shapeA.length - 1];
    const factors = factorise(work, a, n);
    if (factors.info > 0 && check === true) {
      throw new LinAlgError(`${String(op)}: A${ofBatch(i, count)} is singular: the diagonal element ${factors.info} of U is 0. Use pinv or lstsq, or add a multiple of eye(${n}).`);
    }
    return solveFactored(work, factors, b, n, shapeB[shapeB.length - 1]);
  },
  (g, { inputs: [a], output, attrs, needs }) => {
    const gradB = record(SOLVE, [mT(a), g], attrs, g.shape, g.dtype);
    return [needs[0] ? neg(matmul(gradB, mT(output))) : null, needs[1] ? gradB : null];
  },
);

interface TriangleAttrs extends Attrs {
  readonly upper: boolean;
  readonly unitriangular: boolean;
}

const SOLVE_TRIANGULAR = /* @__PURE__ */ matrixRoutine(
  'linalgSolveTriangular',
  2,
  ([a, b], [shapeA, shapeB], attrs, { work }) => {
    const { upper, unitriangular } = attrs as TriangleAttrs;
    substitute(work, a, b, shapeA[shapeA.length - 1], shapeB[shapeB.length - 1], upper, unitriangular);
    return b;
  },
  (g, { inputs: [a], output, attrs, needs }) => {
    const { upper, unitriangular } = attrs as TriangleAttrs;
    const gradB = triangular(mT(a), g, !upper, unitriangular);
    const within = unitriangular ? 1 : 0;
    const half = (x: Tensor): Tensor => (upper ? triu(x, within) : tril(x, -within));
    return [needs[0] ? neg(half(matmul(gradB, mT(output)))) : null, needs[1] ? gradB : null];
  },
);

/** X with TX = B for triangles T, whose other half is not read; both have the same batch. */
export const triangular = (t: Tensor, b: Tensor, upper: boolean, unitriangular = false): Tensor =>
  record(SOLVE_TRIANGULAR, [t, b], { upper, unitriangular } satisfies TriangleAttrs, b.shape, b.dtype);

// ── functions ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Both with the batch that they broadcast to. */
export function sameBatch(op: string, a: Tensor, b: Tensor): [Tensor, Tensor] {
  if (a.dtype !== b.dtype) throw new DTypeError(`${op}: A is ${a.dtype} and B ${b.dtype}, expected one dtype. Use B.to('${a.dtype}').`);
  const batch = broadcastShapes(op, a.shape.slice(0, -2), b.shape.slice(0, -2));
  return [a, b].map((x) => expand(x, [...batch, ...x.shape.slice(-2)])) as [Tensor, Tensor];
}

/** Checks the sizes of A, n × n, and of the side of B that meets it. */
export function requireMeeting(op: string, a: Tensor, b: Tensor, left: boolean): void {
  const n = a.shape.at(-1)!;
  const met = b.shape.at(left ? -2 : -1)!;
  if (met !== n) throw new ShapeError(`${op}: A is ${shapeText(a.shape)} and B ${shapeText(b.shape)}, expected B to have ${n} ${left ? 'rows' : 'columns'}.`);
}

export interface SolveOptions {
  /** AX = B (default), or XA = B. */
  readonly left?: boolean;
}

function solveWith(op: string, a: Tensor, b: Tensor, { left = true }: SolveOptions, check: boolean): Tensor {
  requireSquare(op, a);
  const isVector = b.ndim === 1 || sameShape(b.shape, a.shape.slice(0, -1));
  const wide = isVector ? unsqueeze(b, -1) : b;
  requireMatrices(op, wide, 'B');
  requireMeeting(op, a, wide, left);
  const [x, y] = left ? sameBatch(op, a, wide) : sameBatch(op, mT(a), mT(wide));
  const solution = record(SOLVE, [x, y], { op, check }, y.shape, y.dtype);
  const turned = left ? solution : mT(solution);
  return isVector ? squeeze(turned, -1) : turned;
}

/**
 * The solution X of AX = B.
 *
 * @param A [..., n, n]
 * @param B [..., n, k], or [..., n] with the batch of A, or [n]; batches broadcast
 * @param options `left`: with false, XA = B is solved
 * @throws ShapeError, DTypeError; LinAlgError on reading when a matrix is singular.
 * @example
 * solve(tensor([[2.0, 0], [0, 4.0]], { dtype: 'float32' }), tensor([1.0, 2], { dtype: 'float32' }));      // [0.5, 0.5]
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.solve.html
 */
export function solve(A: Tensor, B: Tensor, options: SolveOptions = {}): Tensor {
  checkOptions('solve', options, ['left']);
  return solveWith('solve', A, B, options, true);
}

/** Which diagonal element is 0 first, from 1, for each matrix; 0 where it has an inverse. */
const infoOf = (a: Tensor): Tensor => record(INFO, [a.detach()], {}, a.shape.slice(0, -2), 'int32');

/**
 * As `solve`, but instead of failing says which matrices are singular.
 *
 * @returns `{ result, info }`: where info is not 0, A is singular and the result holds infinities or NaN.
 * @throws ShapeError, DTypeError.
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.solve_ex.html
 */
export function solveEx(A: Tensor, B: Tensor, options: SolveOptions = {}): Parts<'result' | 'info'> {
  checkOptions('solveEx', options, ['left']);
  return parts({ result: solveWith('solveEx', A, B, options, false), info: infoOf(A) });
}

function inverse(op: string, a: Tensor, check: boolean): Tensor {
  requireSquare(op, a);
  return record(SOLVE, [a, identityLike(a)], { op, check }, a.shape, a.dtype);
}

/**
 * The inverse of each matrix: A · inv(A) = 1.
 *
 * @param A [..., n, n]
 * @throws ShapeError, DTypeError; LinAlgError on reading when a matrix is singular.
 * @example
 * inv(tensor([[2.0, 0], [0, 4.5]]));                     // [[0.5, 0], [0, 0.2222]]
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.inv.html
 */
export const inv = (A: Tensor): Tensor => inverse('inv', A, true);

/**
 * As `inv`, but instead of failing says which matrices are singular.
 *
 * @returns `{ inverse, info }`: where info is not 0, the matrix is singular and its inverse holds infinities or NaN.
 * @throws ShapeError, DTypeError.
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.inv_ex.html
 */
export const invEx = (A: Tensor): Parts<'inverse' | 'info'> => parts({ inverse: inverse('invEx', A, false), info: infoOf(A) });

export interface SolveTriangularOptions extends SolveOptions {
  /** Whether A is an upper triangle, or a lower one; its other half is not read. */
  readonly upper: boolean;
  /** Take the diagonal for ones, whatever it holds. Default: false. */
  readonly unitriangular?: boolean;
}

/**
 * The solution X of AX = B for triangles A.
 *
 * @param A [..., n, n]
 * @param B [..., n, k]; batches broadcast
 * @param options `upper`; `left`: with false, XA = B is solved; `unitriangular`
 * @returns X; where a diagonal element is 0 it holds infinities or NaN, as PyTorch's
 * @throws ShapeError, DTypeError.
 * @example
 * solveTriangular(tensor([[2.5, 0], [1, 1]]), tensor([[5.0], [3.5]]), { upper: false });      // [[2], [1.5]]
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.solve_triangular.html
 */
export function solveTriangular(A: Tensor, B: Tensor, options: SolveTriangularOptions): Tensor {
  checkOptions('solveTriangular', options, ['upper', 'left', 'unitriangular']);
  requireSquare('solveTriangular', A);
  requireMatrices('solveTriangular', B, 'B');
  const { upper, left = true, unitriangular = false } = options;
  requireMeeting('solveTriangular', A, B, left);
  const [a, b] = sameBatch('solveTriangular', A, B);
  return left ? triangular(a, b, upper, unitriangular) : mT(triangular(mT(a), mT(b), !upper, unitriangular));
}
