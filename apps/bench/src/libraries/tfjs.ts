/**
 * TensorFlow.js on its WebAssembly backend.
 *
 * Reference: https://js.tensorflow.org/api/latest/
 */
import * as tf from '@tensorflow/tfjs-core';
import { version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { labelsFor, WORKLOADS, type Library, type Subject } from '../workload.js';

type Compute = (...inputs: tf.Tensor[]) => tf.Tensor;

const expression =
  (name: string, compute: Compute, read = false) =>
  (arrays: readonly Float32Array[]): Subject => {
    const { inputs: shapes } = WORKLOADS.find((w) => w.name === name)!;
    const inputs = arrays.map((a, i) => tf.tensor(a.slice(), [...shapes[i]]));
    return {
      run() {
        const y = tf.tidy(() => compute(...inputs));
        if (read) y.dataSync();
        y.dispose();
      },
      async result() {
        const y = tf.tidy(() => compute(...inputs));
        const values = await y.data();
        y.dispose();
        return values;
      },
    };
  };

function mlp([images, w1, w2]: readonly Float32Array[]): Subject {
  const make = (): (() => number) => {
    const x = tf.tensor2d(images.slice(), [64, 784]);
    const y = tf.cast(tf.oneHot(tf.tensor1d(labelsFor(64, 10), 'int32'), 10), 'float32');
    const a = tf.variable(tf.tensor2d(w1.map((v) => v * 0.05), [784, 128]));
    const b = tf.variable(tf.zeros([128]));
    const c = tf.variable(tf.tensor2d(w2.map((v) => v * 0.05), [128, 10]));
    const d = tf.variable(tf.zeros([10]));
    const optimizer = tf.train.sgd(0.1);
    return () => {
      const loss = optimizer.minimize(
        () => tf.losses.softmaxCrossEntropy(y, tf.add(tf.matMul(tf.relu(tf.add(tf.matMul(x, a), b)) as tf.Tensor2D, c as unknown as tf.Tensor2D), d)),
        true,
      )!;
      const value = loss.dataSync()[0];
      loss.dispose();
      return value;
    };
  };
  const step = make();
  return {
    run: () => void step(),
    result: () => {
      const fresh = make();
      return Promise.resolve([fresh(), fresh(), fresh()]);
    },
  };
}

const gelu: Compute = (x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));

function layerNorm(x: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(x, -1, true);
  return tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
}

/** Starts the backend. */
export async function loadTfjs(): Promise<Library> {
  await tf.setBackend('wasm');
  await tf.ready();
  const labels = tf.cast(tf.oneHot(tf.tensor1d(labelsFor(128, 1000), 'int32'), 1000), 'float32');
  const entropyGradient = tf.grad((x: tf.Tensor) => tf.losses.softmaxCrossEntropy(labels, x));
  return {
    name: 'tfjs',
    version: version_wasm,
    subjects: {
      'matmul 1024': expression('matmul 1024', (a, b) => tf.matMul(a, b)),
      'matmul 256': expression('matmul 256', (a, b) => tf.matMul(a, b)),
      'matmul 64, read': expression('matmul 64, read', (a, b) => tf.matMul(a, b), true),
      'MLP step 64x784-128-10, SGD, loss read': mlp,
      'conv2d 1x64x56x56, 64 of 3x3': expression('conv2d 1x64x56x56, 64 of 3x3', (x, w) =>
        // Its layout is channels last: the transposes are part of the comparison of results, not of a fair timing.
        tf.transpose(tf.conv2d(tf.transpose(x, [0, 2, 3, 1]) as tf.Tensor4D, tf.transpose(w, [2, 3, 1, 0]) as tf.Tensor4D, 1, 'same'), [0, 3, 1, 2]),
      ),
      'softmax 128x1000': expression('softmax 128x1000', (x) => tf.softmax(x)),
      'exp 1Mi': expression('exp 1Mi', (x) => tf.exp(x)),
      'gelu 1Mi': expression('gelu 1Mi', gelu),
      'sum 1Mi, read': expression('sum 1Mi, read', (x) => tf.sum(x), true),
      'relu(a*b+a) 1e6': expression('relu(a*b+a) 1e6', (a, b) => tf.relu(tf.add(tf.mul(a, b), a))),
      'add 16, read': expression('add 16, read', (a, b) => tf.add(a, b), true),
      'layerNorm 512x768': expression('layerNorm 512x768', layerNorm),
      'cross-entropy 128x1000, forward and backward': expression('cross-entropy 128x1000, forward and backward', (x) => entropyGradient(x)),
      'transpose 2048x2048': expression('transpose 2048x2048', (x) => tf.transpose(x)),
      'sum over the outer axis 1000x1000': expression('sum over the outer axis 1000x1000', (x) => tf.sum(x, 0)),
      'cumsum 1000x1000': expression('cumsum 1000x1000', (x) => tf.cumsum(x, 1)),
      'matrix-vector 4096': expression('matrix-vector 4096', (a, b) => tf.matMul(a, b)),
    },
  };
}
