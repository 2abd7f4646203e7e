/**
 * Cross-entropy: PyTorch's values, its kernels, labels that are none, and gradients of gradients.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, DTypeError, grad, IndexError, ShapeError, tensor, useSync, type Executable, type Tensor } from '@sconce/core';
import { mul, reshape, square, sum } from '@sconce/ops';
import { SGD } from '@sconce/optim';
import { beforeEach, describe, expect, test } from 'vitest';
import { crossEntropy, CrossEntropyLoss, nllLoss, type CrossEntropyOptions } from './index.js';

const ran: Executable[] = [];
const backend = createBackend(interpreterTarget('cpu'));
useSync({
  ...backend,
  run(executable, ...rest) {
    ran.push(executable);
    backend.run(executable, ...rest);
  },
});
beforeEach(() => void (ran.length = 0));

const SCORES = [[0.1, 0.2, 3.9], [1.2, 0.1, 0.3], [0.3, 2.2, 0.2]];
const scores = (requiresGrad = false): Tensor => tensor(SCORES, { dtype: 'float64', requiresGrad });
const labels = tensor([2, 0, 1]);
const weight = tensor([1, 2, 0.5], { dtype: 'float64' });

/** The loss of one row of the scores. */
const ofRow = (i: number, label: number): number => Math.log(SCORES[i].reduce((sum, x) => sum + Math.exp(x), 0)) - SCORES[i][label];

describe('values', () => {
  test.each<[CrossEntropyOptions, number]>([
    [{}, 0.28342219143671027],
    [{ labelSmoothing: 0.1 }, 0.4323110803255992],
    [{ weight, ignoreIndex: 1 }, 0.3843820975278535],
    [{ reduction: 'sum', labelSmoothing: 0.2, weight }, 2.177415008061481],
  ])('%o', (options, want) => {
    expect(crossEntropy(scores(), labels, options).itemSync()).toBeCloseTo(want, 12);
  });

  test('of scores that would overflow, and of a loss far below the scores', () => {
    expect(crossEntropy(tensor([[1000.5, 0]]), tensor([1])).itemSync()).toBe(1000.5);
    expect(crossEntropy(tensor([[30, 0]], { dtype: 'float32' }), tensor([0])).itemSync()).toBe(0);
    expect(crossEntropy(tensor([[312, 300]], { dtype: 'float32' }), tensor([0])).itemSync()).toBeCloseTo(Math.log1p(Math.exp(-12)), 6);
  });

  test('int64 and uint8 labels, one sample without a batch', () => {
    const want = crossEntropy(scores(), labels).itemSync();
    for (const dtype of ['int64', 'uint8'] as const) expect(crossEntropy(scores(), labels.to(dtype)).itemSync()).toBe(want);
    expect(crossEntropy(tensor([0.1, 0.2, 3.9]), tensor(2)).itemSync()).toBeCloseTo(ofRow(0, 2), 6);
  });

  test('the module keeps its weights as state', () => {
    const loss = new CrossEntropyLoss({ weight: tensor([1, 2, 0.5]), reduction: 'sum' });
    expect(Object.keys(loss.stateDict())).toEqual(['weight']);
    expect(String(loss)).toBe('CrossEntropyLoss()');
    loss.loadStateDict({ weight: tensor([1.5, 1.5, 1.5]) });
    expect(loss.forward(tensor(SCORES), labels).itemSync()).toBeCloseTo(1.5 * 3 * 0.28342219, 5);
  });
});

describe('kernels', () => {
  const [n, c] = [512, 40];
  const big = (): Tensor => reshape(tensor(Float32Array.from({ length: n * c }, (_, i) => Math.sin(i))), [n, c]);
  const targets = tensor(Array.from({ length: n }, (_, i) => i % c));
  const kernels = (): string[] => ran.flatMap((r) => r.kernels.map((k) => k.name));

  test('forward: one over rows, one small reduction', () => {
    const x = big();
    x.dataSync();
    ran.length = 0;
    crossEntropy(x, targets).itemSync();
    expect(kernels()).toHaveLength(2);
    expect(kernels()[0]).toMatch(/ 512 r40$/);
    expect(kernels()[1]).toMatch(/ r512$/);
  });

  test('backward: the same, whether the loss was read before or not', () => {
    const x = tensor(Array.from({ length: n }, (_, i) => Array.from({ length: c }, (_, j) => Math.sin(i * c + j))), { requiresGrad: true });
    const loss = crossEntropy(x, targets);
    loss.itemSync();
    ran.length = 0;
    loss.backward();
    x.grad!.dataSync();
    expect(kernels().length).toBeLessThanOrEqual(2);
    x.grad = null;
    ran.length = 0;
    crossEntropy(x, targets).backward();
    new SGD([x], { lr: 0.1 }).step();
    expect(ran).toHaveLength(1);
    expect(kernels()).toHaveLength(3);
    expect(kernels().filter((name) => name.includes('r40'))).toHaveLength(1);
  });
});

