/**
 * Hooks of modules, and state by name.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, noGrad, planStatistics, tensor, useSync, type Tensor } from '@sconce/core';
import { add, mul, ones, relu, sum } from '@sconce/ops';
import { beforeAll, describe, expect, test } from 'vitest';
import { Bilinear, init, Linear, Module, Parameter, ParameterList, ReLU, Sequential } from './index.js';
import './methods.js';

beforeAll(() => {
  useSync(createBackend(interpreterTarget('cpu')));
});

const array = (t: Tensor | null): unknown => t?.toArraySync();

/** y = 2x + 1. */
function line(): Linear {
  const layer = new Linear(1, 1);
  init.constant_(layer.weight, 2);
  init.constant_(layer.bias!, 1);
  return layer;
}

describe('hooks', () => {
  test('see inputs and outputs, replace them, and go when removed', () => {
    const layer = line();
    const seen: unknown[] = [];
    const before = layer.registerForwardPreHook((_module, [x]) => mul(x as Tensor, 10));
    const after = layer.registerForwardHook((module, [x], y) => {
      seen.push(module === layer, array(x as Tensor));
      return add(y as Tensor, 0.5);
    });
    expect(array(layer.forward(tensor([[3]], { dtype: 'float32' })))).toEqual([[61.5]]);
    expect(seen).toEqual([true, [[30]]]);
    before.remove();
    after.remove();
    expect(array(layer.forward(tensor([[3]], { dtype: 'float32' })))).toEqual([[7]]);
  });

  test('that return nothing leave inputs and output as they are; one value or all in an array take their place', () => {
    const layer = new Bilinear(1, 1, 1, false);
    init.constant_(layer.weight, 1);
    const [x, y] = [tensor([[3.5]]), tensor([[2.5]])];
    layer.registerForwardPreHook(() => undefined);
    layer.registerForwardHook(() => undefined);
    expect(array(layer.forward(x, y))).toEqual([[8.75]]);
    layer.registerForwardPreHook((_module, [a, b]) => [b, mul(a as Tensor, 2)]);
    expect(array(layer.forward(x, y))).toEqual([[17.5]]);
    expect(() => layer.registerForwardHook(3 as never)).toThrow('Bilinear: a hook must be a function, got the number 3.');
  });

  test('collect activations of layers inside a model', () => {
    const model = new Sequential(line(), new ReLU(), line());
    const activations: Record<string, unknown> = {};
    for (const [name, module] of model.namedModules()) {
      if (name !== '') module.registerForwardHook((_m, _x, y) => void (activations[name] = array(y as Tensor)));
    }
    model.forward(tensor([[-3.0], [1.5]]));
    expect(activations).toEqual({ 0: [[-5], [4]], 1: [[0], [4]], 2: [[1], [9]] });
  });

  test('see gradients of inputs and outputs, and replace those of inputs', () => {
    const layer = line();
    const seen: unknown[] = [];
    layer.registerFullBackwardHook((_module, gradInput, gradOutput) => {
      seen.push(gradInput.map(array), gradOutput.map(array));
      return gradInput.map((g) => g && mul(g, 100));
    });
    const x = tensor([[3.0], [4.0]], { requiresGrad: true, dtype: 'float32' });
    sum(mul(layer.forward(x), 5)).backward();
    expect(seen).toEqual([[[[10], [10]]], [[[5], [5]]]]);
    expect([array(x.grad), array(layer.weight.grad), array(layer.bias!.grad)]).toEqual([[[1000], [1000]], [[35]], [10]]);
    layer.forward(ones(1, 1)).backward();
    expect(seen.slice(2)).toEqual([[undefined], [[[1]]]]);
  });

  test('see no gradient of an input that wants none', () => {
    const layer = new Bilinear(1, 1, 1, false);
    const seen: boolean[] = [];
    layer.registerFullBackwardHook((_module, gradInput) => void seen.push(...gradInput.map((g) => g === null)));
    layer.forward(tensor([[2.5]], { requiresGrad: true }), tensor([[1.5]])).backward();
    expect(seen).toEqual([false, true]);
  });
});

test('a model with hooks compiles nothing in its second step', () => {
  const model = new Sequential(line(), line());
  model.at(0).registerFullBackwardHook(() => undefined);
  const step = (): unknown => {
    model.zeroGrad();
    sum(model.forward(ones(2, 1))).backward();
    return [...model.parameters()].map((p) => array(p.grad));
  };
  step();
  expect(step()).toEqual([[[4]], [4], [[6]], [2]]);
  const before = planStatistics().compiled;
  step();
  expect(planStatistics().compiled).toBe(before);
});

describe('state by name', () => {
  class Net extends Module {
    inner = new Sequential(line());
    override forward(x: Tensor): Tensor {
      return relu(this.inner.forward(x));
    }
  }

  test('is found by its path', () => {
    const net = new Net();
    expect(net.getSubmodule('inner.0')).toBe(net.inner.at(0));
    expect(net.getSubmodule('')).toBe(net);
    expect(array(net.getParameter('inner.0.weight'))).toEqual([[2]]);
    expect(() => net.getParameter('inner.weight')).toThrow("Net has no parameter 'inner.weight', it has [inner.0.weight, inner.0.bias].");
  });

  test('is registered', () => {
    const net = new Net();
    net.registerBuffer('mean', ones(2));
    net.registerBuffer('scratch', ones(2), { persistent: false });
    net.registerParameter('scale', new Parameter(ones(1)));
    net.addModule('head', new ReLU());
    expect(Object.keys(net.stateDict())).toEqual(['mean', 'scale', 'inner.0.weight', 'inner.0.bias']);
    expect([...net.namedBuffers()].map(([name]) => name)).toEqual(['mean', 'scratch']);
    expect(net.getBuffer('mean').requiresGrad).toBe(false);
    expect(() => net.registerBuffer('a.b', null)).toThrow(ArgumentError);
  });

  test('is cast, and the class stays what it is', () => {
    const net: Net = new Net().double();
    expect(noGrad(() => net.inner.forward(tensor([[1.5]], { dtype: 'float64' }))).dtype).toBe('float64');
    expect([...net.float().parameters()].map((p) => p.dtype)).toEqual(['float32', 'float32']);
  });
});

test('parameters print as in PyTorch, alone and in a list', () => {
  expect(String(new Parameter(ones(2)))).toBe('Parameter containing:\ntensor([1., 1.], requires_grad=True)');
  expect(String(new ParameterList([ones(2), ones(2, 3)]))).toBe(
    'ParameterList(\n    (0): Parameter containing: [torch.float32 of size 2]\n    (1): Parameter containing: [torch.float32 of size 2x3]\n)',
  );
});
