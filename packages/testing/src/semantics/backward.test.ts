/**
 * Where gradients start, and where a user puts them.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, assign, grad, noGrad, ShapeError, tensor, useSync, type Tensor } from '@sconce/core';
import { Parameter, Module } from '@sconce/nn';
import { add, exp, mul, sum } from '@sconce/ops';
import { describe, expect, it } from 'vitest';

useSync(createBackend(interpreterTarget('backward')));

const leaf = (): Tensor => tensor([1.5, 2.5], { requiresGrad: true });

describe('backward', () => {
  it('takes options alone, a gradient alone, and both', () => {
    const x = leaf();
    const loss = sum(mul(x, x));
    loss.backward({ retainGraph: true });
    loss.backward(null, { retainGraph: true });
    loss.backward(tensor(2.5));
    expect(x.grad?.toArraySync()).toEqual([13.5, 22.5]);
  });

  it('takes a gradient of integers in the dtype of the tensor', () => {
    const x = leaf();
    mul(x, 2).backward(tensor([1, 3]));
    expect([x.grad?.dtype, x.grad?.toArraySync()]).toEqual(['float32', [2, 6]]);
  });

  it.each([3, [1, 2], 'sum'])('does not start from %j', (gradient) => {
    expect(() => mul(leaf(), 2).backward(gradient as never)).toThrow(ArgumentError);
  });
});

describe('a leaf that is bound to a new value between forward and backward', () => {
  const twice = (x: Tensor): Tensor => noGrad(() => assign(x, mul(x, 2)));

  it('gets the gradient at the value that was used', () => {
    const x = leaf();
    const loss = sum(mul(x, x));
    twice(x);
    loss.backward();
    expect(x.grad?.toArraySync()).toEqual([3, 5]);
    expect(x.toArraySync()).toEqual([3, 5]);
  });

  it('gets what its values before and after bring, and nothing passes from one to the other', () => {
    const x = leaf();
    const first = sum(mul(x, x));
    twice(x);
    const second = sum(mul(x, x));
    twice(x);
    add(first, second).backward({ retainGraph: true });
    expect(x.grad?.toArraySync()).toEqual([9, 15]);
    expect(grad(add(first, second), x).map((g) => g?.toArraySync())).toEqual([[9, 15]]);
  });

  it('gets it in the dtype that it has by now', () => {
    class Holder extends Module {
      readonly weight = new Parameter(tensor([1.5, 2.5]));
      override forward(): Tensor {
        return sum(mul(this.weight, this.weight));
      }
    }
    const module = new Holder();
    const loss = module.forward();
    module.to('float16');
    loss.backward();
    expect([module.weight.grad?.dtype, module.weight.grad?.toArraySync()]).toEqual(['float16', [3, 5]]);
  });
});

describe('grad', () => {
  it('takes whatever lists its inputs, as parameters() does', () => {
    const x = leaf();
    function* inputs(): Generator<Tensor> {
      yield x;
    }
    expect(grad(sum(mul(x, x)), inputs()).map((g) => g!.toArraySync())).toEqual(grad(sum(mul(x, x)), x).map((g) => g!.toArraySync()));
  });

  it('says what is no tensor', () => {
    expect(() => grad(sum(exp(leaf())), [3 as never])).toThrow(/grad: input must be a Tensor, got the number 3/);
    expect(() => grad(3 as never, leaf())).toThrow(ArgumentError);
  });

  it('given to a leaf has its shape', () => {
    const x = leaf();
    expect(() => (x.grad = tensor([1.5]))).toThrow(ShapeError);
    x.grad = tensor([1.5, 0]);
    sum(x).backward();
    expect(x.grad.toArraySync()).toEqual([2.5, 1]);
  });
});
