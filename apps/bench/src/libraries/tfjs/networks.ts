/**
 * TensorFlow.js: training steps, and a Transformer's encoder layer forward and backward.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Input } from '../../workload.js';
import type { Program, Programs } from '../library.js';
import { crossEntropy, layerNorm, oneHot, tensorOf } from './expressions.js';

type Model = (x: tf.Tensor, weights: readonly tf.Tensor[]) => tf.Tensor;

/** A weight in this library's layout: matrices as [in, out], kernels as [h, w, in, out]. */
const arranged = (w: tf.Tensor): tf.Tensor => (w.rank === 2 ? tf.transpose(w) : w.rank === 4 ? tf.transpose(w, [2, 3, 1, 0]) : w);

/** SGD on cross-entropy, the loss read after every step. */
const training =
  (model: Model) =>
  ([images, labels, ...weights]: readonly Input[]): Program => {
    const start = (): (() => number) => {
      const x = tensorOf(images);
      const y = oneHot(tensorOf(labels), 10);
      const parameters = weights.map((w) => tf.variable(arranged(tensorOf(w))));
      const optimizer = tf.train.sgd(0.1);
      return () => {
        const loss = optimizer.minimize(() => crossEntropy(y, model(x, parameters)) as tf.Scalar, true)!;
        const value = loss.dataSync()[0];
        loss.dispose();
        return value;
      };
    };
    const step = start();
    return {
      run: () => void step(),
      result() {
        const fresh = start();
        return Promise.resolve([fresh(), fresh(), fresh()]);
      },
    };
  };

const linear = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.add(tf.matMul(x, w), b);

const mlp: Model = (x, [a, b, c, d]) => linear(tf.relu(linear(x, a, b)), c, d);

const lenet: Model = (x, [k1, b1, k2, b2, ...dense]) => {
  const stage = (y: tf.Tensor, k: tf.Tensor, b: tf.Tensor, pad: 'same' | 'valid'): tf.Tensor =>
    tf.maxPool(tf.relu(tf.add(tf.conv2d(y as tf.Tensor4D, k as tf.Tensor4D, 1, pad), b)) as tf.Tensor4D, 2, 2, 'valid');
  const features = stage(stage(tf.reshape(x, [32, 28, 28, 1]), k1, b1, 'same'), k2, b2, 'valid');
  const [w3, b3, w4, b4, w5, b5] = dense;
  const flat = tf.reshape(tf.transpose(features, [0, 3, 1, 2]), [32, 400]);
  return linear(tf.relu(linear(tf.relu(linear(flat, w3, b3)), w4, b4)), w5, b5);
};

function encoderLayer(x: tf.Tensor, ...weights: tf.Tensor[]): tf.Tensor {
  const [inW, inB, outW, outB, w1, b1, w2, b2, n1w, n1b, n2w, n2b] = weights;
  const heads = (t: tf.Tensor): tf.Tensor => tf.transpose(tf.reshape(t, [8, 128, 8, 32]), [0, 2, 1, 3]);
  const flat = tf.reshape(x, [1024, 256]);
  const [q, k, v] = tf.split(linear(flat, inW, inB), 3, 1).map(heads);
  const attention = tf.softmax(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(32)));
  const joined = tf.reshape(tf.transpose(tf.matMul(attention, v), [0, 2, 1, 3]), [1024, 256]);
  const first = layerNorm(tf.add(flat, linear(joined, outW, outB)), n1w, n1b);
  const second = layerNorm(tf.add(first, linear(tf.relu(linear(first, w1, b1)), w2, b2)), n2w, n2b);
  return tf.reshape(second, [8, 128, 256]);
}

function encoderGradients([source, upstream, ...given]: readonly Input[]): Program {
  const inputs = [tensorOf(source), ...given.map((w) => arranged(tensorOf(w)))];
  const g = tensorOf(upstream);
  const gradients = (): tf.Tensor[] => tf.tidy(() => tf.grads(encoderLayer)(inputs, g));
  return {
    run: () => tf.dispose(gradients()),
    result: () => tf.tidy(() => tf.concat(gradients().map((t) => tf.reshape(arranged(t), [-1])))).data(),
  };
}

export const networks: Programs = {
  'MLP 64x784-128-10, SGD step, loss read': training(mlp),
  'LeNet batch 32, SGD step, loss read': training(lenet),
  'Transformer encoder layer 8x128x256, forward and backward': encoderGradients,
};
