/**
 * Transforms to Cholesky factors: of positive-definite matrices, and of correlation matrices.
 *
 * Reference: Stan Reference Manual, Cholesky factors of correlation matrices; Lewandowski, Kurowicka & Joe, Generating
 * random correlation matrices based on vines and extended onion method (2009).
 */
import { ShapeError, shapeText, tensor, type Shape, type Tensor } from '@sconce/core';
import { add, atanh, clamp, cumprod, cumsum, diagEmbed, diagonal, div, exp, eye, indexSelect, log, mul, narrow, pad, reshape, sqrt, square, sub, sum, tanh, tril } from '@sconce/ops';
import { independent, real, realVector, type Constraint } from '../constraints.js';
import { corrCholesky, lowerCholesky } from '../event-constraints.js';
import { limitsOf, softplus } from '../numbers.js';
import { Transform } from './transform.js';
import { requireDims } from './vectors.js';

const diagonalOf = (x: Tensor): Tensor => diagonal(x, 0, -2, -1);

/** The part below the diagonal, and the diagonal's exponentials. Matrices to lower triangles with a positive diagonal. */
export class LowerCholeskyTransform extends Transform {
  get domain(): Constraint {
    return independent(real, 2);
  }
  get codomain() {
    return lowerCholesky;
  }
  protected override get parameters(): readonly unknown[] {
    return [];
  }
  protected call(x: Tensor): Tensor {
    return add(tril(x, -1), diagEmbed(exp(diagonalOf(x))));
  }
  protected override invert(y: Tensor): Tensor {
    return add(tril(y, -1), diagEmbed(log(diagonalOf(y))));
  }
}

// ── vectors as triangles ─────────────────────────────────────────────────────────────────────────────────────────────

/** Positions of the elements on and below a diagonal, row by row. */
function below(n: number, offset: number): number[] {
  const places: number[] = [];
  for (let i = 0; i < n; i++) for (let j = 0; j <= i + offset && j < n; j++) places.push(i * n + j);
  return places;
}

const indices = (places: readonly number[], device: string): Tensor => tensor([...places], { dtype: 'int32', device });

/** The elements of a matrix on and below a diagonal, row by row. */
function trilToVector(x: Tensor, offset: number): Tensor {
  const n = x.shape[x.ndim - 1];
  return indexSelect(reshape(x, [...x.shape.slice(0, -2), n * n]), -1, indices(below(n, offset), x.device));
}

/** The strictly lower triangle of an n × n matrix with these elements, row by row. */
function vectorToTril(x: Tensor, n: number): Tensor {
  const places = new Array<number>(n * n).fill(0);
  below(n, -1).forEach((place, i) => {
    places[place] = i;
  });
  return tril(reshape(indexSelect(x, -1, indices(places, x.device)), [...x.shape.slice(0, -1), n, n]), -1);
}

/** How many rows a matrix has with so many elements below its diagonal. */
function rowsOf(shape: Shape): number {
  requireDims('CorrCholeskyTransform', shape, 1);
  const count = shape[shape.length - 1];
  const n = Math.round(Math.sqrt(0.25 + 2 * count) + 0.5);
  if ((n * (n - 1)) / 2 !== count) throw new ShapeError(`CorrCholeskyTransform: got vectors of ${count}, expected n(n − 1)/2 elements for some n, such as ${((n - 1) * (n - 2)) / 2} or ${(n * (n - 1)) / 2}.`);
  return n;
}

/**
 * n(n − 1)/2 numbers to the Cholesky factor of an n × n correlation matrix: each row is a stick of squared length 1,
 * broken at squares of hyperbolic tangents.
 *
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.transforms.CorrCholeskyTransform
 */
export class CorrCholeskyTransform extends Transform {
  get domain() {
    return realVector;
  }
  get codomain() {
    return corrCholesky;
  }
  override get bijective(): boolean {
    return true;
  }
  protected override get parameters(): readonly unknown[] {
    return [];
  }
  protected call(x: Tensor): Tensor {
    const n = rowsOf(x.shape);
    const { eps } = limitsOf(x);
    const r = vectorToTril(clamp(tanh(x), eps - 1, 1 - eps), n);
    const rest = cumprod(sqrt(sub(1, square(r))), -1);
    const unit = add(r, eye(n, { dtype: x.dtype, device: x.device }));
    return mul(unit, pad(narrow(rest, -1, 0, n - 1), [1, 0], 'constant', 1));
  }
  protected override invert(y: Tensor): Tensor {
    const rest = sub(1, cumsum(square(y), -1));
    const before = pad(narrow(rest, -1, 0, y.shape[y.ndim - 1] - 1), [1, 0], 'constant', 1);
    return atanh(div(trilToVector(y, -1), sqrt(trilToVector(before, -1))));
  }
  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    const rest = sub(1, cumsum(square(y), -1));
    const breaking = mul(sum(log(trilToVector(rest, -2)), -1), 0.5);
    const tangents = mul(sum(sub(add(x, softplus(mul(x, -2))), Math.LN2), -1), -2);
    return add(breaking, tangents);
  }
  override forwardShape(shape: Shape): Shape {
    const n = rowsOf(shape);
    return [...shape.slice(0, -1), n, n];
  }
  override inverseShape(shape: Shape): Shape {
    requireDims('CorrCholeskyTransform', shape, 2);
    const n = shape[shape.length - 1];
    if (shape[shape.length - 2] !== n) throw new ShapeError(`CorrCholeskyTransform: got shape ${shapeText(shape)}, expected square matrices.`);
    return [...shape.slice(0, -2), (n * (n - 1)) / 2];
  }
}
