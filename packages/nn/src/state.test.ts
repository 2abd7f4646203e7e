/**
 * State of modules by key: parts of it, hooks around it, what is no tensor; clones; containers that change.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, StateError, tensor, useSync, type Tensor } from '@sconce/core';
import { ones, zeros } from '@sconce/ops';
import { describe, expect, test } from 'vitest';
import { AveragedModel, BatchNorm1d, Buffer, cloneModule, LazyLinear, Linear, Module, ModuleDict, ModuleList, ParameterDict, ParameterList, ReLU, Sequential, Tanh, TransformerEncoder, type StateDict } from './index.js';
import './methods.js';

useSync(createBackend(interpreterTarget('cpu')));

const names = (entries: Iterable<[string, unknown]>): string[] => Array.from(entries, ([name]) => name);

describe('names', () => {
  const model = new Sequential(new Linear(2, 3), new BatchNorm1d(3));

  test('with a prefix, and of the module alone', () => {
    expect(names(model.namedParameters('net'))).toEqual(['net.0.weight', 'net.0.bias', 'net.1.weight', 'net.1.bias']);
    expect(names(model.at(1).namedBuffers({ prefix: 'bn', recurse: false }))).toEqual(['bn.running_mean', 'bn.running_var', 'bn.num_batches_tracked']);
    expect([[...model.parameters(false)].length, [...model.at(0).parameters({ recurse: false })].length, [...model.buffers(false)].length]).toEqual([0, 2, 0]);
    expect(Object.keys(model.stateDict({ prefix: 'm.' }))[0]).toBe('m.0.weight');
    expect(model.stateDict({ keepVars: true })['0.weight']).toBe((model.at(0) as Linear).weight);
    expect(() => [...model.parameters({ deep: true } as never)]).toThrow(ArgumentError);
  });

  test('moves take a device and a dtype; integers keep theirs', () => {
    const moved = cloneModule(model).to('cpu', 'float64');
    expect(Array.from(moved.buffers(), (b) => b.dtype)).toEqual(['float64', 'float64', 'int32']);
    const empty = cloneModule(model).toEmpty({ device: 'cpu' });
    expect(Array.from(empty.parameters(), (p) => [p.shape, p.requiresGrad])).toEqual(Array.from(model.parameters(), (p) => [p.shape, true]));
  });
});

describe('loading', () => {
  class Counted extends Module {
    count = 3;
    scale = new Buffer(ones(2));
    override getExtraState(): unknown {
      return { count: this.count };
    }
    override setExtraState(state: { count: number }): void {
      this.count = state.count;
    }
    override forward(x: Tensor): Tensor {
      return x;
    }
  }

  test('what is no tensor', () => {
    const model = new Sequential(new Counted());
    const state = model.stateDict();
    expect(state['0._extra_state']).toEqual({ count: 3 });
    (model.at(0) as Counted).count = 7;
    model.loadStateDict(state);
    expect((model.at(0) as Counted).count).toBe(3);
    expect(() => model.loadStateDict({ '0.scale': ones(2) })).toThrow('Missing key(s) in state_dict: "0._extra_state"');
    expect(() => new Linear(1, 1).loadStateDict({ weight: ones(1, 1), bias: ones(1), _extra_state: ones(1) })).toThrow('Unexpected key(s) in state_dict: "_extra_state"');
  });

  test('with hooks that rename, add and forgive', () => {
    const model = new Sequential(new Linear(1, 1));
    const seen: unknown[] = [];
    model.at(0).registerLoadStateDictPreHook((_module, state, prefix, strict) => {
      seen.push(prefix, strict);
      state[`${prefix}weight`] = state[`${prefix}kernel`];
      delete state[`${prefix}kernel`];
    });
    const given: StateDict = { '0.kernel': tensor([[5.0]]), '0.bias': zeros(1) };
    expect(model.loadStateDict(given)).toEqual({ missingKeys: [], unexpectedKeys: [] });
    expect([seen, Object.keys(given), (model.at(0) as Linear).weight.itemSync()]).toEqual([['0.', true], ['0.kernel', '0.bias'], 5]);

    const lenient = new Linear(1, 1);
    const handle = lenient.registerLoadStateDictPostHook((_module, { missingKeys }) => void missingKeys.splice(0));
    lenient.loadStateDict({ weight: tensor([[2.0]]) });
    expect(lenient.weight.itemSync()).toBe(2);
    handle.remove();
    expect(() => lenient.loadStateDict({ weight: tensor([[3.0]]) })).toThrow(StateError);
    expect(lenient.weight.itemSync()).toBe(2);

    lenient.registerStateDictPreHook((module, prefix, keepVars) => void seen.push(module === lenient, prefix, keepVars));
    lenient.registerStateDictPostHook((_module, state, prefix) => void (state[`${prefix}version`] = ones(1)));
    expect(Object.keys(new Sequential(lenient).stateDict())).toEqual(['0.weight', '0.bias', '0.version']);
    expect(seen.slice(2)).toEqual([true, '0.', false]);
  });

  test('loosely, in place of what was there, and never from nothing', () => {
    const layer = new Linear(1, 1);
    expect(layer.loadStateDict({ weight: tensor([[4.0]]), more: ones(1) }, false)).toEqual({ missingKeys: ['bias'], unexpectedKeys: ['more'] });
    const { weight } = layer;
    layer.loadStateDict({ weight: ones([1, 1], { dtype: 'float64' }), bias: ones([1], { dtype: 'float64' }) }, { assign: true });
    expect([layer.weight === weight, weight.dtype, weight.requiresGrad]).toEqual([true, 'float64', true]);
    for (const nothing of [null, undefined, 3, ones(1)]) expect(() => layer.loadStateDict(nothing as never)).toThrow(StateError);
    expect(() => layer.loadStateDict({}, { strickt: false } as never)).toThrow(ArgumentError);
  });
});

describe('clones', () => {
  test('keep ties', () => {
    const model = new Sequential(new Linear(2, 2), new Linear(2, 2));
    (model.at(1) as Linear).weight = (model.at(0) as Linear).weight;
    const clone = cloneModule(model);
    expect([[...clone.parameters()].length, (clone.at(1) as Linear).weight === (clone.at(0) as Linear).weight]).toEqual([3, true]);
    expect((clone.at(0) as Linear).weight).not.toBe((model.at(0) as Linear).weight);
    const averaged = new AveragedModel(model);
    averaged.updateParameters(model);
    expect(averaged.nAveraged.itemSync()).toBe(1);
  });

  test('of lazy layers are lazy, each for itself', () => {
    const layer = new LazyLinear(3);
    const [clone, stack] = [cloneModule(layer), new TransformerEncoder(layer, 2)];
    expect([clone.forward(ones(2, 5)).shape, layer.forward(ones(2, 4)).shape]).toEqual([[2, 3], [2, 3]]);
    expect([clone.weight.shape, layer.weight.shape, stack.layers.length]).toEqual([[3, 5], [3, 4], 2]);
  });
});

describe('containers', () => {
  const kinds = (modules: Iterable<Module>): string[] => Array.from(modules, (m) => m.constructor.name);

  test('take nothing but modules', () => {
    expect(() => new Sequential(new ReLU()).append(ones as never)).toThrow("Sequential: child '1' is no Module.");
    expect(() => new ModuleDict({ act: new ReLU() }).set('act', null as never)).toThrow("ModuleDict: child 'act' is no Module.");
  });

  test('take modules in and out, and are cut', () => {
    const model = new Sequential(new Linear(2, 2), new ReLU());
    model.insert(1, new Tanh()).extend([new Linear(2, 1)]);
    expect([kinds(model), names(model.namedChildren())]).toEqual([['Linear', 'Tanh', 'ReLU', 'Linear'], ['0', '1', '2', '3']]);
    expect([kinds(model.slice(0, -1)), names(model.slice(1, 3).namedChildren())]).toEqual([['Linear', 'Tanh', 'ReLU'], ['1', '2']]);
    expect(names(model.slice(1, 3).append(new Tanh()).namedChildren())).toEqual(['1', '2', '3']);
    expect(model.slice(0, 2).forward(ones(1, 2)).shape).toEqual([1, 2]);
    expect([model.pop().constructor.name, model.pop(0).constructor.name, names(model.namedChildren())]).toEqual(['Linear', 'Linear', ['0', '1']]);
    expect([kinds(model.set(-1, new Tanh())), kinds(model.slice(1))]).toEqual([['Tanh', 'Tanh'], ['Tanh']]);
    const list = new ModuleList([new ReLU(), new Tanh(), new ReLU()]);
    expect([names(list.slice(1).namedChildren()), kinds(list.slice(-2)), list.length]).toEqual([['0', '1'], ['Tanh', 'ReLU'], 3]);
    expect(() => list.at(3)).toThrow("ModuleList has no child '3', it has [0, 1, 2].");
    expect([new ModuleList().length, new ModuleDict().length, new ParameterList().length, new ParameterDict().length]).toEqual([0, 0, 0, 0]);
  });

  test('keep the order in which children came, whatever their keys', () => {
    const model = new Sequential({ first: new Linear(1, 2), second: new Tanh() }).append(new Linear(2, 3));
    expect([names(model.namedChildren()), model.at(0).constructor.name, model.forward(ones(1, 1)).shape]).toEqual([['first', 'second', '2'], 'Linear', [1, 3]]);
    expect(Object.keys(model.stateDict())).toEqual(['first.weight', 'first.bias', '2.weight', '2.bias']);
    const dict = new ModuleDict([['10', new ReLU()], ['2', new Tanh()]]);
    expect([[...dict.keys()], kinds(cloneModule(dict).values())]).toEqual([['10', '2'], ['ReLU', 'Tanh']]);
    dict.update({ 3: new Linear(1, 1) });
    expect([dict.pop('10').constructor.name, dict.delete('nothing'), names(dict.items())]).toEqual(['ReLU', false, ['2', '3']]);
    dict.clear();
    expect(dict.length).toBe(0);
    for (const key of ['train', 'forward', 'a.b', '']) expect(() => new ModuleDict({ [key]: new ReLU() })).toThrow(ArgumentError);
  });

  test('of parameters', () => {
    const list = new ParameterList([ones(1), ones(2)]).set(-1, ones(3));
    expect(Array.from(list, (p) => p.shape)).toEqual([[1], [3]]);
    const dict = new ParameterDict({ a: ones(1) });
    expect([dict.setdefault('b', ones(2)).shape, dict.setdefault('a', ones(9)).shape, names(dict.copy().items())]).toEqual([[2], [1], ['a', 'b']]);
    expect([dict.pop('a').shape, dict.length]).toEqual([[1], 1]);
    dict.clear();
    expect(dict.length).toBe(0);
  });
});
