import { describe, expect, it } from 'vitest';
import { at, call, constant, laneOp, ModuleBuilder, op, select, shuffle, tee } from './builder.js';
import type { Label, Local } from './tree.js';

const builder = () => new ModuleBuilder().function('f', { n: 'i32', x: 'f32', v: 'v128' }, 'f32');

describe('mistakes in a kernel', () => {
  const { n, x, v } = builder().params;

  it.each([
    ['a type', () => op('f32.add', x, op('i32.add', n, 1)), 'f32.add: operand 2 is i32 (i32.add), expected f32'],
    ['a vector', () => op('f32x4.mul', v, x), 'f32x4.mul: operand 2 is f32 (local x), expected v128'],
    ['a count', () => op('f32.add', x), 'f32.add: takes 2 operands (f32, f32), got 1'],
    ['no value', () => op('i32.eqz', op('i32.store', n, n)), 'operand 1 is none (i32.store), expected i32'],
    ['an address', () => op('i32.add', at(n, 4), 1), 'i32.add: operand 1 is an address, expected i32'],
    ['an offset', () => at(n, -4), 'an address cannot have the offset -4'],
    ['a lane', () => laneOp('f32x4.extract_lane', 4, v), 'f32x4.extract_lane: takes 1 lanes from 0 to 3, got 4'],
    ['a load of a lane', () => laneOp('v128.load64_lane', 2, n, v), 'load64_lane: takes 1 lanes from 0 to 1, got 2'],
    ['a shuffle', () => shuffle([0, 1], v, v), 'i8x16.shuffle: takes 16 lanes from 0 to 31, got 0 1'],
    ['bare lanes', () => op('v128.and', v, 1), 'v128.and: operand 2 is a number, but nothing says which'],
    ['lanes of two kinds', () => op('f32x4.convert_i32x4_s', 1), 'operand 1 is a number, but nothing says which'],
    ['a fraction', () => op('i32.add', n, 0.5), 'i32: 0.5 is not an integer of 32 bits'],
    ['an overflow', () => constant('i32', 2 ** 32), 'i32: 4294967296 is not an integer of 32 bits'],
    ['lanes of a constant', () => constant('f32x4', 1, 2), 'f32x4: a constant has 4 values, not 2'],
    ['arms', () => select(x, n, n), 'select: operand 2 is i32 (local n), expected f32'],
    ['a tee', () => tee(n, x), 'tee n: operand 1 is f32 (local x), expected i32'],
  ])('%s is told where it is made', (_, mistake, message) => {
    expect(mistake).toThrow(message);
  });

  it('calls another signature', () => {
    const exp = new ModuleBuilder().importFunction('math', 'exp', ['f64'], 'f64');
    expect(() => call(exp, x)).toThrow('call exp: operand 1 is f32 (local x), expected f64');
  });
});

describe('a body', () => {
  it('refuses a variable that is not set', () => {
    const f = builder();
    const acc = f.local('acc', 'f32');
    expect(() => f.set(acc, op('f32.add', acc, 1))).toThrow('in function f: local acc is read before it is set');
  });

  it('refuses a variable outside of its block, or of another function', () => {
    const f = builder();
    let inner: Local | undefined;
    f.block('b', () => {
      inner = f.let('inner', constant('i32', 1));
    });
    expect(() => f.do(op('i32.eqz', inner as Local))).toThrow('in function f: local inner is not in scope');
    expect(() => f.set(inner as Local, 2)).toThrow('in function f: local inner is not in scope');
    expect(() => f.do(builder().params.n)).toThrow('in function f: local n is not in scope');
  });

  it('refuses a tree in two places', () => {
    const f = builder();
    const twice = op('f32.sqrt', f.params.x);
    expect(() => f.do(op('f32.add', twice, twice))).toThrow('in function f: f32.sqrt is used twice; bind it with let');
  });

  it('refuses a branch from outside', () => {
    const f = builder();
    let label: Label | undefined;
    f.loop('again', (again) => {
      label = again;
    });
    expect(() => f.branch(label as Label)).toThrow('in function f: branch to again from outside of it');
  });

  it('refuses a return that the signature does not have', () => {
    expect(() => builder().return()).toThrow('in function f: return without a value, but the result is f32');
    expect(() => builder().return(builder().params.n)).toThrow('return: operand 1 is i32 (local n), expected f32');
    const module = new ModuleBuilder();
    module.function('open', {}, 'i32');
    expect(() => module.encode()).toThrow('in function open: it ends without return, but has the result i32');
  });

  it('refuses to bind what has no value', () => {
    expect(() => builder().let('m', op('i32.store', 0, 0))).toThrow('let m: i32.store has no value');
  });

  it('uses slots again when a block has ended, by type', () => {
    const f = builder();
    f.block('first', () => {
      f.let('a', constant('i32', 1));
      f.let('b', constant('f32', 1));
    });
    f.block('second', () => {
      f.let('c', constant('f32', 2));
      f.block('third', () => f.let('d', constant('f32', 3)));
      f.let('e', constant('i32', 4));
    });
    expect(f.slots).toEqual(['i32', 'f32', 'f32']);
    expect(f.locals.map(({ name, index }) => `${name}${index}`)).toEqual(['a3', 'b4', 'c4', 'd5', 'e3']);
  });
});
