/**
 * Orthogonal matrices as a parametrisation: the exponential or the Cayley map of a skew matrix, or a product of
 * Householder reflections, times a base that is held.
 *
 * Invariant: a tall matrix has orthonormal columns, a wide one rows. What is learnt is the triangle below the diagonal;
 * for reflections the diagonal holds signs.
 *
 * Reference: Lezcano Casado, Trivializations for Gradient-Based Optimization on Manifolds (NeurIPS 2019)
 */
import { ArgumentError, defineOp, describe, NO_ATTRS, noGrad, record, requireTensor, sameShape, ShapeError, shapeText, type Tensor, type TypedArray } from '@sconce/core';
import { add, cat, diagEmbed, diagonal, div, eye, expand, matmul, mT, mul, narrow, neg, ones, randn, sgn, sub, sum, tril, unsqueeze, zeros } from '@sconce/ops';
import { checkOptions } from '@sconce/ops/families';
import { householderProduct, matrixExp, qr, solve } from '@sconce/ops/linalg';
import { Buffer, Module } from '../index.js';
import { fieldNamed, tensorNamed } from './computed.js';
import { registerParametrization } from './parametrize.js';

/** From a tall matrix, of which the triangle below the diagonal counts, to one with orthonormal columns. */
export type OrthogonalMap = 'matrixExp' | 'cayley' | 'householder';

const like = (x: Tensor): { dtype: Tensor['dtype']; device: string } => ({ dtype: x.dtype, device: x.device });

/** A skew matrix of full size. */
function skew(x: Tensor): Tensor {
  const [n, k] = x.shape.slice(-2);
  const lower = tril(x);
  const square = n === k ? lower : cat([lower, zeros([...x.shape.slice(0, -1), n - k], like(x))], -1);
  return sub(square, mT(square));
}

const MAPS: Readonly<Record<OrthogonalMap, (x: Tensor) => Tensor>> = {
  matrixExp: (x) => narrow(matrixExp(skew(x)), -1, 0, x.shape.at(-1)!),
  cayley: (x) => {
    const half = div(skew(x), 2);
    const identity = expand(eye(half.shape.at(-1)!, like(x)), half.shape);
    return narrow(solve(sub(identity, half), add(identity, half)), -1, 0, x.shape.at(-1)!);
  },
  householder: (x) => {
    const below = tril(x, -1);
    const tau = div(2, add(sum(mul(below, below), -2), 1));
    return mul(householderProduct(below, tau), unsqueeze(noGrad(() => diagonal(x, 0, -2, -1).to('int32').to(x.dtype)), -2));
  },
};

const SPELLED: Readonly<Record<string, OrthogonalMap>> = { matrixExp: 'matrixExp', matrix_exp: 'matrixExp', cayley: 'cayley', householder: 'householder' };

/** The Q of A = QR whose R has a positive diagonal. */
function orthonormal(a: Tensor): Tensor {
  const { Q, R } = qr(a);
  return mul(Q, unsqueeze(sgn(diagonal(R, 0, -2, -1)), -2));
}

// ── reflections of a given matrix ────────────────────────────────────────────────────────────────────────────────────

/** Turns the columns of A, m × n from `start` on, into reflections below the diagonal and signs on it. */
function reflect(a: Float64Array, m: number, n: number): void {
  for (let k = 0; k < n; k++) {
    let rest = 0;
    for (let i = k + 1; i < m; i++) rest += a[i * n + k] ** 2;
    const alpha = a[k * n + k];
    if (rest === 0) {
      a[k * n + k] = -Math.sign(alpha);
      continue;
    }
    const beta = -Math.hypot(alpha, Math.sqrt(rest)) * (alpha < 0 ? -1 : 1);
    for (let i = k + 1; i < m; i++) a[i * n + k] /= alpha - beta;
    a[k * n + k] = Math.sign(beta);
    for (let j = k + 1; j < n; j++) {
      let along = a[k * n + j];
      for (let i = k + 1; i < m; i++) along += a[i * n + k] * a[i * n + j];
      along *= (beta - alpha) / beta;
      a[k * n + j] -= along;
      for (let i = k + 1; i < m; i++) a[i * n + j] -= along * a[i * n + k];
    }
  }
}

