/**
 * Sconce's side of every workload.
 */
import * as torch from 'sconce';
import type { Tensor } from 'sconce';
import { labelsFor, WORKLOADS, type Library, type Subject } from '../workload.js';

const shapesOf = (name: string): readonly (readonly number[])[] => WORKLOADS.find((w) => w.name === name)!.inputs;

/** A workload that is one expression of its inputs; its result is computed and freed, or read. */
const expression =
  (name: string, compute: (...inputs: Tensor[]) => Tensor, read = false) =>
  (arrays: readonly Float32Array[]): Subject => {
    const inputs = arrays.map((a, i) => torch.fromHost(a.slice(), shapesOf(name)[i], 'float32'));
    return {
      run() {
        const y = compute(...inputs);
        if (read) y.dataSync();
        else torch.realizeSync([y.node]);
        y.dispose();
      },
      result: async () => torch.numbersOf(await compute(...inputs).data(), 'float32'),
    };
  };

/** A training step whose loss is read: the result is the sequence of the first losses. */
function mlp([images, w1, w2]: readonly Float32Array[]): Subject {
  const scaled = (w: Float32Array): Float32Array => w.map((v) => v * 0.05);
  const make = (): (() => number) => {
    const x = torch.fromHost(images.slice(), [64, 784], 'float32');
    const y = torch.tensor(labelsFor(64, 10));
    const parameters = [
      torch.fromHost(scaled(w1), [784, 128], 'float32', { requiresGrad: true }),
      torch.tensor(new Float32Array(128), { requiresGrad: true }),
      torch.fromHost(scaled(w2), [128, 10], 'float32', { requiresGrad: true }),
      torch.tensor(new Float32Array(10), { requiresGrad: true }),
    ];
    const [a, b, c, d] = parameters;
    const optimizer = new torch.optim.SGD(parameters, { lr: 0.1 });
    return () => {
      optimizer.zeroGrad();
      const hidden = torch.relu(torch.add(torch.matmul(x, a), b));
      const loss = torch.losses.crossEntropy(torch.add(torch.matmul(hidden, c), d), y);
      loss.backward();
      optimizer.step();
      return loss.itemSync();
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

function crossEntropyGradient([logits]: readonly Float32Array[]): Subject {
  const x = torch.fromHost(logits.slice(), [128, 1000], 'float32', { requiresGrad: true });
  const y = torch.tensor(labelsFor(128, 1000));
  const gradient = (): Tensor => torch.grad(torch.losses.crossEntropy(x, y), x)[0]!;
  return {
    run() {
      const g = gradient();
      torch.realizeSync([g.node]);
      g.dispose();
    },
    result: async () => torch.numbersOf(await gradient().data(), 'float32'),
  };
}

const F = torch.nn.functional;

export const sconce: Library = {
  name: 'sconce',
  version: 'this checkout',
  subjects: {
    'matmul 1024': expression('matmul 1024', torch.matmul),
    'matmul 256': expression('matmul 256', torch.matmul),
    'matmul 64, read': expression('matmul 64, read', torch.matmul, true),
    'MLP step 64x784-128-10, SGD, loss read': mlp,
    'conv2d 1x64x56x56, 64 of 3x3': expression('conv2d 1x64x56x56, 64 of 3x3', (x, w) => F.conv2d(x, w, undefined, { padding: 1 })),
    'softmax 128x1000': expression('softmax 128x1000', (x) => torch.softmax(x, 1)),
    'exp 1Mi': expression('exp 1Mi', torch.exp),
    'gelu 1Mi': expression('gelu 1Mi', (x) => F.gelu(x)),
    'sum 1Mi, read': expression('sum 1Mi, read', (x) => torch.sum(x), true),
    'relu(a*b+a) 1e6': expression('relu(a*b+a) 1e6', (a, b) => torch.relu(torch.add(torch.mul(a, b), a))),
    'add 16, read': expression('add 16, read', (a, b) => torch.add(a, b), true),
    'layerNorm 512x768': expression('layerNorm 512x768', (x) => F.layerNorm(x, [768])),
    'cross-entropy 128x1000, forward and backward': crossEntropyGradient,
    'transpose 2048x2048': expression('transpose 2048x2048', (x) => torch.add(x.t(), 0)),
    'sum over the outer axis 1000x1000': expression('sum over the outer axis 1000x1000', (x) => torch.sum(x, 0)),
    'cumsum 1000x1000': expression('cumsum 1000x1000', (x) => torch.cumsum(x, 1)),
    'sort 1e6': expression('sort 1e6', (x) => torch.sort(x).values),
    'matrix-vector 4096': expression('matrix-vector 4096', torch.matmul),
  },
};
