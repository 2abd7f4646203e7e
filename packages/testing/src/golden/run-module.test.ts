/** Faults are planted in a right module, one at a time: each must be found and said. */
import { describe, expect, it } from 'vitest';
import type { GoldenModule } from './harness.js';
import type { EncodedTensor, ModuleSample } from './records.js';
import { runModule } from './run-module.js';
import { Toy, toyHarness } from './toy-library.js';

const float = (...data: number[]): EncodedTensor => ({ tensor: { dtype: 'float32', shape: [data.length], data } });

const sample: ModuleSample = {
  module: 'Scale',
  args: [2],
  names: ['features'],
  kwargs: {},
  training: true,
  repr: 'Scale(2)',
  state: { weight: float(3, 4), seen: float(0) },
  inputs: [float(1, 2)],
  output: float(3, 8),
  input_grads: [float(3, 32 / 7)],
  param_grads: { weight: float(1, 16 / 7) },
  state_after: { seen: float(1) },
};

/** x * weight, which counts its calls while training. */
class Scale implements GoldenModule<Toy> {
  weight = new Toy('float32', [2], [0, 0], true);
  seen = new Toy('float32', [1], [0]);
  training = false;

  loadStateDict(state: Record<string, Toy>) {
    this.weight.data = state['weight'].data;
    this.seen = state['seen'];
  }
  stateDict(): Record<string, Toy> {
    return { weight: this.weight, seen: this.seen };
  }
  namedParameters(): Iterable<readonly [string, Toy]> {
    return [['weight', this.weight]];
  }
  train(mode: boolean) {
    this.training = mode;
  }
  forward(x: Toy): Toy {
    if (this.training) this.seen = this.seen.map((n) => n + 1, () => 1);
    return x.times(this.weight);
  }
  toString() {
    return 'Scale(2)';
  }
}

const run = (make: () => GoldenModule<Toy>, recorded = sample) =>
  runModule('Scale', { module: 'Scale', samples: [recorded] }, { modules: { Scale: make } }, toyHarness);

describe('runModule', () => {
  it('passes what is right', async () => {
    expect(await run(() => new Scale())).toEqual([
      { sample: 0, kind: 'forward', status: 'pass' },
      { sample: 0, kind: 'gradient', status: 'pass' },
    ]);
  });

  it('gives the bridge the arguments by position and by name', async () => {
    const calls: unknown[] = [];
    await runModule('Scale', { module: 'Scale', samples: [sample] }, { modules: { Scale: (call) => (calls.push(call), new Scale()) } }, toyHarness);
    expect(calls).toEqual([{ args: [2], named: { features: 2 } }]);
  });

  it.each<[string, () => GoldenModule<Toy>, string]>([
    ['another text', () => Object.assign(new Scale(), { toString: () => 'Scale(3)' }), 'prints as "Scale(3)", want "Scale(2)"'],
    ['a wrong output', () => Object.assign(new Scale(), { forward: (x: Toy) => x }), 'output: at [0] got 1, want 3'],
    ['a buffer that did not move', () => Object.assign(new Scale(), { train: () => undefined }), 'seen afterwards: at [0] got 0, want 1'],
    ['a buffer that is missing', () => Object.assign(new Scale(), { stateDict: () => ({}) }), 'seen afterwards: got nothing'],
  ])('finds %s', async (_, make, message) => {
    const [forward] = await run(make);
    expect(forward.status).toBe('fail');
    expect(forward.message).toContain(message);
  });

  it('finds wrong and missing gradients', async () => {
    const [, gradient] = await run(() => new Scale(), { ...sample, param_grads: { weight: float(1, 1) } });
    expect(gradient.message).toContain('gradient of weight: at [1] got 2.28');
    const [, unnamed] = await run(() => Object.assign(new Scale(), { namedParameters: () => [] }));
    expect(unnamed.message).toContain("there is no parameter 'weight'");
  });

  it('skips a module that the bridge does not have', async () => {
    const results = await runModule('Scale', { module: 'Scale', samples: [sample] }, { modules: {} }, toyHarness);
    expect(results.map(({ status, message }) => `${status}: ${message}`)).toEqual([
      'skip: the bridge has no such module',
      'skip: the bridge has no such module',
    ]);
  });
});
