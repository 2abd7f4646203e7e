/**
 * Sconce: workloads that are one expression of their inputs, or the gradients of one.
 */
import * as torch from 'sconce';
import type { Tensor } from 'sconce';
import type { Input } from '../../workload.js';
import type { Program, Programs } from '../library.js';

const F = torch.nn.functional;

export const tensorOf = ({ values, shape, dtype }: Input, requiresGrad = false): Tensor =>
  torch.fromHost(values.slice(), shape, dtype, { requiresGrad });

/** Computes tensors and frees them. */
export function compute(tensors: readonly Tensor[]): void {
  torch.realizeSync(tensors);
  for (const t of tensors) t.dispose();
}

/** The values of tensors, one after the other. */
export async function valuesOf(tensors: readonly Tensor[]): Promise<ArrayLike<number>> {
  const parts = (await Promise.all(tensors.map((t) => t.data()))) as Float32Array[];
  return parts.length === 1 ? parts[0] : Float32Array.from(parts.flatMap((p) => [...p]));
}

type Compute = (...inputs: Tensor[]) => Tensor;

/** The result is computed and freed, or, with `read`, brought to JavaScript. */
const expression =
  (f: Compute, { read = false } = {}) =>
  (given: readonly Input[]): Program => {
    const inputs = given.map((x) => tensorOf(x));
    return {
      run() {
        const y = f(...inputs);
        if (read) {
          y.dataSync();
          y.dispose();
        } else compute([y]);
      },
      result: () => valuesOf([f(...inputs)]),
    };
  };

/** Gradients of `f`, whose first `count` inputs require them; `given` says how the inputs go in. */
const gradients =
  (f: (...inputs: Tensor[]) => Tensor[], isTrained: (input: Input, i: number) => boolean) =>
  (given: readonly Input[]): Program => {
    const inputs = given.map((x, i) => tensorOf(x, isTrained(x, i)));
    return { run: () => compute(f(...inputs)), result: () => valuesOf(f(...inputs)) };
  };

const isFloat = ({ dtype }: Input): boolean => dtype === 'float32';

const gradOf = (y: Tensor, inputs: Tensor[], upstream?: Tensor): Tensor[] =>
  torch.grad(y, inputs, upstream === undefined ? {} : { gradOutputs: upstream }) as Tensor[];

const crossEntropyGradient = gradients((x, y) => gradOf(torch.losses.crossEntropy(x, y), [x]), isFloat);

export const expressions: Programs = {
  'matmul 1024': expression(torch.matmul),
  'matmul 256': expression(torch.matmul),
  'matmul 64, read': expression(torch.matmul, { read: true }),
  'matrix-vector 4096': expression(torch.matmul),
  'conv2d 1x64x56x56, 64 of 3x3': expression((x, w) => F.conv2d(x, w, undefined, { padding: 1 })),

  'softmax 128x1000': expression((x) => torch.softmax(x, 1)),
  'layerNorm 512x768': expression((x, w, b) => F.layerNorm(x, [768], w, b)),
  'layerNorm 512x768, forward and backward': gradients((x, w, b, g) => gradOf(F.layerNorm(x, [768], w, b), [x, w, b], g), (_, i) => i < 3),
  'batchNorm 32x64x28x28, forward and backward': gradients((x, w, b, g) => gradOf(F.batchNorm(x, null, null, w, b, { training: true }), [x, w, b], g), (_, i) => i < 3),
  'cross-entropy 128x1000, forward and backward': crossEntropyGradient,
  'cross-entropy 64x32000, forward and backward': crossEntropyGradient,

  'exp 1Mi': expression((x) => torch.exp(x)),
  'gelu 1Mi': expression((x) => F.gelu(x)),
  'relu(a*b+a) 1e6': expression((a, b) => torch.relu(torch.add(torch.mul(a, b), a))),
  'add 16, read': expression((a, b) => torch.add(a, b), { read: true }),

  'sum 1Mi, read': expression((x) => torch.sum(x), { read: true }),
  'sum over the outer axis 1000x1000': expression((x) => torch.sum(x, 0)),
  'sum over the middle axis 64x1000x64': expression((x) => torch.sum(x, 1)),
  'cumsum 1000x1000': expression((x) => torch.cumsum(x, 1)),
  'cumsum over the outer axis 1000x1000': expression((x) => torch.cumsum(x, 0)),
  'sort 1e6': expression((x) => torch.sort(x).values),
  'largest 100 of 1e6': expression((x) => torch.topk(x, 100).values),
  'maxPool 32x64x28x28 by 2, forward and backward': gradients((x, g) => gradOf(F.maxPool2d(x, 2), [x], g), (_, i) => i === 0),

  'transpose 2048x2048': expression((x) => torch.contiguous(x.t())),
  'a + b transposed 2048x2048': expression((a, b) => torch.add(a, b.t())),
  'channels last 32x64x56x56': expression((x) => torch.contiguous(torch.permute(x, [0, 2, 3, 1]))),
  'column + row 2048x2048': expression((a, b) => torch.add(a, b)),
  'embedding 30000x256, 4096 rows': expression((w, i) => F.embedding(i, w)),
  'embedding 30000x256, 4096 rows, gradient': ([indices, upstream]) => {
    const weight = torch.zeros([30000, 256], { requiresGrad: true });
    const [i, g] = [tensorOf(indices), tensorOf(upstream)];
    const gradient = (): Tensor[] => gradOf(F.embedding(i, weight), [weight], g);
    return { run: () => compute(gradient()), result: () => valuesOf(gradient()) };
  },
};