describe('labels', () => {
  test('that are no class throw: at the call, or when the loss is computed if they are computed themselves', async () => {
    const x = tensor([[1, 2, 3, 4, 5], [1, 2, 3, 4, 5], [1, 2, 3, 4, 5], [1, 2, 3, 4, 5]], { dtype: 'float32' });
    const words = 'target 7 at position 3 is not a class; input has 5 classes (0 to 4).';
    for (const loss of [crossEntropy, nllLoss]) {
      for (const call of [() => loss(x, tensor([0, 4, 2, 7])), () => loss(x, mul(tensor([0, 4, 2, 7]), 1)).itemSync()]) {
        expect(call).toThrow(IndexError);
        expect(call).toThrow(`${loss === nllLoss ? 'nllLoss' : 'crossEntropy'}: ${words}`);
      }
    }
    expect(() => crossEntropy(x, tensor([0, -1, 0, 0]))).toThrow('target -1 at position 1');
    const wide = mul(tensor([0, 0, 2n ** 32n, 0], { dtype: 'int64' }), 1);
    await expect(crossEntropy(x, wide).item()).rejects.toThrow(IndexError);
  });

  test('to be ignored do not count, and have no gradient', () => {
    const x = scores(true);
    const loss = crossEntropy(x, tensor([2, -100, 1]));
    expect(loss.itemSync()).toBeCloseTo((ofRow(0, 2) + ofRow(2, 1)) / 2, 12);
    loss.backward();
    expect((x.grad!.toArraySync() as number[][])[1]).toEqual([0, 0, 0]);
    expect(crossEntropy(scores(), tensor([5, 5, 5]), { ignoreIndex: 5 }).itemSync()).toBeNaN();
  });
});

test('gradients of gradients are those of differences', () => {
  const w = tensor([[1, -2, 0.5], [0.3, 1, 2], [-1, 0.2, 0.7]], { dtype: 'float64' });
  const firstGradient = (x: Tensor, options: CrossEntropyOptions): Tensor =>
    sum(mul(square(grad(crossEntropy(x, labels, options), [x], { createGraph: true })[0]!), w));
  for (const options of [{}, { weight, reduction: 'sum' }, { labelSmoothing: 0.2 }, { ignoreIndex: 0 }] as const) {
    const x = scores(true);
    const second = grad(firstGradient(x, options), [x])[0]!.toArraySync() as number[][];
    SCORES.forEach((row, i) =>
      row.forEach((_, j) => {
        const moved = (by: number): number => {
          const values = SCORES.map((r, k) => r.map((v, l) => (k === i && l === j ? v + by : v)));
          return firstGradient(tensor(values, { dtype: 'float64', requiresGrad: true }), options).itemSync();
        };
        expect(second[i][j]).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 7);
      }),
    );
  }
});

test.each<[string, () => unknown, abstract new (...args: never[]) => Error, RegExp]>([
  ['labels of the wrong shape', () => crossEntropy(scores(), tensor([0, 1])), ShapeError, /target has shape \[2\], expected \[3\]/],
  ['labels that are floats', () => crossEntropy(scores(), tensor([0.5, 1, 2])), DTypeError, /integer class labels, got float32/],
  ['probabilities that are integers', () => crossEntropy(scores(), tensor([[0, 1, 0], [0, 1, 0], [0, 1, 0]])), DTypeError, /must hold probabilities/],
  ['a weight too short', () => crossEntropy(scores(), labels, { weight: tensor([1, 2]) }), ShapeError, /weight has shape \[2\], expected \[3\]/],
  ['scores that are integers', () => crossEntropy(tensor([[1, 2]]), tensor([0])), DTypeError, /input must be floating point/],
  ['no class dimension', () => crossEntropy(tensor(0.5), tensor(0)), ShapeError, /no class dimension/],
  ['a reduction', () => crossEntropy(scores(), labels, { reduction: 'avg' as never }), ArgumentError, /reduction must be 'none' or 'mean' or 'sum', got 'avg'/],
  ['an option', () => crossEntropy(scores(), labels, { labelSmooth: 0.1 } as never), ArgumentError, /no option 'labelSmooth'/],
  ['smoothing above 1', () => crossEntropy(scores(), labels, { labelSmoothing: 1.5 }), ArgumentError, /labelSmoothing must be in \[0, 1\]/],
  ['a plain list', () => crossEntropy(SCORES as never, labels), ArgumentError, /input must be a Tensor/],
  ['options of a module', () => new CrossEntropyLoss({ smoothing: 1 } as never), ArgumentError, /CrossEntropyLoss: there is no option 'smoothing'/],
])('rejects %s', (_, call, type, message) => {
  expect(call).toThrow(type);
  expect(call).toThrow(message);
});