const REFLECTIONS = /* @__PURE__ */ defineOp({
  name: 'reflections',
  form: 'routine',
  routine: ([{ data, shape }], out) => {
    const [m, n] = shape.slice(-2);
    for (let start = 0; start < data.length; start += m * n) {
      const a = Float64Array.from(data.subarray(start, start + m * n) as Float32Array);
      reflect(a, m, n);
      (out.data as Exclude<TypedArray, BigInt64Array>).set(a, start);
    }
  },
});

/** For a tall Q with orthonormal columns, the matrix from which the Householder map makes it. */
const reflections = (q: Tensor): Tensor => record(REFLECTIONS, [q], NO_ATTRS, q.shape, q.dtype);

// ── the parametrisation ──────────────────────────────────────────────────────────────────────────────────────────────

class Orthogonal extends Module {
  base: Buffer | null = null;

  constructor(private readonly map: OrthogonalMap) {
    super();
  }
  override forward(x: Tensor): Tensor {
    const [n, k] = x.shape.slice(-2);
    const q = MAPS[this.map](n < k ? mT(x) : x);
    const based = this.base === null ? q : matmul(this.base, q);
    return n < k ? mT(based) : based;
  }
  protected override reprName(): string {
    return '_Orthogonal';
  }
}

/** One that can be assigned to. Of the exponential and the Cayley map without a base no inverse is known. */
class Assignable extends Orthogonal {
  constructor(
    map: OrthogonalMap,
    private readonly shape: readonly number[],
    private readonly trivialize: boolean,
  ) {
    super(map);
  }
  rightInverse(value: Tensor): Tensor {
    requireTensor('orthogonal', value);
    if (!sameShape(value.shape, this.shape)) {
      throw new ShapeError(`orthogonal: got a value of shape ${shapeText(value.shape)}, expected ${shapeText(this.shape)}.`);
    }
    const wide = value.shape.at(-2)! < value.shape.at(-1)!;
    const tall = wide ? mT(value) : value;
    const learnt = this.trivialize ? this.rebase(tall) : reflections(tall);
    return wide ? mT(learnt) : learnt;
  }
  /** Makes a tall matrix, completed to a square one, the base; what is learnt starts where every map gives the identity. */
  private rebase(tall: Tensor): Tensor {
    const [n, k] = tall.shape.slice(-2);
    const batch = tall.shape.slice(0, -2);
    const square = n === k ? tall : cat([tall, randn([...batch, n, n - k], like(tall))], -1);
    this.base = new Buffer(noGrad(() => orthonormal(square)));
    const signs = diagEmbed(neg(ones([...batch, k], like(tall))));
    return n === k ? signs : cat([signs, zeros([...batch, n - k, k], like(tall))], -2);
  }
}

export interface OrthogonalOptions {
  /** Whether the map is multiplied by a base, which any assignment moves. Default true. */
  readonly useTrivialization?: boolean;
}

/**
 * Has a matrix of a module, or a batch of them, be orthogonal: its columns where it is tall, its rows where it is wide.
 *
 * @param name the tensor's. Default 'weight'.
 * @param orthogonalMap Default: 'matrixExp' for square matrices, 'householder' for others.
 * @throws ShapeError for a vector; ArgumentError for an unknown map.
 * @example
 * const layer = parametrizations.orthogonal(new Linear(3, 5));
 * matmul(transpose(layer.weight, 0, 1), layer.weight);      // the identity, 3 x 3
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.parametrizations.orthogonal.html
 */
export function orthogonal<M extends Module>(module: M, name = 'weight', orthogonalMap: OrthogonalMap | 'matrix_exp' | null = null, options: OrthogonalOptions = {}): M {
  const op = 'orthogonal';
  checkOptions(op, options, ['useTrivialization']);
  const { shape } = tensorNamed(op, module, fieldNamed(op, module, name));
  if (shape.length < 2) throw new ShapeError(`${op}: got '${name}' of shape ${shapeText(shape)}, expected a matrix or a batch of them.`);
  const [rows, columns] = shape.slice(-2);
  const map = SPELLED[orthogonalMap ?? (rows === columns ? 'matrixExp' : 'householder')] as OrthogonalMap | undefined;
  if (map === undefined) throw new ArgumentError(`${op}: orthogonalMap must be 'matrixExp', 'cayley' or 'householder', got ${describe(orthogonalMap)}.`);
  const { useTrivialization = true } = options;
  const assignable = useTrivialization || map === 'householder';
  return registerParametrization(module, name, assignable ? new Assignable(map, shape, useTrivialization) : new Orthogonal(map), { unsafe: true });
}
