/**
 * The memory soak: ten thousand steps and passes leave device memory as it was after a hundred.
 */
import { memory, noGrad, planStatistics, scope, tensor, type Tensor } from '@sconce/core';
import { Linear, Module, ReLU } from '@sconce/nn';
import { CrossEntropyLoss } from '@sconce/losses';
import { Adam } from '@sconce/optim';
import { describe, expect, test } from 'vitest';

class Net extends Module {
  readonly hidden = new Linear(8, 16);
  readonly relu = new ReLU();
  readonly out = new Linear(16, 4);
  override forward(x: Tensor): Tensor {
    return this.out.forward(this.relu.forward(this.hidden.forward(x)));
  }
}

const batch = (step: number, device: string): { x: Tensor; y: Tensor } => ({
  x: tensor(Array.from({ length: 4 }, (_, i) => Array.from({ length: 8 }, (_, j) => Math.sin(step + i * 8 + j))), { device }),
  y: tensor([0, 1, 2, step % 4], { device }),
});

/** Holds what tests made, so that its collection does not pass for a change in a later one. */
const alive: unknown[] = [];

const used = (device: string): { bytes: number; buffers: number } => memory()[device] ?? { bytes: 0, buffers: 0 };

export interface MemoryOptions {
  readonly steps: number;
  readonly syncReads: boolean;
}

/** Registers the soak for a device. */
export function memorySuite(device: () => string, { steps, syncReads }: MemoryOptions): void {
  const train = async (read: (loss: Tensor) => unknown): Promise<{ early: ReturnType<typeof used>; late: ReturnType<typeof used>; compiled: number }> => {
    const model = new Net().to(device());
    alive.push(model);
    const criterion = new CrossEntropyLoss();
    const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
    alive.push(optimizer);
    let early = used(device());
    let compiled = 0;
    for (let step = 1; step <= steps; step++) {
      const { x, y } = batch(step, device());
      optimizer.zeroGrad();
      const loss = criterion.forward(model.forward(x), y);
      loss.backward();
      optimizer.step();
      const value = read(loss);
      if (value instanceof Promise) await value;
      if (step === 2) compiled = planStatistics().compiled;
      if (step === 100) early = used(device());
    }
    return { early, late: used(device()), compiled: planStatistics().compiled - compiled };
  };

  describe(`memory over ${steps} steps`, () => {
    test.runIf(syncReads)('training, reading the loss synchronously', async () => {
      const { early, late, compiled } = await train((loss) => loss.itemSync());
      expect(late).toEqual(early);
      expect(compiled).toBe(0);
    }, 240_000);

    test('training, reading the loss asynchronously', async () => {
      const { early, late, compiled } = await train((loss) => loss.item());
      expect(late).toEqual(early);
      expect(compiled).toBe(0);
    }, 240_000);

    test('forward passes, reading asynchronously, stay under a cap', async () => {
      const model = new Net().to(device());
      const before = used(device());
      for (let step = 0; step < steps; step++) await noGrad(() => model.forward(batch(step, device()).x)).data();
      const after = used(device());
      expect(after.buffers - before.buffers).toBeLessThan(1500);
      expect(after.bytes - before.bytes).toBeLessThan(1 << 20);
    }, 240_000);

    test.runIf(syncReads)('forward passes inside scope leave nothing behind', () => {
      const model = new Net().to(device());
      let early = used(device());
      for (let step = 0; step < steps; step++) {
        scope(() => noGrad(() => model.forward(batch(step, device()).x)).dataSync());
        if (step === 100) early = used(device());
      }
      expect(used(device())).toEqual(early);
    }, 240_000);
  });
}
