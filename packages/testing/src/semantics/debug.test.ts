/**
 * The debug ladder on both devices: what each level adds, and what `explain` tells without running anything.
 */
import { debug, explain, realize, setDebugSink, tensor, use, type Tensor } from '@sconce/core';
import { cpu } from '@sconce/backend-cpu';
import { webgpu } from '@sconce/backend-webgpu';
import { add, exp, relu, sum } from '@sconce/ops';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { softwareGpu } from '../adapter/index.js';

const SOURCE = { cpu: /\(func|\(module/, webgpu: /@compute/ };

const lines: string[] = [];
let own: (line: string) => void;

/** What is said at a level while a computation runs, and is read; sizes differ, so that each is compiled. */
async function said(level: number, device: keyof typeof SOURCE): Promise<string[]> {
  lines.length = 0;
  const x = tensor(new Float32Array(50 + level).fill(0.5), { device });
  debug(level);
  try {
    await sum(relu(add(exp(x), 1))).data();
    // The times of kernels on a GPU come a little later.
    if (level >= 2) await expect.poll(() => lines.filter((line) => line.startsWith(' kernel')).length).toBeGreaterThan(0);
    // What prints WebAssembly is loaded on demand.
    if (level >= 4) await expect.poll(() => lines.join('\n')).toMatch(SOURCE[device]);
  } finally {
    debug(0);
  }
  return [...lines];
}

beforeAll(async () => {
  own = setDebugSink((line) => void lines.push(line));
  await use(cpu());
  await use(webgpu({ gpu: await softwareGpu() }));
});

afterAll(() => void setDebugSink(own));

const KERNEL = /^ kernel +\S*exp_add_relu_sum.* [\d.]+ ms +([\d.]+|-) GFLOP\/s +([\d.]+|-) GB\/s$/;

describe.each(['cpu', 'webgpu'] as const)('on %s', (device) => {
  test('0 and 1 say nothing of kernels', async () => {
    expect([...(await said(0, device)), ...(await said(1, device))]).toEqual([]);
  });

  test('2 says what ran, how long, and how fast, and puts it on the timeline', async () => {
    performance.clearMeasures();
    const kernels = await said(2, device);
    expect(kernels).toEqual([expect.stringMatching(KERNEL)]);
    expect(performance.getEntriesByType('measure').map(({ name }) => name)).toEqual([expect.stringContaining('exp_add_relu_sum')]);
  });

  test('3 adds the graph and the plan, 4 the source', async () => {
    const [third, fourth] = [(await said(3, device)).join('\n'), (await said(4, device)).join('\n')];
    for (const part of ['graph\n', '= exp v0', '← asked for', 'plan: 1 step,']) expect(third).toContain(part);
    expect(third).not.toMatch(SOURCE[device]);
    expect(fourth).toMatch(SOURCE[device]);
  });

  test('explain tells the graph and the plan, and computes nothing', async () => {
    const y: Tensor = exp(tensor([0.5, 1.5, 2], { device }));
    expect(await explain(y)).toMatch(/graph\n[^]*= exp v0 {2}← asked for\nplan: 1 step,[^]*kernel exp/);
    expect(y.node.storage).toBeNull();
    await realize(y);
    expect(await explain(y)).toBe('the value is there; nothing is left to compute.');
  });
});

test('the level holds inside a function, and ends with it', () => {
  expect(debug(2, () => 7)).toBe(7);
  expect(() => debug(3, () => { throw new Error('mine'); })).toThrow('mine');
});
