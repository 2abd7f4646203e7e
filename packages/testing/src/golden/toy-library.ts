/**
 * A tensor library of a few lines, with which the runner's own tests run: elementwise maps, sums, and their gradients in
 * float64.
 *
 * Invariant: it is right. The faults that the runner must find are planted by the tests.
 *
 * Reference: harness.ts
 */
import type { DType } from '@sconce/core';
import type { PlainTensor } from './decode.js';
import type { TrainingHarness } from './harness.js';

interface Edge {
  readonly to: Toy;
  /** From this tensor's gradient to its part of the other's. */
  readonly pull: (g: readonly number[]) => number[];
}

export class Toy {
  grad: number[] | null = null;

  constructor(
    readonly dtype: DType,
    readonly shape: readonly number[],
    public data: readonly number[],
    readonly requiresGrad = false,
    readonly edges: readonly Edge[] = [],
  ) {}

  /** f of every element, with f's derivative there. */
  map(f: (x: number) => number, derivative: (x: number) => number): Toy {
    const pull = (g: readonly number[]): number[] => g.map((gi, i) => gi * derivative(this.data[i]));
    return new Toy(this.dtype, this.shape, this.data.map(f), this.requiresGrad, [{ to: this, pull }]);
  }

  scale(factor: number): Toy {
    return this.map((x) => x * factor, () => factor);
  }

  /** Elementwise product of two tensors of one shape. */
  times(other: Toy): Toy {
    const data = this.data.map((x, i) => x * other.data[i]);
    return new Toy(this.dtype, this.shape, data, this.requiresGrad || other.requiresGrad, [
      { to: this, pull: (g) => g.map((gi, i) => gi * other.data[i]) },
      { to: other, pull: (g) => g.map((gi, i) => gi * this.data[i]) },
    ]);
  }

  /** Adds the gradient of sum(this * g) to everything that this was made from. */
  backward(g: readonly number[]): void {
    this.grad = this.grad === null ? [...g] : this.grad.map((x, i) => x + g[i]);
    for (const { to, pull } of this.edges) to.backward(pull(g));
  }
}

/** The library's typed error. */
export class ToyError extends Error {}

/** mean((x @ w + b - y)^2), with its gradients by hand. */
function leastSquares(x: Toy, w: Toy, b: Toy, y: Toy): Toy {
  const [rows, inner] = x.shape;
  const columns = y.shape[1];
  const residual = y.data.map((target, position) => {
    const [i, j] = [Math.floor(position / columns), position % columns];
    let value = b.data[j] - target;
    for (let k = 0; k < inner; k++) value += x.data[i * inner + k] * w.data[k * columns + j];
    return value;
  });
  const scaled = residual.map((r) => (2 * r) / (rows * columns));
  const sumOver = (count: number, term: (i: number) => number): number =>
    Array.from({ length: count }, (_, i) => term(i)).reduce((a, c) => a + c, 0);
  return new Toy('float64', [], [sumOver(residual.length, (i) => residual[i] ** 2 / residual.length)], true, [
    {
      to: w,
      pull: ([g]) =>
        w.data.map((_, position) => {
          const [k, j] = [Math.floor(position / columns), position % columns];
          return g * sumOver(rows, (i) => x.data[i * inner + k] * scaled[i * columns + j]);
        }),
    },
    { to: b, pull: ([g]) => b.data.map((_, j) => g * sumOver(rows, (i) => scaled[i * columns + j])) },
  ]);
}

export const toyHarness: TrainingHarness<Toy> = {
  device: 'toy',
  dtypes: ['float32', 'float64', 'int32', 'bool'],
  isTensor: (value): value is Toy => value instanceof Toy,
  makeTensor: ({ dtype, shape, data }, { requiresGrad }) => new Toy(dtype, shape, Array.from(data), requiresGrad),
  readTensor: async ({ dtype, shape, data }): Promise<PlainTensor> => ({ dtype, shape, data }),
  gradients(outputs, weights, inputs) {
    for (const input of inputs) input.grad = null;
    outputs.forEach((output, i) => output.backward(weights[i].data));
    return inputs.map(({ dtype, shape, grad }) => (grad === null ? null : new Toy(dtype, shape, grad)));
  },
  isTypedError: (error) => error instanceof ToyError,
  leastSquares,
  backward: (loss) => loss.backward([1]),
};
