/**
 * The soak: a network trained for many steps, and the device memory that its tensors take early and late.
 */
import { memory, planStatistics, tensor, type Tensor } from '@sconce/core';
import { Linear, Module, ReLU } from '@sconce/nn';
import { CrossEntropyLoss } from '@sconce/losses';
import { Adam } from '@sconce/optim';

export class Net extends Module {
  readonly hidden = new Linear(8, 16);
  readonly relu = new ReLU();
  readonly out = new Linear(16, 4);
  override forward(x: Tensor): Tensor {
    return this.out.forward(this.relu.forward(this.hidden.forward(x)));
  }
}

export const batch = (step: number, device: string): { x: Tensor; y: Tensor } => ({
  x: tensor(Array.from({ length: 4 }, (_, i) => Array.from({ length: 8 }, (_, j) => Math.sin(step + i * 8 + j))), { device }),
  y: tensor([0, 1, 2, step % 4], { device }),
});

/** Holds what tests made, so that its collection does not pass for a change in a later one. */
const alive: unknown[] = [];

export interface Used {
  readonly bytes: number;
  readonly buffers: number;
}

export const used = (device: string): Used => memory()[device] ?? { bytes: 0, buffers: 0 };

export interface Soaked {
  /** After a hundred steps, and after the last. */
  readonly early: Used;
  readonly late: Used;
  /** Plans compiled after the second step. */
  readonly compiled: number;
}

/**
 * Trains for so many steps on a device, and reads the loss of each. `settle` is awaited after the first few, when the
 * library knows which of the tensors from before the soak are garbage.
 */
export async function soak(device: string, steps: number, read: (loss: Tensor) => unknown, settle?: () => Promise<void>): Promise<Soaked> {
  const model = new Net().to(device);
  const criterion = new CrossEntropyLoss();
  const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
  alive.push(model, optimizer);
  let early = used(device);
  let compiled = 0;
  for (let step = 1; step <= steps; step++) {
    const { x, y } = batch(step, device);
    optimizer.zeroGrad();
    const loss = criterion.forward(model.forward(x), y);
    loss.backward();
    optimizer.step();
    const value = read(loss);
    if (value instanceof Promise) await value;
    if (step === 2) compiled = planStatistics().compiled;
    if (step === 50) await settle?.();
    if (step === 100) early = used(device);
  }
  return { early, late: used(device), compiled: planStatistics().compiled - compiled };
}
