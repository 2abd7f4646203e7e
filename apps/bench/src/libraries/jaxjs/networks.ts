/**
 * jax-js: training steps, and a Transformer's encoder layer forward and backward.
 */
import { grad, jit, lax, nn, numpy as np, valueAndGrad, type Array as JaxArray } from '@jax-js/jax';
import type { Input } from '../../workload.js';
import type { Program, Programs } from '../library.js';
import { arrayOf, crossEntropy, layerNorm, ready, valuesOf } from './expressions.js';

type Weights = JaxArray[];
type Model = (x: JaxArray, weights: Weights) => JaxArray;

/** A weight in JAX's layout: matrices as [in, out]. Adding 0 makes the view an array of its own. */
const arranged = (w: JaxArray): JaxArray => (w.ndim === 2 ? w.transpose().add(0) : w);

/** SGD on cross-entropy as one compiled function, the loss read after every step. */
const training =
  (model: Model) =>
  ([images, labels, ...given]: readonly Input[]): Program => {
    const x = arrayOf(images);
    const y = nn.oneHot(arrayOf(labels), 10);
    const loss = (weights: Weights): JaxArray => crossEntropy(model(x.ref, weights), y.ref);
    const update = jit((weights: Weights): [JaxArray, Weights] => {
      const [value, g] = valueAndGrad(loss)(weights.map((t) => t.ref)) as unknown as [JaxArray, Weights];
      return [value, weights.map((t, i) => t.sub(g[i].mul(0.1)))];
    });
    const start = (): (() => Promise<number>) => {
      let weights = given.map((w) => arranged(arrayOf(w)));
      return async () => {
        const [value, next] = update(weights);
        weights = next;
        const [read] = (await value.data()) as Float32Array;
        return read;
      };
    };
    const step = start();
    return {
      run: async () => void (await step()),
      async result() {
        const fresh = start();
        return [await fresh(), await fresh(), await fresh()];
      },
    };
  };

const linear = (x: JaxArray, w: JaxArray, b: JaxArray): JaxArray => np.matmul(x, w).add(b);

const mlp: Model = (x, [a, b, c, d]) => linear(nn.relu(linear(x, a, b)), c, d);

/** The largest of each 2 by 2 block: cut into blocks, as its windows have no gradient. */
function pool(x: JaxArray): JaxArray {
  const [n, c, h, w] = x.shape;
  return x.reshape([n, c, h / 2, 2, w / 2, 2]).max([3, 5]);
}

const lenet: Model = (x, [k1, b1, k2, b2, w3, b3, w4, b4, w5, b5]) => {
  const stage = (t: JaxArray, k: JaxArray, b: JaxArray, pad: 'SAME' | 'VALID'): JaxArray =>
    pool(nn.relu(lax.conv(t, k, [1, 1], pad).add(b.reshape([1, -1, 1, 1]))));
  const flat = stage(stage(x, k1, b1, 'SAME'), k2, b2, 'VALID').reshape([32, 400]);
  return linear(nn.relu(linear(nn.relu(linear(flat, w3, b3)), w4, b4)), w5, b5);
};

function encoderLayer(x: JaxArray, ...weights: JaxArray[]): JaxArray {
  const [inW, inB, outW, outB, w1, b1, w2, b2, n1w, n1b, n2w, n2b] = weights;
  const parts = np.split(linear(x.ref, inW, inB), 3, -1);
  const [q, k, v] = parts.map((t) => np.transpose(t.reshape([8, 128, 8, 32]), [0, 2, 1, 3]));
  // Its dotProductAttention calls iterator helpers, which Node has from 22 on.
  const attention = nn.softmax(np.matmul(q, np.transpose(k, [0, 1, 3, 2])).mul(1 / Math.sqrt(32)));
  const joined = np.transpose(np.matmul(attention, v), [0, 2, 1, 3]).reshape([8, 128, 256]);
  const first = layerNorm(x.add(linear(joined, outW, outB)), n1w, n1b);
  return layerNorm(first.ref.add(linear(nn.relu(linear(first, w1, b1)), w2, b2)), n2w, n2b);
}

function encoderGradients([source, upstream, ...given]: readonly Input[]): Program {
  const inputs = [arrayOf(source), ...given.map((w) => arranged(arrayOf(w)))];
  const g = arrayOf(upstream);
  const loss = (x: JaxArray, ...weights: JaxArray[]): JaxArray => encoderLayer(x, ...weights).mul(g.ref).sum();
  const compiled = jit(grad(loss, { argnums: inputs.map((_, i) => i) }) as (...all: JaxArray[]) => JaxArray[]);
  const once = (): JaxArray[] => compiled(...inputs.map((x) => x.ref));
  return { run: () => ready(once()), result: () => valuesOf(once().map(arranged)) };
}

export const networks: Programs = {
  'MLP 64x784-128-10, SGD step, loss read': training(mlp),
  'LeNet batch 32, SGD step, loss read': training(lenet),
  'Transformer encoder layer 8x128x256, forward and backward': encoderGradients,
};
