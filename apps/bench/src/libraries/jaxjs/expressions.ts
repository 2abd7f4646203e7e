/**
 * jax-js: workloads that are one expression of their inputs, or the gradients of one.
 */
import { DType, grad, jit, lax, nn, numpy as np, type Array as JaxArray } from '@jax-js/jax';
import type { Input } from '../../workload.js';
import type { Program, Programs } from '../library.js';

export const arrayOf = ({ values, shape, dtype }: Input): JaxArray =>
  np.array(values.slice(), { dtype: dtype === 'int32' ? DType.Int32 : DType.Float32 }).reshape(shape);

type Compute = (...inputs: JaxArray[]) => JaxArray | JaxArray[];

const listOf = (y: JaxArray | JaxArray[]): JaxArray[] => (Array.isArray(y) ? (y) : [y]);

/** The values of arrays, one after the other. */
export async function valuesOf(arrays: readonly JaxArray[]): Promise<ArrayLike<number>> {
  const parts = (await Promise.all(arrays.map((t) => t.data()))) as Float32Array[];
  return parts.length === 1 ? parts[0] : Float32Array.from(parts.flatMap((p) => [...p]));
}

/** Waits for arrays and frees them. */
export async function ready(arrays: readonly JaxArray[]): Promise<void> {
  await Promise.all(arrays.map((y) => y.blockUntilReady()));
  for (const y of arrays) y.dispose();
}

export const expression =
  (f: Compute, { read = false } = {}) =>
  (given: readonly Input[]): Program => {
    const inputs = given.map(arrayOf);
    const compiled = jit(f as (...inputs: JaxArray[]) => JaxArray[]);
    const once = (): JaxArray[] => listOf(compiled(...inputs.map((x) => x.ref)));
    return {
      async run() {
        const all = once();
        if (read) await all[0].data();
        else await ready(all);
      },
      result: () => valuesOf(once()),
    };
  };

export function layerNorm(x: JaxArray, w: JaxArray, b: JaxArray): JaxArray {
  const centred = x.ref.sub(x.mean(-1, { keepdims: true }));
  const variance = centred.ref.mul(centred.ref).mean(-1, { keepdims: true });
  return centred.div(np.sqrt(variance.add(1e-5))).mul(w).add(b);
}

/** Over channels of images, by the statistics of the batch. */
function batchNorm(x: JaxArray, w: JaxArray, b: JaxArray): JaxArray {
  const centred = x.ref.sub(x.mean([0, 2, 3], { keepdims: true }));
  const variance = centred.ref.mul(centred.ref).mean([0, 2, 3], { keepdims: true });
  return centred.div(np.sqrt(variance.add(1e-5))).mul(w.reshape([1, 64, 1, 1])).add(b.reshape([1, 64, 1, 1]));
}

/** The mean over rows of the cross-entropy with one-hot labels. */
export const crossEntropy = (logits: JaxArray, labels: JaxArray): JaxArray => {
  const [rows] = logits.shape;
  return nn.logSoftmax(logits).mul(labels).sum().mul(-1 / rows);
};

const crossEntropyGradient = ([logits, labels]: readonly Input[]): Program => {
  const y = nn.oneHot(arrayOf(labels), logits.shape[1]);
  return expression((x) => grad((t: JaxArray) => crossEntropy(t, y.ref))(x))([logits]);
};

export const expressions: Programs = {
  'matmul 1024': expression((a, b) => np.matmul(a, b)),
  'matmul 256': expression((a, b) => np.matmul(a, b)),
  'matmul 64, read': expression((a, b) => np.matmul(a, b), { read: true }),
  'matrix-vector 4096': expression((a, b) => np.matmul(a, b)),
  'conv2d 1x64x56x56, 64 of 3x3': expression((x, w) => lax.conv(x, w, [1, 1], 'SAME')),

  'softmax 128x1000': expression((x) => nn.softmax(x)),
  'layerNorm 512x768': expression(layerNorm),
  'layerNorm 512x768, forward and backward': expression((x, w, b, g) =>
    grad((p: JaxArray, q: JaxArray, r: JaxArray) => layerNorm(p, q, r).mul(g.ref).sum(), { argnums: [0, 1, 2] })(x, w, b),
  ),
  'batchNorm 32x64x28x28, forward and backward': expression((x, w, b, g) =>
    grad((p: JaxArray, q: JaxArray, r: JaxArray) => batchNorm(p, q, r).mul(g.ref).sum(), { argnums: [0, 1, 2] })(x, w, b),
  ),
  'cross-entropy 128x1000, forward and backward': crossEntropyGradient,
  'cross-entropy 64x32000, forward and backward': crossEntropyGradient,

  'exp 1Mi': expression((x) => np.exp(x)),
  'gelu 1Mi': expression((x) => nn.gelu(x, { approximate: false })),
  'relu(a*b+a) 1e6': expression((a, b) => nn.relu(a.ref.mul(b).add(a))),
  'add 16, read': expression((a, b) => a.add(b), { read: true }),

  'sum 1Mi, read': expression((x) => x.sum(), { read: true }),
  'sum over the outer axis 1000x1000': expression((x) => x.sum(0)),
  'sum over the middle axis 64x1000x64': expression((x) => x.sum(1)),
  'cumsum 1000x1000': expression((x) => np.cumsum(x, 1)),
  'cumsum over the outer axis 1000x1000': expression((x) => np.cumsum(x, 0)),
  'sort 1e6': expression((x) => np.sort(x)),

  // A view costs it nothing; adding 0 makes it walk.
  'transpose 2048x2048': expression((x) => x.transpose().add(0)),
  'a + b transposed 2048x2048': expression((a, b) => a.add(b.transpose())),
  'channels last 32x64x56x56': expression((x) => np.transpose(x, [0, 2, 3, 1]).add(0)),
  'column + row 2048x2048': expression((a, b) => a.add(b)),
  'embedding 30000x256, 4096 rows': expression((w, i) => np.take(w, i, 0)),
  'embedding 30000x256, 4096 rows, gradient': ([indices, upstream]) => {
    const weight = np.zeros([30000, 256]);
    return expression((i, g) => grad((w: JaxArray) => np.take(w, i, 0).mul(g.ref).sum())(weight.ref))([indices, upstream]);
  },
};
