import { describe, expect, it } from 'vitest';
import { GoldenData } from './load.js';
import type { Encoded } from './records.js';

const data = new GoldenData();

const countTensors = (value: Encoded): number => {
  if (value === null || typeof value !== 'object') return 0;
  if (Array.isArray(value)) return value.reduce<number>((count, item: Encoded) => count + countTensors(item), 0);
  return 'tensor' in value ? 1 : 0;
};

describe('the packed data', () => {
  it('has every op and module', async () => {
    const ops = await data.group('ops');
    expect(ops.names.length).toBe(522);
    expect(ops.names).toContain('nn.functional.cross_entropy');
    expect((await data.group('modules')).names.length).toBe(71);
  });

  it('has a gradient entry for every tensor of a differentiable sample, of that shape', async () => {
    const ops = await data.group('ops');
    let samples = 0;
    for (const name of ops.names) {
      for (const { args, kwargs = {}, grads } of ops.read(name).samples) {
        samples += 1;
        if (grads !== undefined) expect(countTensors([...args, ...Object.values(kwargs)]), name).toBe(grads.length);
      }
    }
    expect(samples).toBe(5145);
  });

  it('has optimisers, schedulers, printing and rejected calls', async () => {
    expect((await data.group('optim')).read('optim').samples.length).toBe(17);
    expect((await data.group('schedulers')).read('schedulers').samples.length).toBe(9);
    expect((await data.group('printing')).read('printing').torch.length).toBe(47);
    expect(Object.keys((await data.group('errors')).read('errors').ops).length).toBe(105);
  });

  it('keeps the sign of zero', async () => {
    const { torch } = (await data.group('printing')).read('printing');
    const signed = torch.find(({ repr }) => repr === 'tensor([-0., 0.])');
    expect(signed?.value.tensor.data).toEqual([-0, 0]);
  });
});

describe('GoldenData', () => {
  it('reads a group once, from the source that it is given', async () => {
    const asked: string[] = [];
    const served = new GoldenData(async (group) => {
      asked.push(group);
      return 'a\t{"op":"a","samples":[]}\nb\t{"op":"b","samples":[]}\n';
    });
    expect((await served.op('b')).op).toBe('b');
    expect((await served.op('a')).op).toBe('a');
    expect(asked).toEqual(['ops']);
  });

  it('says what it does not have', async () => {
    await expect(data.op('nosuch')).rejects.toThrow("golden data has no 'nosuch' among its 522 ops");
  });
});
