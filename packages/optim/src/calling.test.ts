/**
 * Optimisers and schedulers called as PyTorch's programs call them: by position, with options that only say how PyTorch
 * computes, with hooks. Numbers are those of PyTorch 1.13.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, planStatistics, StateError, tensor, useSync, type Tensor } from '@sconce/core';
import { mul, square, sub, sum } from '@sconce/ops';
import { afterEach, describe, expect, test, vi } from 'vitest';
import * as optim from './index.js';

useSync(createBackend(interpreterTarget('cpu')));

const parameter = (...values: number[]): Tensor => tensor(values, { dtype: 'float64', requiresGrad: true });
const [goal, weight] = [[1, -2], [1, 0.5]].map((x) => tensor(x, { dtype: 'float64' }));

function train(p: Tensor, optimizer: optim.Optimizer, steps: number): unknown {
  for (let i = 0; i < steps; i++) {
    optimizer.zeroGrad();
    sum(mul(square(sub(p, goal)), weight)).backward();
    void optimizer.step();
  }
  return p.toArraySync();
}
const near = (...values: number[]): unknown => values.map((x) => expect.closeTo(x, 8) as unknown);

describe('an optimiser', () => {
  test.each<[string, (p: Tensor[]) => optim.Optimizer, number[]]>([
    ['SGD by position', (p) => new optim.SGD(p, 0.1, 0.9, 0.1, 0.01), [1.2826859879539136, -3.766848345400103]],
    ['SGD with a rate by position', (p) => new optim.SGD(p, 0.1, { momentum: 0.9, dampening: 0.1, weightDecay: 0.01, fused: true }), [1.2826859879539136, -3.766848345400103]],
    ['AdamW by position', (p) => new optim.AdamW(p, 0.1, [0.8, 0.99], 1e-6, 0.1, true, { foreach: true, capturable: true }), [1.0736560107124493, 0.6240586756660982]],
    ['NAdam with a penalty of its own', (p) => new optim.NAdam(p, 0.1, { weightDecay: 0.1, decoupledWeightDecay: true }), [0.9230554946890324, 0.790192970060208]],
    ['NAdam upwards', (p) => new optim.NAdam(p, { lr: 0.1, maximize: true, differentiable: false }), [-0.23024115605231366, 2.1568270318533362]],
    ['RAdam with a penalty of its own', (p) => new optim.RAdam(p, 0.1, { weightDecay: 0.1, decoupledWeightDecay: true }), [0.8534571475505391, -0.10696381735532268]],
    ['RAdam upwards', (p) => new optim.RAdam(p, { lr: 0.1, maximize: true }), [-0.12705848645421372, 3.4574704853523035]],
  ])('%s', (_what, make, want) => {
    const p = parameter(0.5, 1.5);
    expect(train(p, make([p]), 8)).toEqual(near(...want));
  });

  test.each<[string, () => unknown, RegExp]>([
    ['a step that is part of the graph', () => new optim.Adam([parameter(1)], { differentiable: true }), /Adam: differentiable must be false/],
    ['a rate twice', () => new optim.SGD([parameter(1)], 0.1, { lr: 0.2 }), /'lr' is given twice/],
    ['sparse gradients', () => new optim.SparseAdam([parameter(1)]), /Use Adam/],
    ['a word for the rate of a group', () => new optim.SGD([{ params: [parameter(1)], lr: 'a' as never }]), /SGD: lr must be a number, got the string 'a'/],
    ['a group that is none', () => new optim.SGD([parameter(1)]).addParamGroup(null as never), /expected parameters, or groups/],
  ])('refuses %s', (_what, call, words) => {
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(words);
  });

  test('shows its defaults and its state; groups keep names of the user', () => {
    const p = parameter(1, 1);
    const optimizer = new optim.SGD([{ params: [p], lr: undefined, name: 'head' } as never], 0.5, { momentum: 0.9 });
    train(p, optimizer, 1);
    expect(optimizer.defaults).toMatchObject({ lr: 0.5, momentum: 0.9 });
    expect(optimizer.paramGroups[0]).toMatchObject({ lr: 0.5, name: 'head' });
    expect((optimizer.state.get(p)!.momentumBuffer as Tensor).toArraySync()).toEqual([0, 3]);
    expect(() => optimizer.loadStateDict({} as never)).toThrow(StateError);
    optimizer.zeroGrad(false);
    expect(p.grad!.toArraySync()).toEqual([0, 0]);
    optimizer.zeroGrad(true);
    expect(p.grad).toBe(null);
  });

  test('calls its hooks around every step, which compiles nothing more', async () => {
    const p = parameter(0.5, 1.5);
    const optimizer = new optim.SGD([p], 0.1);
    const seen: string[] = [];
    const before = optimizer.registerStepPreHook((o, args) => void seen.push(`before ${o === optimizer} ${args.length}`));
    optimizer.registerStepPostHook(() => void seen.push('after'));
    train(p, optimizer, 3);
    const { compiled } = planStatistics();
    train(p, optimizer, 1);
    expect(planStatistics().compiled).toBe(compiled);
    before.remove();
    train(p, optimizer, 1);
    expect(seen).toEqual([...Array.from({ length: 4 }, () => ['before true 0', 'after']).flat(), 'after']);

    const closure = (): Tensor => {
      lbfgs.zeroGrad();
      const loss = sum(square(sub(p, goal)));
      loss.backward();
      return loss;
    };
    const lbfgs = new optim.LBFGS([p], { maxIter: 2 });
    lbfgs.registerStepPreHook(() => [closure]);
    lbfgs.registerStepPostHook((_o, [given]) => void seen.push(`closure ${given === closure}`));
    await lbfgs.step();
    expect(seen.at(-1)).toBe('closure true');
    expect(() => optimizer.registerStepPreHook(3 as never)).toThrow(ArgumentError);
  });
});

describe('clipping', () => {
  const gradient = (...values: number[]): Tensor => {
    const p = parameter(0, 0);
    sum(mul(p, tensor(values, { dtype: 'float64' }))).backward();
    return p;
  };

  test.each<[number | 'inf', number, number[]]>([['inf', 4, [0.7499998212, -0.9999997616]], [1, 7, [0.4285713434, -0.5714284778]]])('of the %s-norm', (normType, norm, want) => {
    const p = gradient(3, -4);
    expect(optim.clipGradNorm_([p], { maxNorm: 1, normType, errorIfNonfinite: true }).itemSync()).toBe(norm);
    expect(p.grad!.toArraySync()).toEqual(want.map((x) => expect.closeTo(x, 6) as unknown));
  });

  test('refuses a norm that is not finite where it is asked to', () => {
    for (const odd of [NaN, Infinity]) {
      const p = gradient(3, odd);
      expect(() => optim.clipGradNorm_([p], 1, 2, true)).toThrow(/total norm of order 2 of the gradients is (NaN|Infinity)/);
      expect(p.grad!.toArraySync()).toEqual([3, odd]);
    }
    const p = gradient(3, NaN);
    expect(optim.clipGradNorm_([p], 1).itemSync()).toBeNaN();
    expect(p.grad!.toArraySync()).toEqual([NaN, NaN]);
  });

  test('by value, as an option', () => {
    const p = gradient(3, -4);
    optim.clipGradValue_([p], { clipValue: 3.5, foreach: true });
    expect(p.grad!.toArraySync()).toEqual([3, -3.5]);
  });
});

describe('a scheduler', () => {
  afterEach(() => void vi.restoreAllMocks());
  const sgd = (): optim.SGD => new optim.SGD([parameter(1)], 0.1, { momentum: 0.9 });
  const rates = (scheduler: { step(): void; getLastLr(): number[] }, steps: number): unknown =>
    Array.from({ length: steps }, () => {
      const [rate] = scheduler.getLastLr();
      scheduler.step();
      return rate;
    });

  test.each<[string, (o: optim.SGD) => { step(): void; getLastLr(): number[] }, number[]]>([
    ['StepLR', (o) => new optim.StepLR(o, 2, 0.5), [0.1, 0.1, 0.05, 0.05]],
    ['MultiStepLR', (o) => new optim.MultiStepLR(o, [1, 3], 0.5), [0.1, 0.05, 0.05, 0.025]],
    ['LinearLR', (o) => new optim.LinearLR(o, 0.25, 0.75, 4), [0.025, 0.0375, 0.05, 0.0625, 0.075, 0.075]],
    ['ConstantLR', (o) => new optim.ConstantLR(o, 0.5, 2), [0.05, 0.05, 0.1]],
    ['CosineAnnealingLR', (o) => new optim.CosineAnnealingLR(o, 2, 0.02), [0.1, 0.06, 0.02]],
    ['OneCycleLR', (o) => new optim.OneCycleLR(o, 1, 10, undefined, undefined, 0.3, 'linear'), [0.04, 0.52, 1, 0.8571434285714286, 0.7142868571428571]],
    ['CyclicLR', (o) => new optim.CyclicLR(o, 0.1, 0.3, 2, 2), [0.1, 0.2, 0.3, 0.2, 0.1]],
  ])('%s by position', (_name, make, want) => {
    expect(rates(make(sgd()), want.length)).toEqual(near(...want));
  });

  test('prints the rates that it sets', () => {
    const said = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    rates(new optim.StepLR(sgd(), 2, { gamma: 0.5, verbose: true }), 3);
    const rate = (x: string): string[] => [`Adjusting learning rate of group 0 to ${x}.`];
    expect(said.mock.calls).toEqual([rate('1.0000e-01'), rate('1.0000e-01'), rate('5.0000e-02'), rate('5.0000e-02')]);
    said.mockClear();
    const plateau = new optim.ReduceLROnPlateau(sgd(), 'max', 0.5, 1, { verbose: true });
    for (let i = 0; i < 5; i++) plateau.step(1);
    expect(said.mock.calls).toEqual([['Epoch 00003: reducing learning rate of group 0 to 5.0000e-02.'], ['Epoch 00005: reducing learning rate of group 0 to 2.5000e-02.']]);
  });
});
