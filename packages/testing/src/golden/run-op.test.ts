/** Faults are planted in a right library, one at a time: each must be found and said. */
import { describe, expect, it } from 'vitest';
import type { DecodedCall } from './decode.js';
import type { SampleResult } from './harness.js';
import type { EncodedTensor, OpRecord, OpSample } from './records.js';
import { runErrors } from './run-errors.js';
import { runOp } from './run-op.js';
import { Toy, ToyError, toyHarness } from './toy-library.js';

const float = (...data: number[]): EncodedTensor => ({ tensor: { dtype: 'float32', shape: [data.length], data } });
const double: OpSample = { dtype: 'float32', args: [float(1, 2, 3)], output: float(2, 4, 6), grads: [float(2, 16 / 7, 18 / 7)] };
const record = (...samples: OpSample[]): OpRecord => ({ op: 'double', samples });
const input = ({ args }: DecodedCall<Toy>): Toy => args[0] as Toy;

const run = (op: (call: DecodedCall<Toy>) => unknown, ...samples: OpSample[]): Promise<SampleResult[]> =>
  runOp('double', record(...samples), { ops: { double: op } }, toyHarness);
const forward = async (op: (call: DecodedCall<Toy>) => unknown, sample = double) => (await run(op, sample))[0];

describe('runOp', () => {
  it('passes what is right, also as a promise', async () => {
    const passes = [
      { sample: 0, kind: 'forward', status: 'pass' },
      { sample: 0, kind: 'gradient', status: 'pass' },
    ];
    expect(await run((call) => input(call).scale(2), double)).toEqual(passes);
    expect(await run(async (call) => input(call).scale(2), double)).toEqual(passes);
  });

  it('numbers samples, and gives no gradient result where none is recorded', async () => {
    const { grads: _, ...plain } = double;
    const results = await run((call) => input(call).scale(2), double, plain);
    expect(results.map(({ sample, kind }) => `${sample} ${kind}`)).toEqual(['0 forward', '0 gradient', '1 forward']);
  });

  it.each<[string, (x: Toy) => unknown, string]>([
    ['a wrong value', (x) => x.map((v) => (v === 2 ? 5 : 2 * v), () => 2), 'output: at [1] got 5, want 4'],
    ['NaN for a number', (x) => x.map(() => NaN, () => 2), 'output: at [0] got NaN, want 2'],
    ['a wrong dtype', (x) => new Toy('float64', x.shape, x.scale(2).data), 'output: got dtype float64, want float32'],
    ['a wrong shape', (x) => new Toy('float32', [3, 1], x.scale(2).data), 'output: got shape [3, 1], want [3]'],
    ['no tensor', (x) => x.scale(2).data, 'output: got a list of 3, want a tensor'],
  ])('finds %s', async (_, op, message) => {
    const result = await forward((call) => op(input(call)));
    expect(result.status).toBe('fail');
    expect(result.message).toContain(message);
  });

  it('finds a number where NaN is due', async () => {
    const sample: OpSample = { dtype: 'float32', args: [float(-1)], output: { tensor: { dtype: 'float32', shape: [1], data: ['nan'] } } };
    expect((await forward(input, sample)).message).toContain('at [0] got -1, want NaN');
    expect((await forward((call) => input(call).map(Math.sqrt, () => 0), sample)).status).toBe('pass');
  });

  it('finds wrong gradients, permuted ones among them', async () => {
    const square: OpSample = {
      dtype: 'float32',
      args: [float(1, 2), float(3, 4)],
      output: float(3, 8),
      grads: [float(3, 32 / 7), float(1, 16 / 7)],
    };
    const swapped = (call: DecodedCall<Toy>) => {
      const [a, b] = call.args as [Toy, Toy];
      const right = a.times(b);
      return new Toy('float32', right.shape, right.data, true, [
        { to: a, pull: (g) => right.edges[1].pull(g) },
        { to: b, pull: (g) => right.edges[0].pull(g) },
      ]);
    };
    expect((await run((call) => (call.args[0] as Toy).times(call.args[1] as Toy), square))[1].status).toBe('pass');
    const [values, gradients] = await run(swapped, square);
    expect(values.status).toBe('pass');
    expect(gradients.message).toMatch(/^gradient of tensor 0: at \[0\] got 1, want 3 .*; gradient of tensor 1: at \[0\] got 3/);

    const constant = (call: DecodedCall<Toy>) => new Toy('float32', [3], input(call).scale(2).data);
    expect((await run(constant, double))[1].message).toContain('absent, so zero');
  });

  it('asks for the gradients of those tensors only that have one recorded', async () => {
    const seen: boolean[] = [];
    const sample: OpSample = { ...double, args: [[float(9)], float(1, 2, 3)], grads: [null, float(2, 16 / 7, 18 / 7)] };
    const results = await run((call) => {
      const [[first], second] = call.args as [Toy[], Toy];
      seen.push(first.requiresGrad, second.requiresGrad);
      return second.scale(2);
    }, sample);
    expect(seen).toEqual([false, true]);
    expect(results.map(({ status }) => status)).toEqual(['pass', 'pass']);
  });

  it('fails with the words of an error', async () => {
    const results = await run(() => {
      throw new TypeError('x is undefined');
    }, double);
    expect(results.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
      'forward: threw TypeError: x is undefined',
      'gradient: threw TypeError: x is undefined',
    ]);
  });

  it('skips, with the reason, what cannot run', async () => {
    const halves: OpSample = { ...double, dtype: 'float16' };
    expect((await run(input, halves)).map(({ status, message }) => [status, message])).toEqual([
      ['skip', 'toy has no float16'],
      ['skip', 'toy has no float16'],
    ]);
    const [result] = await runOp('double', record(double), { ops: {} }, toyHarness);
    expect(result).toMatchObject({ status: 'skip', message: 'the bridge has no such op' });
  });
});

describe('runErrors', () => {
  const sample = { args: [float(1), 7], torch_error: 'IndexError', torch_message: 'Dimension out of range' };
  const check = async (op: () => unknown) => (await runErrors('double', [sample], { ops: { double: op } }, toyHarness))[0];

  it('passes a typed error, thrown or rejected', async () => {
    expect(await check(() => { throw new ToyError('no dim 7'); })).toEqual({ sample: 0, kind: 'error', status: 'pass' });
    expect(await check(async () => { throw new ToyError('no dim 7'); })).toMatchObject({ status: 'pass' });
  });

  it('fails an accident and an acceptance', async () => {
    expect((await check(() => { throw new TypeError('x is undefined'); })).message).toBe(
      'threw TypeError: x is undefined, which is no typed error',
    );
    expect((await check(() => 3)).message).toBe('accepted; PyTorch says: Dimension out of range');
  });

  it('skips a device that does not exist here', async () => {
    const elsewhere = { ...sample, kwargs: { device: 'cuda' } };
    expect(await runErrors('double', [elsewhere], { ops: { double: input } }, toyHarness)).toEqual([
      { sample: 0, kind: 'error', status: 'skip', message: "there is no device 'cuda' here" },
    ]);
  });
});
