/**
 * The training loop, as a person would write it with Sconce; a generator, so that a terminal, a page and a test can each
 * show its progress in their own way.
 */
import { manualSeed, noGrad, optim, tensor, type nn, type Tensor } from 'sconce';
import { generator, PIXELS, type Digits } from '../digits/render.js';
import type { Task } from './task.js';

export interface TrainOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly lr: number;
  readonly seed: number;
  readonly device: string;
}

export interface Progress {
  readonly epoch: number;
  /** Steps done, of `steps`. */
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  /** Share of right answers on the test set, after the last step of an epoch. */
  readonly accuracy?: number;
  readonly model: nn.Module & { forward(x: Tensor): Tensor };
}

/** Some of the images and labels as tensors, in this order. */
function batch({ images, labels }: Digits, rows: readonly number[], device: string): [Tensor, Tensor] {
  const x = new Float32Array(rows.length * PIXELS);
  rows.forEach((row, i) => x.set(images.subarray(row * PIXELS, (row + 1) * PIXELS), i * PIXELS));
  return [tensor(x, { device }).reshape([rows.length, PIXELS]), tensor(Int32Array.from(rows, (row) => labels[row]), { device })];
}

function shuffled(count: number, random: () => number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** Trains a task's model with Adam; yields after every step. */
export async function* train(task: Task, { epochs, batchSize, lr, seed, device }: TrainOptions): AsyncGenerator<Progress> {
  manualSeed(seed);
  const random = generator(seed);
  const model = task.makeModel().to(device);
  const optimizer = new optim.Adam(model.parameters(), { lr });
  const perEpoch = Math.floor(task.train.count / batchSize);
  const steps = epochs * perEpoch;
  const [testImages, testLabels] = batch(task.test, shuffled(task.test.count, random), device);

  for (let epoch = 1, step = 0; epoch <= epochs; epoch++) {
    const order = shuffled(task.train.count, random);
    for (let i = 0; i < perEpoch; i++) {
      const [images, labels] = batch(task.train, order.slice(i * batchSize, (i + 1) * batchSize), device);
      optimizer.zeroGrad();
      const loss = task.loss(model.forward(images), labels);
      loss.backward();
      optimizer.step();
      step += 1;
      const last = i === perEpoch - 1;
      const accuracy = last ? await noGrad(() => task.accuracy(model.forward(testImages), testLabels)).item() : undefined;
      yield { epoch, step, steps, loss: await loss.item(), accuracy, model };
    }
  }
}
