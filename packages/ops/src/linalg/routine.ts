/**
 * Routines over batches of matrices: the last two dimensions are a matrix, those before count them.
 *
 * Invariant: float32 and float64 only, and float64 inside; a matrix that an algorithm cannot take throws a LinAlgError when
 * the result is read, as nothing is computed before.
 */
import { defineOp, describe, DTypeError, requireTensor, SconceError, ShapeError, shapeText, sizeOf, type Attrs, type DType, type Grad, type Op, type Shape, type Tensor, type Workspace } from '@sconce/core';
import { ON_HOST } from '../families/index.js';
import { expand, eye } from '../index.js';

/** A matrix that an algorithm cannot take: singular, or not positive-definite. Thrown when the result is read. */
export class LinAlgError extends SconceError {
  static override readonly kind: string = 'LinAlgError';
}

/** Which matrix of a batch an error is about. */
export const ofBatch = (i: number, count: number): string => (count > 1 ? ` (matrix ${i} of the batch)` : '');

/** Which matrix of a batch of `count` is computed, and where. */
export interface Place {
  readonly i: number;
  readonly count: number;
  readonly work: Workspace;
}

/** Takes the matrices of each input and gives that of the result, which it may overwrite. */
export type OneMatrix = (matrices: readonly Float64Array[], shapes: readonly Shape[], attrs: Attrs, place: Place) => ArrayLike<number>;

/** Defines a routine; `rank` is how many of the result's dimensions belong to one matrix. All inputs have the same batch. */
export function matrixRoutine(name: string, rank: number, one: OneMatrix, grad?: Grad): Op {
  return defineOp({
    name,
    form: 'routine',
    routine: (inputs, out, work = ON_HOST) => {
      const sizes = inputs.map(({ shape }) => shape[shape.length - 2] * shape[shape.length - 1]);
      const size = sizeOf(out.shape.slice(out.shape.length - rank));
      const count = sizeOf(inputs[0].shape.slice(0, -2));
      const compute = (i: number): void => {
        const matrices = inputs.map(({ data }, k) => {
          const matrix = work.float64(sizes[k]);
          matrix.set(data.subarray(i * sizes[k], (i + 1) * sizes[k]) as Float64Array);
          return matrix;
        });
        const result = one(matrices, inputs.map(({ shape }) => shape), out.attrs, { i, count, work });
        (out.data as Float64Array).set(result, i * size);
      };
      for (let i = 0; i < count; i++) work.scope(() => compute(i));
    },
    grad,
  });
}

const TYPES: readonly DType[] = ['float32', 'float64'];

/** A batch of matrices. */
export function requireMatrices(op: string, x: unknown, name = 'A'): asserts x is Tensor {
  requireTensor(op, x, name);
  if (x.ndim < 2) throw new ShapeError(`${op}: ${name} must be a matrix or a batch of them, got ${describe(x)}.`);
  if (!TYPES.includes(x.dtype)) throw new DTypeError(`${op}: ${name} is ${x.dtype}, expected float32 or float64. Use ${name}.to('float32').`);
}

/** A batch of square matrices. */
export function requireSquare(op: string, x: unknown, name = 'A'): asserts x is Tensor {
  requireMatrices(op, x, name);
  const [rows, columns] = x.shape.slice(-2);
  if (rows !== columns) throw new ShapeError(`${op}: ${name} must be square, got ${shapeText(x.shape)}.`);
}

/** The identity for each matrix of a batch. */
export const identityLike = (a: Tensor): Tensor => expand(eye(a.shape[a.ndim - 1], { dtype: a.dtype, device: a.device }), a.shape);
