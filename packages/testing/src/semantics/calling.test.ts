/**
 * Calls as PyTorch's programs write them: optional arguments by position or by name, fields with capitals, closures that
 * read their loss.
 */
import { manualSeed, ones, tensor, type Tensor } from 'sconce';
import { Linear, Module, Parameter, init } from '@sconce/nn';
import { mseLoss } from '@sconce/losses';
import { LBFGS, SGD } from '@sconce/optim';
import * as ops from '@sconce/ops';
import { describe, expect, test } from 'vitest';

describe('optional arguments, by position and by name', () => {
  const x = tensor([3, -1, 2]);
  test.each<[string, () => Tensor, unknown]>([
    ['clamp', () => ops.clamp(x, { min: 0 }), [3, 0, 2]],
    ['clamp, one of each', () => ops.clamp(x, 0, { max: 2 }), [2, 0, 2]],
    ['the method clamp', () => x.clamp({ max: 1 }), [1, -1, 1]],
    ['clamp_', () => x.clone().clamp_({ min: 0 }), [3, 0, 2]],
    ['pad', () => ops.pad(x, [1, 0], { value: 7 }), [7, 3, -1, 2]],
    ['pad with a mode', () => ops.pad(x.unsqueeze(0), [1, 0], { mode: 'circular' }), [[2, 3, -1, 2]]],
    ['topk', () => ops.topk(x, 2, 0, false, true).values, [-1, 2]],
    ['sort', () => ops.sort(x, 0, true).values, [3, 2, -1]],
    ['sort, the last dimension', () => x.sort({ descending: true }).indices, [0, 2, 1]],
    ['argsort', () => x.argsort({ descending: true }), [0, 2, 1]],
    ['topk, the last dimension', () => x.topk(1, { largest: false }).indices, [1]],
  ])('%s', async (_, call, expected) => {
    expect(await call().toArray()).toEqual(expected);
  });

  test.each<[string, (t: Tensor) => Tensor, (t: Tensor) => Tensor]>([
    ['uniform_', (t) => init.uniform_(t, 2, 3), (t) => init.uniform_(t, { a: 2, b: 3 })],
    ['normal_', (t) => init.normal_(t, 0, 0.02), (t) => init.normal_(t, { std: 0.02 })],
    ['truncNormal_', (t) => init.truncNormal_(t, 0, 0.5, -1, 1), (t) => init.truncNormal_(t, { std: 0.5, a: -1, b: 1 })],
    ['xavierUniform_', (t) => init.xavierUniform_(t, 1.4), (t) => init.xavierUniform_(t, { gain: 1.4 })],
    ['xavierNormal_', (t) => init.xavierNormal_(t, 1.4), (t) => init.xavierNormal_(t, { gain: 1.4 })],
    ['orthogonal_', (t) => init.orthogonal_(t, 1.4), (t) => init.orthogonal_(t, { gain: 1.4 })],
  ])('init.%s', async (name, positional, named) => {
    const draw = async (fill: (t: Tensor) => Tensor): Promise<unknown> => {
      manualSeed(3);
      return fill(ones([4, 3])).toArray();
    };
    expect(await draw(named)).toEqual(await draw(positional));
    expect(() => init[name as 'normal_'](ones([4, 3]), { sigma: 1 } as never)).toThrow(/sigma/);
  });
});

test('a field that begins with a capital is its own key, as in PyTorch', () => {
  class Attention extends Module {
    readonly W = new Parameter(ones([2]));
    readonly Wq = new Linear(2, 2, { bias: false });
    readonly keyProj = new Linear(2, 2, { bias: false });
    override forward(x: Tensor): Tensor {
      return x;
    }
  }
  expect(Object.keys(new Attention().stateDict())).toEqual(['W', 'Wq.weight', 'key_proj.weight']);
});

describe('a closure that reads its loss', () => {
  const optimizers = {
    SGD: (w: Tensor) => new SGD([w], { lr: 0.1, momentum: 0.5 }),
    LBFGS: (w: Tensor) => new LBFGS([w], { lr: 0.5, maxIter: 3 }),
  };
  test.each(Object.entries(optimizers))('%s steps once its gradients are there', async (_, make) => {
    const run = async (isAsync: boolean): Promise<unknown> => {
      const w = tensor([1.0, -2.5], { requiresGrad: true });
      const optimizer = make(w);
      const read: unknown[] = [];
      const loss = (): Tensor => mseLoss(ops.mul(w, w), tensor([0.5, 0.25]));
      const back = (value: Tensor): Tensor => (value.backward(), value);
      for (let step = 0; step < 3; step++) {
        const given = await optimizer.step(async () => {
          optimizer.zeroGrad();
          const value = loss();
          if (isAsync) read.push(await value.item());
          return back(value);
        });
        expect(await given!.item()).toBeGreaterThan(0);
      }
      expect(read.length > 0).toBe(isAsync);
      return w.toArray();
    };
    const plain = async (): Promise<unknown> => {
      const w = tensor([1.0, -2.5], { requiresGrad: true });
      const optimizer = make(w);
      const closure = (): Tensor => {
        optimizer.zeroGrad();
        const value = mseLoss(ops.mul(w, w), tensor([0.5, 0.25]));
        value.backward();
        return value;
      };
      for (let step = 0; step < 3; step++) await optimizer.step(closure);
      return w.toArray();
    };
    const expected = await plain();
    expect(await run(false)).toEqual(expected);
    expect(await run(true)).toEqual(expected);
  });
});
