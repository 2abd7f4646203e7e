/**
 * Sconce: training steps, and a Transformer's encoder layer forward and backward.
 */
import * as torch from 'sconce';
import type { Tensor } from 'sconce';
import type { Input } from '../../workload.js';
import type { Program, Programs } from '../library.js';
import { compute, tensorOf, valuesOf } from './expressions.js';

const { Conv2d, Flatten, Linear, MaxPool2d, Parameter, ReLU, Sequential, TransformerEncoderLayer } = torch.nn;

/** Puts weights into a module, in the order of its parameters. */
function fill(module: torch.nn.Module, weights: readonly Input[]): void {
  const keys = [...module.namedParameters()].map(([name]) => name);
  module.loadStateDict(Object.fromEntries(keys.map((key, i) => [key, new Parameter(tensorOf(weights[i]))])));
}

/** SGD on cross-entropy, the loss read after every step. The result is the first losses. */
const training =
  (make: () => torch.nn.Module & { forward(x: Tensor): Tensor }) =>
  ([images, labels, ...weights]: readonly Input[]): Program => {
    const start = (): (() => number) => {
      const model = make();
      fill(model, weights);
      const [x, y] = [tensorOf(images), tensorOf(labels)];
      const criterion = new torch.losses.CrossEntropyLoss();
      const optimizer = new torch.optim.SGD(model.parameters(), { lr: 0.1 });
      return () => {
        optimizer.zeroGrad();
        const loss = criterion.forward(model.forward(x), y);
        loss.backward();
        optimizer.step();
        return loss.itemSync();
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

function encoderLayer([source, upstream, ...weights]: readonly Input[]): Program {
  const layer = new TransformerEncoderLayer(256, 8, { dimFeedforward: 1024, dropout: 0, batchFirst: true });
  fill(layer, weights);
  const [x, g] = [tensorOf(source, true), tensorOf(upstream)];
  const gradients = (): Tensor[] => torch.grad(layer.forward(x), [x, ...layer.parameters()], { gradOutputs: g }) as Tensor[];
  return { run: () => compute(gradients()), result: () => valuesOf(gradients()) };
}

export const networks: Programs = {
  'MLP 64x784-128-10, SGD step, loss read': training(() => new Sequential(new Linear(784, 128), new ReLU(), new Linear(128, 10))),
  'LeNet batch 32, SGD step, loss read': training(
    () =>
      new Sequential(
        new Conv2d(1, 6, 5, { padding: 2 }), new ReLU(), new MaxPool2d(2),
        new Conv2d(6, 16, 5), new ReLU(), new MaxPool2d(2),
        new Flatten(), new Linear(400, 120), new ReLU(), new Linear(120, 84), new ReLU(), new Linear(84, 10),
      ),
  ),
  'Transformer encoder layer 8x128x256, forward and backward': encoderLayer,
};
