/**
 * The umbrella: what PyTorch's users look for under which name, and the program of the README.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as losses from '@sconce/losses';
import { expect, test } from 'vitest';
import * as torch from './index.js';

test('every loss is a function of nn.functional, beside those of the layers', async () => {
  const functions = Object.keys(losses).filter((name) => /^[a-z]/.test(name) && name !== 'checkLossOptions');
  expect(Object.keys(torch.nn.functional)).toEqual(expect.arrayContaining([...functions, 'relu', 'conv2d', 'layerNorm']));
  const { functional: F } = torch.nn;
  expect(await F.crossEntropy(torch.tensor([[0.5, 0.5]]), torch.tensor([0])).item()).toBeCloseTo(Math.LN2, 6);
});

test('PyTorch\'s names for what lies in other packages', async () => {
  expect(await torch.conv1d(torch.ones(1, 1, 3), torch.ones(1, 1, 2)).toArray()).toEqual([[[2, 2]]]);
  expect(torch.inferenceMode(() => torch.isGradEnabled())).toBe(false);
  expect([torch.optim.lrScheduler.StepLR, torch.optim.lrScheduler.LRScheduler, torch.optim.swaUtils.SWALR]).toEqual([torch.optim.StepLR, torch.optim.Scheduler, torch.optim.SWALR]);
  expect(torch.utils.data.DataLoader).toBe(torch.data.DataLoader);
  expect(Object.keys(torch.nn.utils)).toEqual(expect.arrayContaining(['rnn', 'clipGradNorm_', 'clipGradsWithNorm_', 'weightNorm', 'parametrize', 'parametrizations', 'prune', 'fuseConvBnEval']));
});

test('names of dtypes, devices and numbers', async () => {
  expect(torch.zeros(2, { dtype: torch.float64, device: torch.device('cpu') }).dtype).toBe('float64');
  expect([torch.long, torch.half, torch.inf, torch.pi]).toEqual(['int64', 'float16', Infinity, Math.PI]);
  expect(() => torch.device('cuda')).toThrow(torch.DeviceError);
  expect(await new torch.FloatTensor([1, 2]).div(2).toArray()).toEqual([0.5, 1]);
  expect([torch.LongTensor(2, 3).shape, torch.LongTensor([1]).dtype, torch.BoolTensor().shape]).toEqual([[2, 3], 'int64', [0]]);
  expect(() => torch.IntTensor(torch.ones(2) as never)).toThrow(torch.ArgumentError);
});

test('torch has its own svd, lu and qr beside those of linalg', async () => {
  const x = torch.tensor([[2.5, 0], [0, 0.5], [0, 0]]);
  expect([torch.svd(x).V.shape, torch.linalg.svd(x).U.shape, torch.qr(x, false).Q.shape, torch.lu(x).LU.shape]).toEqual([[2, 2], [3, 3], [3, 3], [3, 2]]);
});

test('backward from several tensors', async () => {
  const w = torch.tensor([1.5, 2], { requiresGrad: true });
  torch.autograd.backward([w.mul(2), w.sum()], [torch.tensor([1, 3]), null]);
  torch.autograd.backward(w.sum());
  expect(await w.grad!.toArray()).toEqual([4, 8]);
  expect(() => torch.autograd.backward([w.mul(2), w.sum()])).toThrow(torch.ArgumentError);
  expect(() => torch.autograd.backward([w.sum()], [])).toThrow(torch.ArgumentError);
});

test('the cpu is there, and chains are', async () => {
  expect(torch.defaultDevice()).toBe('cpu');
  expect(await torch.tensor([[1.5, -2]]).matmul(torch.ones([2, 1])).relu().sum(1, { keepdim: true }).toArray()).toEqual([[0]]);
  expect(await torch.tensor([[1, 2, 3, 4]]).at('..., 1:-1').toArray()).toEqual([[2, 3]]);
});

test('distributions are an entry beside it, on the same device', async () => {
  const { klDivergence, Normal } = await import('./distributions.js');
  expect(await klDivergence(new Normal(torch.tensor([0.5]), 1), new Normal(0, 1)).item()).toBeCloseTo(0.125, 6);
  expect(torch).not.toHaveProperty('distributions');
});

test('what tests need is an entry beside it, on the same device', async () => {
  const { assertClose, gradcheck } = await import('./testing.js');
  await assertClose(torch.tensor([0.5]).mul(2), torch.tensor([1.0]).to('float32'));
  expect(await gradcheck(torch.tanh, torch.tensor([0.5], { dtype: 'float64', requiresGrad: true }))).toBe(true);
  expect(torch).not.toHaveProperty('testing');
});

test('the twenty lines of the README learn', async () => {
  const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8');
  const [, code] = /## Twenty lines\n+```ts\n([^]*?)```/.exec(readme)!;
  const said: string[] = [];
  const log = (...words: readonly unknown[]): void => void said.push(words.join(' '));
  const AsyncFunction = (async () => undefined).constructor as new (...parts: string[]) => (...given: unknown[]) => Promise<void>;
  await new AsyncFunction('torch', 'console', code.replace(/^import .*$/m, ''))({ ...torch, print: async (x: torch.Tensor) => log(await x.text()) }, { log });
  const found = said.slice(0, 3).map((line) => Number(line.split(' ')[1]));
  expect(found[2]).toBeLessThan(0.4);
  expect(found[2]).toBeLessThan(found[0]);
  expect(said[3]).toMatch(/^tensor\(\[\[[^\]]+\],\n {8}\[[^\]]+\]\], grad_fn=<SoftmaxBackward0>\)$/);
});
