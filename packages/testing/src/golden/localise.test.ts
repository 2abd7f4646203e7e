import { describe, expect, it } from 'vitest';
import { localiseCall, reasonToSkip } from './localise.js';
import type { Encoded } from './records.js';

const gpu = { device: 'webgpu', dtypes: ['float32', 'int32', 'bool'] as const };
const cpu = { device: 'cpu', dtypes: ['float32', 'float64', 'int32', 'int64', 'bool'] as const };
const doubles: Encoded = { tensor: { dtype: 'float64', shape: [1], data: [1] } };
const longs: Encoded = { tensor: { dtype: 'int64', shape: [1], data: [1] } };

describe('reasonToSkip', () => {
  it('names the dtype that the device lacks, wherever it hides', () => {
    expect(reasonToSkip([doubles], undefined, gpu)).toBe('webgpu has no float64');
    expect(reasonToSkip([[1, [doubles]]], undefined, gpu)).toBe('webgpu has no float64');
    expect(reasonToSkip([{ dtype: 'float64' }], undefined, gpu)).toBe('webgpu has no float64');
    expect(reasonToSkip([doubles, longs, 3], undefined, cpu)).toBeUndefined();
  });

  it('takes int32 for int64 where there is none', () => {
    expect(reasonToSkip([longs, { dtype: 'int64' }], undefined, gpu)).toBeUndefined();
  });

  it('names a dtype or device that exists nowhere here', () => {
    const complex = JSON.parse('{"dtype":"complex64"}') as Encoded;
    expect(reasonToSkip([complex], undefined, cpu)).toBe('there is no complex64 here');
    expect(reasonToSkip([], { device: 'cuda' }, cpu)).toBe("there is no device 'cuda' here");
    expect(reasonToSkip([], { device: 'cpu' }, gpu)).toBeUndefined();
  });
});

describe('localiseCall', () => {
  it('puts int32 for int64 and the device under test for the recorded one', () => {
    const call = { args: [longs, [{ dtype: 'int64' } as const, 'cpu']], names: ['input'], kwargs: { device: 'cpu', mode: 'cpu' } };
    expect(localiseCall(call, gpu)).toEqual({
      args: [{ tensor: { dtype: 'int32', shape: [1], data: [1] } }, [{ dtype: 'int32' }, 'cpu']],
      names: ['input'],
      kwargs: { device: 'webgpu', mode: 'cpu' },
    });
    expect(localiseCall(call, cpu)).toEqual(call);
  });
});
