import { describe, expect, it } from 'vitest';
import { alias, cast, fromHost, ShapeError, useSync, type DType, type Tensor } from '@sconce/core';
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { coreHarness } from './core-harness.js';

useSync(createBackend(interpreterTarget('golden')));
const harness = coreHarness('golden', (x) => x);
const constant = { requiresGrad: false };

describe('coreHarness', () => {
  it.each<[DType, number[]]>([
    ['float32', [1.5, -0, NaN, Infinity]],
    ['float64', [0.1, -1e300]],
    ['float16', [0.5, -65504, NaN]],
    ['bfloat16', [3.140625, -0]],
    ['int32', [-7, 2147483647]],
    ['int64', [-7, 9007199254740991]],
    ['uint8', [0, 255]],
    ['bool', [1, 0]],
  ])('takes %s in and out unchanged', async (dtype, data) => {
    const plain = { dtype, shape: [data.length], data };
    const tensor = harness.makeTensor(plain, constant);
    expect(harness.isTensor(tensor)).toBe(true);
    expect(tensor.device).toBe('golden');
    const read = await harness.readTensor(tensor);
    expect({ ...read, data: Array.from(read.data) }).toEqual(plain);
  });

  it('keeps shapes without elements', async () => {
    const tensor = harness.makeTensor({ dtype: 'float32', shape: [2, 0, 3], data: [] }, constant);
    expect((await harness.readTensor(tensor)).shape).toEqual([2, 0, 3]);
  });

  it('weighs the gradients of several outputs, constants among them', async () => {
    const x = harness.makeTensor({ dtype: 'float64', shape: [2], data: [3, 4] }, { requiresGrad: true });
    const unused = harness.makeTensor({ dtype: 'float64', shape: [1], data: [1] }, { requiresGrad: true });
    const fixed = harness.makeTensor({ dtype: 'float32', shape: [1], data: [1] }, constant);
    const outputs = [cast(x, 'float32'), fixed, alias(x)];
    const weights = [[1, 2], [5], [10, 20]].map((data, i) =>
      harness.makeTensor({ dtype: outputs[i].dtype, shape: outputs[i].shape, data }, constant),
    );
    const [dx, none] = harness.gradients(outputs, weights, [x, unused]);
    expect(Array.from((await harness.readTensor(dx as Tensor)).data)).toEqual([11, 22]);
    expect(none).toBeNull();
    expect(harness.gradients([fixed], [weights[1]], [x])).toEqual([null]);
  });

  it('knows typed errors', () => {
    expect(harness.isTypedError(new ShapeError('no'))).toBe(true);
    expect(harness.isTypedError(new TypeError('no'))).toBe(false);
    expect(() => fromHost(new Float32Array(3), [2], 'float32')).toThrow(ShapeError);
  });
});
