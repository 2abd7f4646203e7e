/**
 * Optimisers of PyTorch 1.13 after three steps, and where three more led them (the fixture): ours take their state over, and
 * give it back.
 */
import { readFile } from 'node:fs/promises';
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { StateError, tensor, useSync, type Tensor } from '@sconce/core';
import { clone, mul, pow, sum } from '@sconce/ops';
import { loadPt, savePt } from '@sconce/serialization';
import { expect, test } from 'vitest';
import * as optim from './index.js';
import { stateFromTorch, stateToTorch, type TorchOptimizerState } from './index.js';

useSync(createBackend(interpreterTarget('cpu')));

interface Recorded {
  readonly w: Tensor;
  readonly optimizer: TorchOptimizerState;
  readonly after: Tensor;
}
const recorded = (await loadPt(await readFile(new URL('../fixtures/optimizers.pt', import.meta.url)))) as Readonly<Record<string, Recorded>>;
const classes = optim as unknown as Readonly<Record<string, new (params: readonly Tensor[]) => optim.Optimizer>>;

test.each(Object.entries(recorded))('%s goes on', async (name, { w: saved, optimizer: state, after }) => {
  const w = clone(saved).requiresGrad_();
  const optimizer = new classes[name]([w]);
  optimizer.loadStateDict(await stateFromTorch(state));
  const closure = (): Tensor => {
    optimizer.zeroGrad();
    const loss = sum(mul(pow(w, 4), tensor([1, 2])));
    loss.backward();
    return loss;
  };
  for (let i = 0; i < 3; i++) await optimizer.step(closure);
  const expected = await after.data();
  (await w.detach().data()).forEach((x, i) => expect(Number(x)).toBeCloseTo(Number(expected[i]), 5));
});

test.each(Object.entries(recorded))('%s comes back under the names that it had', async (_, { optimizer: state }) => {
  const back = (await loadPt(await savePt(stateToTorch(await stateFromTorch(state))))) as TorchOptimizerState;
  expect(state.state[0]).toMatchObject(Object.fromEntries(Object.keys(back.state[0]).map((key) => [key, expect.anything() as unknown])));
  expect(state.param_groups[0]).toMatchObject(back.param_groups[0]);
  const without = ['foreach', 'fused', 'capturable', 'differentiable', 'func_evals', 'prev_loss', 'al'];
  expect(Object.keys(back.state[0])).toEqual(Object.keys(state.state[0]).filter((key) => !without.includes(key)));
});

test('what our optimisers keep has all names of PyTorch', async () => {
  for (const [name, { optimizer: state }] of Object.entries(recorded)) {
    if (name === 'LBFGS') continue;
    const w = tensor([0.5, -1], { requiresGrad: true });
    const optimizer = new classes[name]([w]);
    optimizer.loadStateDict({ state: {}, paramGroups: (await stateFromTorch(state)).paramGroups });
    sum(mul(w, w)).backward();
    void optimizer.step();
    expect(Object.keys(stateToTorch(optimizer.stateDict()).state[0]).sort()).toEqual(Object.keys(state.state[0]).sort());
  }
});

test('what is no state is refused', async () => {
  await expect(stateFromTorch({ state: {}, paramGroups: [] })).rejects.toThrow(StateError);
  await expect(stateFromTorch(null)).rejects.toThrow(/param_groups/);
});
