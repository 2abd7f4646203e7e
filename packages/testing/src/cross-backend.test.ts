/**
 * Two devices side by side: the same random bits, moves that keep bits, one training run with two devices, and a program
 * that changes its default device half-way.
 */
import { DTypeError, manualSeed, setDefaultDevice, tensor, use, type Tensor } from '@sconce/core';
import { cpu } from '@sconce/backend-cpu';
import { webgpu } from '@sconce/backend-webgpu';
import { CrossEntropyLoss } from '@sconce/losses';
import { Linear, ReLU, Sequential } from '@sconce/nn';
import { add, mul, rand, randint, reshape } from '@sconce/ops';
import { SGD } from '@sconce/optim';
import { loadNpy, saveNpy } from '@sconce/serialization';
import { beforeAll, describe, expect, test } from 'vitest';
import { softwareGpu } from './adapter/index.js';

beforeAll(async () => {
  await use(cpu());
  await use(webgpu({ gpu: await softwareGpu() }));
});

/** The first losses of the notebook's NeuralNet2 on fixed data, with the parameters of one seed. */
async function losses(device: string, steps: number): Promise<number[]> {
  setDefaultDevice('cpu');
  manualSeed(3);
  const model = new Sequential(new Linear(784, 5), new ReLU(), new Linear(5, 3)).to(device);
  const x = reshape(tensor(Float32Array.from({ length: 32 * 784 }, (_, i) => Math.sin(i * 0.37))), [32, 784]).to(device);
  const y = tensor(Int32Array.from({ length: 32 }, (_, i) => i % 3)).to(device);
  const criterion = new CrossEntropyLoss();
  const optimizer = new SGD(model.parameters(), { lr: 0.05 });
  const found: number[] = [];
  for (let step = 0; step < steps; step++) {
    optimizer.zeroGrad();
    const loss = criterion.forward(model.forward(x), y);
    loss.backward();
    optimizer.step();
    found.push(await loss.item());
  }
  return found;
}

describe('cpu and webgpu side by side', () => {
  test('the same seed gives the same bits', async () => {
    const draws = ['cpu', 'webgpu'].map((device) => {
      manualSeed(42);
      return [rand([1000], { device }), randint(0, 1000, [1000], { device })] as const;
    });
    const [[u, n], [v, m]] = draws;
    expect(await v.data()).toEqual(await u.data());
    expect(await m.data()).toEqual(await n.data());
  });

  test('moving there and back keeps bits', async () => {
    const values = new Float32Array([1 / 3, -0, 1e-38, 3.4e38, Infinity, -Infinity, 0.1]);
    const back = tensor(values, { device: 'cpu' }).to('webgpu').to('cpu');
    expect(new Uint32Array((await back.data()).buffer)).toEqual(new Uint32Array(values.buffer));
    expect(await tensor([true, false, true], { device: 'cpu' }).to('webgpu').to('cpu').toArray()).toEqual([true, false, true]);
    expect(await tensor([1, -7, 2 ** 31 - 1], { device: 'cpu' }).to('webgpu').to('cpu').toArray()).toEqual([1, -7, 2 ** 31 - 1]);
  });

  test('int64 of a file becomes int32 on webgpu when it fits, and is refused when it does not', async () => {
    const file = await saveNpy(tensor([1n, -5n, 2n ** 31n - 1n], { dtype: 'int64', device: 'cpu' }));
    const loaded = loadNpy(file, { device: 'webgpu' });
    expect([loaded.dtype, loaded.device, await loaded.toArray()]).toEqual(['int32', 'webgpu', [1, -5, 2 ** 31 - 1]]);
    const wide = await saveNpy(tensor([1n, 2n ** 31n], { dtype: 'int64', device: 'cpu' }));
    expect(() => loadNpy(wide, { device: 'webgpu' })).toThrow(/webgpu has no int64, and 2147483648 does not fit int32/);
  });

  test('dtypes that webgpu lacks are refused, and those that it has are named', () => {
    for (const dtype of ['float64', 'int64'] as const) {
      expect(() => tensor([1], { dtype, device: 'webgpu' })).toThrow(DTypeError);
      expect(() => tensor([1], { dtype, device: 'cpu' }).to('webgpu')).toThrow(new RegExp(`webgpu has no ${dtype} \\(it has float32, float16`));
    }
  });

  test('a training run of NeuralNet2 follows the CPU for 50 steps', async () => {
    const want = await losses('cpu', 50);
    const got = await losses('webgpu', 50);
    expect(want[49]).toBeLessThan(want[0]);
    want.forEach((w, i) => expect(Math.abs(got[i] - w)).toBeLessThanOrEqual(1e-4));
  });

  test('the default device may change in the middle of a program', async () => {
    setDefaultDevice('cpu');
    const a: Tensor = mul(tensor([1, 2, 3]), 2);
    setDefaultDevice('webgpu');
    const b = mul(tensor([10, 20, 30]), 2);
    expect([a.device, b.device]).toEqual(['cpu', 'webgpu']);
    expect(() => add(a, b)).toThrow(/cpu and webgpu/);
    expect(await add(a.to('webgpu'), b).toArray()).toEqual([22, 44, 66]);
    expect(await add(a, b.to('cpu')).toArray()).toEqual([22, 44, 66]);
    setDefaultDevice('cpu');
    expect(tensor([1]).device).toBe('cpu');
  });
});
