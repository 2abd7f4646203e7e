/**
 * A training that moves between devices while it runs: steps whose moves are under way wait for them, optimisers' states
 * follow their parameters, and losses are those of a training that stays.
 */
import { cpu } from '@sconce/backend-cpu';
import { webgpu } from '@sconce/backend-webgpu';
import { manualSeed, memory, tensor, use, type Tensor } from '@sconce/core';
import { mseLoss } from '@sconce/losses';
import { BatchNorm1d, Linear, Sequential, Tanh, type Module } from '@sconce/nn';
import { tanh } from '@sconce/ops';
import { Adam, SGD, type Optimizer } from '@sconce/optim';
import { beforeAll, describe, expect, test } from 'vitest';
import { softwareGpu } from '../adapter/index.js';

beforeAll(async () => {
  await use(cpu());
  await use(webgpu({ gpu: await softwareGpu() }));
});

const STEPS = 12;
const OPTIMIZERS: Readonly<Record<string, (model: Module) => Optimizer>> = {
  Adam: (model) => new Adam(model.parameters(), { lr: 0.05 }),
  'SGD with momentum': (model) => new SGD(model.parameters(), { lr: 0.05, momentum: 0.9 }),
};
/** By the first step on each, the devices of a training. */
const MOVES = { 0: 'cpu', 3: 'webgpu', 6: 'cpu', 9: 'webgpu' };
const RETURNS = { 0: 'webgpu', 4: 'cpu' };

const READS: Readonly<Record<string, (loss: Tensor) => Promise<unknown> | null>> = {
  'each loss is read': (loss) => loss.item(),
  'nothing is read': () => null,
};

async function losses(optimizerOf: (model: Module) => Optimizer, moves: Readonly<Record<number, string>>, read: (loss: Tensor) => Promise<unknown> | null): Promise<number[]> {
  manualSeed(1);
  const model = new Sequential(new Linear(2, 8, { device: 'cpu' }), new BatchNorm1d(8, { device: 'cpu' }), new Tanh(), new Linear(8, 1, { device: 'cpu' }));
  const optimizer = optimizerOf(model);
  const found: Tensor[] = [];
  let device = 'cpu';
  for (let i = 0; i < STEPS; i++) {
    if (i in moves) model.to((device = moves[i]));
    const x = tensor([[0, 0], [0, 1], [1, 0], [1, 1]], { dtype: 'float32', device });
    const y = tensor([[0], [1], [1], [0.5 * (i % 3)]], { dtype: 'float32', device });
    optimizer.zeroGrad();
    const loss = mseLoss(model.forward(x), y);
    loss.backward();
    void optimizer.step();
    found.push(loss);
    const reading = read(loss);
    if (reading !== null) await reading;
  }
  return Promise.all(found.map((loss) => loss.item()));
}

describe.each(Object.entries(OPTIMIZERS))('%s', (_name, optimizerOf) => {
  describe.each(Object.entries(READS))('where %s', (_how, read) => {
    test.each([['cpu → webgpu → cpu → webgpu', MOVES], ['webgpu → cpu', RETURNS]])('%s', async (_path, moves) => {
      const stayed = await losses(optimizerOf, { 0: 'cpu' }, READS['each loss is read']);
      expect(stayed[STEPS - 1]).toBeLessThan(stayed[0] / 2);
      const moved = await losses(optimizerOf, moves, read);
      moved.forEach((loss, i) => expect(Math.abs(loss - stayed[i])).toBeLessThan(2e-5));
    });
  });
});

test.each([['cpu', 'webgpu'], ['webgpu', 'cpu']])('gradients move with their parameters, %s → %s', async (from, to) => {
  const stepped = async (moves: boolean): Promise<unknown> => {
    const layer = new Linear(2, 1, { device: from });
    layer.loadStateDict({ weight: tensor([[1, 2]], { dtype: 'float32', device: from }), bias: tensor([3], { dtype: 'float32', device: from }) });
    const optimizer = new SGD(layer.parameters(), { lr: 0.5 });
    mseLoss(layer.forward(tensor([[1, -1]], { dtype: 'float32', device: from })), tensor([[0]], { dtype: 'float32', device: from })).backward();
    if (moves) layer.to(to);
    void optimizer.step();
    return [layer.weight.device, await layer.weight.toArray(), await layer.weight.grad!.toArray()];
  };
  expect(await stepped(true)).toEqual([to, [[-1, 4]], [[4, -4]]]);
  expect(await stepped(false)).toEqual([from, [[-1, 4]], [[4, -4]]]);
});

/** A model with a layer on each device: every step of either waits for the other. */
test('memory stays flat where every step waits', async () => {
  const [first, second] = [new Linear(2, 4, { device: 'webgpu' }), new Linear(4, 1, { device: 'cpu' })];
  const optimizer = new Adam([...first.parameters(), ...second.parameters()], { lr: 0.05 });
  const x = tensor([[0, 1], [1, 0]], { dtype: 'float32', device: 'webgpu' });
  const step = async (): Promise<number> => {
    optimizer.zeroGrad();
    const loss = mseLoss(second.forward(tanh(first.forward(x)).to('cpu')), tensor([[1], [0]], { dtype: 'float32', device: 'cpu' }));
    loss.backward();
    void optimizer.step();
    const value = await loss.item();
    for (const p of optimizer.paramGroups[0].params) expect(p.node.storage).not.toBeNull();
    return value;
  };
  const buffers = (): number => memory().cpu.buffers + memory().webgpu.buffers;
  const start = await step();
  for (let i = 0; i < 10; i++) await step();
  const early = buffers();
  for (let i = 0; i < 30; i++) await step();
  expect(buffers()).toBeLessThanOrEqual(early);
  expect(await step()).toBeLessThan(start / 2);
});

test('a read at once while a move is under way says what to do', async () => {
  const model = new Linear(2, 1, { device: 'webgpu' });
  model.to('cpu');
  const y = model.forward(tensor([[1, 2]], { dtype: 'float32', device: 'cpu' }));
  expect(() => y.dataSync()).toThrow(/await realize\(t\)/);
  const read = await y.data();
  expect(y.dataSync()).toEqual(read);
});
