/**
 * TensorFlow.js: workloads that are one expression of their inputs, or the gradients of one.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Input } from '../../workload.js';
import type { Program, Programs } from '../library.js';

export const tensorOf = ({ values, shape, dtype }: Input): tf.Tensor => tf.tensor(values.slice(), shape, dtype);

type Compute = (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[];

const listOf = (y: tf.Tensor | tf.Tensor[]): tf.Tensor[] => (Array.isArray(y) ? y : [y]);

/** Several results count as one after the other. */
export const expression =
  (f: Compute, { read = false } = {}) =>
  (given: readonly Input[]): Program => {
    const inputs = given.map(tensorOf);
    return {
      run() {
        const y = tf.tidy(() => f(...inputs));
        if (read) (y as tf.Tensor).dataSync();
        tf.dispose(y);
      },
      async result() {
        const y = tf.tidy(() => tf.concat(listOf(f(...inputs)).map((t) => tf.reshape(t, [-1]))));
        const values = await y.data();
        y.dispose();
        return values;
      },
    };
  };

/** Exact gelu is none of its ops. */
export const gelu = (x: tf.Tensor): tf.Tensor => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));

export function layerNorm(x: tf.Tensor, w: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(x, -1, true);
  return tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5))), w), b);
}

/** Over channels of images, by the statistics of the batch. */
function batchNorm(x: tf.Tensor, w: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(x, [0, 2, 3], true);
  const perChannel = (t: tf.Tensor): tf.Tensor => tf.reshape(t, [1, -1, 1, 1]);
  return tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5))), perChannel(w)), perChannel(b));
}

/** The mean over rows of the cross-entropy with one-hot labels. */
export const crossEntropy = (labels: tf.Tensor, logits: tf.Tensor): tf.Tensor => tf.losses.softmaxCrossEntropy(labels, logits);

export const oneHot = (labels: tf.Tensor, count: number): tf.Tensor => tf.cast(tf.oneHot(labels as tf.Tensor1D, count), 'float32');

function crossEntropyGradient([logits, labels]: readonly Input[]): Program {
  const y = oneHot(tensorOf(labels), logits.shape[1]);
  const gradient = tf.grad((x: tf.Tensor) => crossEntropy(y, x));
  return expression((x) => gradient(x))([logits]);
}

export const expressions: Programs = {
  'matmul 1024': expression((a, b) => tf.matMul(a, b)),
  'matmul 256': expression((a, b) => tf.matMul(a, b)),
  'matmul 64, read': expression((a, b) => tf.matMul(a, b), { read: true }),
  'matrix-vector 4096': expression((a, b) => tf.matMul(a, b)),
  // Its layout is channels last: the transposes belong to making inputs and to the comparison of results.
  'conv2d 1x64x56x56, 64 of 3x3': ([image, kernel]) => {
    const x = tf.transpose(tensorOf(image), [0, 2, 3, 1]) as tf.Tensor4D;
    const w = tf.transpose(tensorOf(kernel), [2, 3, 1, 0]) as tf.Tensor4D;
    return {
      run: () => tf.conv2d(x, w, 1, 'same').dispose(),
      result: () => tf.tidy(() => tf.transpose(tf.conv2d(x, w, 1, 'same'), [0, 3, 1, 2])).data(),
    };
  },

  'softmax 128x1000': expression((x) => tf.softmax(x)),
  'layerNorm 512x768': expression(layerNorm),
  'layerNorm 512x768, forward and backward': expression((x, w, b, g) => tf.grads(layerNorm)([x, w, b], g)),
  'batchNorm 32x64x28x28, forward and backward': expression((x, w, b, g) => tf.grads(batchNorm)([x, w, b], g)),
  'cross-entropy 128x1000, forward and backward': crossEntropyGradient,
  'cross-entropy 64x32000, forward and backward': crossEntropyGradient,

  'exp 1Mi': expression((x) => tf.exp(x)),
  'gelu 1Mi': expression(gelu),
  'relu(a*b+a) 1e6': expression((a, b) => tf.relu(tf.add(tf.mul(a, b), a))),
  'add 16, read': expression((a, b) => tf.add(a, b), { read: true }),

  'sum 1Mi, read': expression((x) => tf.sum(x), { read: true }),
  'sum over the outer axis 1000x1000': expression((x) => tf.sum(x, 0)),
  'sum over the middle axis 64x1000x64': expression((x) => tf.sum(x, 1)),
  'cumsum 1000x1000': expression((x) => tf.cumsum(x, 1)),
  'cumsum over the outer axis 1000x1000': expression((x) => tf.cumsum(x, 0)),
  // It sorts only as the k largest.
  'sort 1e6': expression((x) => tf.neg(tf.topk(tf.neg(x), 1e6).values)),
  'largest 100 of 1e6': expression((x) => tf.topk(x, 100).values),

  'transpose 2048x2048': expression((x) => tf.transpose(x)),
  'a + b transposed 2048x2048': expression((a, b) => tf.add(a, tf.transpose(b))),
  'channels last 32x64x56x56': expression((x) => tf.transpose(x, [0, 2, 3, 1])),
  'column + row 2048x2048': expression((a, b) => tf.add(a, b)),
  'embedding 30000x256, 4096 rows': expression((w, i) => tf.gather(w, i)),
  'embedding 30000x256, 4096 rows, gradient': ([indices, upstream]) => {
    const weight = tf.zeros([30000, 256]);
    return expression((i, g) => tf.grad((w: tf.Tensor) => tf.gather(w, i))(weight, g))([indices, upstream]);
  },
};
