/**
 * Functions with a gradient of their own, and hooks of tensors.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { AutogradError, AutogradFunction, grad, noGrad, planStatistics, registerHook, ShapeError, tensor, useSync, type Context, type FunctionContext, type Tensor } from '@sconce/core';
import { Linear } from '@sconce/nn';
import { SGD } from '@sconce/optim';
import { add, exp, mul, relu, sum, zeros } from '@sconce/ops';
import { describe, expect, test } from 'vitest';

useSync(createBackend(interpreterTarget('functions')));

const leaf = (): Tensor => tensor([0.5, 2], { requiresGrad: true });
const array = (t: Tensor | null): unknown => t?.toArraySync();

/** x ↦ factor · exp(x), with a gradient that is wrong on purpose by `factor` once more. */
class Scaled extends AutogradFunction {
  static forward(ctx: Context<{ factor: number }>, x: Tensor, factor: number): Tensor {
    const y = mul(exp(x), factor);
    ctx.saveForBackward(y);
    ctx.factor = factor;
    return y;
  }
  static backward(ctx: Context<{ factor: number }>, g: Tensor): (Tensor | null)[] {
    return [mul(mul(g, ctx.savedTensors[0]), ctx.factor), null];
  }
}

class Both extends AutogradFunction {
  static readonly seen: number[][] = [];
  static forward(ctx: FunctionContext, a: Tensor, b: Tensor): [Tensor, Tensor, Tensor] {
    ctx.saveForBackward(a, b);
    return [add(a, b), mul(a, b), tensor([1, 2])];
  }
  static backward(ctx: FunctionContext, g: Tensor, h: Tensor): (Tensor | null)[] {
    Both.seen.push([sum(g).itemSync(), sum(h).itemSync()]);
    const [a, b] = ctx.savedTensors;
    return [add(g, mul(h, b)), ctx.needsInputGrad[1] ? add(g, mul(h, a)) : null];
  }
}

describe('a function of its own', () => {
  test('gives its forward and its own gradient', () => {
    const x = leaf();
    const y = Scaled.apply(x, 3);
    expect([y.requiresGrad, y.isLeaf]).toEqual([true, false]);
    expect(String(y)).toContain('grad_fn=<ScaledBackward0>');
    sum(y).backward();
    const want = [0.5, 2].map((v) => 9 * Math.exp(v));
    (array(x.grad) as number[]).forEach((v, i) => expect(v).toBeCloseTo(want[i], 4));
  });

  test('is differentiable again through what it saved', () => {
    const x = leaf();
    const [first] = grad(sum(Scaled.apply(x, 2)), x, { createGraph: true });
    const [second] = grad(sum(first!), x);
    (array(second) as number[]).forEach((v, i) => expect(v).toBeCloseTo(8 * Math.exp([0.5, 2][i]), 3));
  });

  test('gets the gradients of all outputs at once, zeros where none arrived', () => {
    const [a, b] = [leaf(), tensor([3, 4], { requiresGrad: true, dtype: 'float32' })];
    const [plus, times, whole] = Both.apply(a, b);
    expect(whole.requiresGrad).toBe(false);
    sum(add(plus, mul(times, 2))).backward();
    expect([array(a.grad), array(b.grad)]).toEqual([[7, 9], [2, 5]]);
    const [, alone] = Both.apply(a.detach(), b);
    const [db] = grad(sum(alone), b);
    expect(array(db)).toEqual([0.5, 2]);
    expect(Both.seen).toEqual([[2, 4], [0, 2]]);
    const [p, t] = Both.apply(a, b);
    grad(sum(add(p, t)), b, { retainGraph: true });
    grad(sum(t), b);
    expect(Both.seen.slice(2)).toEqual([[2, 2], [0, 2]]);
  });

  test('runs forward without a graph, leaves out what it marks, and gives gradients the dtype of their argument', () => {
    const seen: boolean[] = [];
    class Marked extends AutogradFunction {
      static forward(ctx: FunctionContext, x: Tensor): [Tensor, Tensor] {
        const [y, z] = [mul(x, 2), exp(x)];
        seen.push(y.requiresGrad);
        ctx.markNonDifferentiable(z);
        return [y, z];
      }
      static backward(_ctx: FunctionContext, g: Tensor): Tensor {
        return mul(g, 2).to('int32');
      }
    }
    const x = leaf();
    const [y, z] = Marked.apply(x);
    expect([seen, y.requiresGrad, z.requiresGrad]).toEqual([[false], true, false]);
    const [g] = grad(sum(y), x);
    expect([g!.dtype, array(g)]).toEqual(['float32', [2, 2]]);
  });

  test('without a gradient wanted it is its forward', () => {
    expect(noGrad(() => Scaled.apply(leaf(), 2)).requiresGrad).toBe(false);
    expect(Scaled.apply(tensor([0.5]), 2).requiresGrad).toBe(false);
  });

  test('another number compiles nothing, in forward or backward', () => {
    const model = new Linear(2, 2);
    const optimizer = new SGD(model.parameters(), { lr: 0.1 });
    const step = (factor: number): void => {
      optimizer.zeroGrad();
      sum(Scaled.apply(model.forward(tensor([[0.5, 1.5]])), factor)).backward();
      optimizer.step();
    };
    step(0.1);
    step(0.2);
    const before = planStatistics().compiled;
    step(0.3);
    expect(planStatistics().compiled).toBe(before);
  });

  test('a gradient of the wrong shape or number names the function', () => {
    class Wrong extends AutogradFunction {
      static forward(_ctx: FunctionContext, x: Tensor, kind: string): Tensor {
        return mul(x, kind.length);
      }
      static backward(): (Tensor | null)[] {
        return [zeros(3), null];
      }
    }
    expect(() => sum(Wrong.apply(leaf(), 'a')).backward()).toThrow(ShapeError);
    class Short extends Wrong {
      static override backward(): (Tensor | null)[] {
        return [null];
      }
    }
    expect(() => sum(Short.apply(leaf(), 'a')).backward()).toThrow(/Short.backward: gave 1 gradients, expected 2/);
    const y = Scaled.apply(leaf(), 1);
    sum(y).backward();
    expect(() => sum(y).backward()).toThrow(AutogradError);
  });
});

describe('a hook', () => {
  test('sees the whole gradient and may replace it', () => {
    const x = leaf();
    const h = mul(x, 2);
    const seen: unknown[] = [];
    registerHook(h, (g) => void seen.push(array(g)));
    const handle = registerHook(h, (g) => mul(g, 10));
    sum(add(h, mul(h, h))).backward();
    expect([seen, array(x.grad)]).toEqual([[[3, 9]], [60, 180]]);
    x.grad = null;
    const again = mul(x, 2);
    for (const by of [10, 3]) registerHook(again, (g) => add(mul(g, by), 1));
    sum(again).backward();
    expect(array(x.grad)).toEqual([68, 68]);
    handle.remove();
    x.grad = null;
    sum(mul(x, 2)).backward();
    expect(array(x.grad)).toEqual([2, 2]);
  });

  test('stays with a leaf through steps of an optimiser', () => {
    const x = leaf();
    const optimizer = new SGD([x], { lr: 1 });
    registerHook(x, (g) => mul(g, 0.5));
    for (let i = 0; i < 2; i++) {
      optimizer.zeroGrad();
      sum(relu(x)).backward();
      optimizer.step();
    }
    expect(array(x)).toEqual([0, 1]);
  });

  test('is checked', () => {
    expect(() => registerHook(tensor([1.5]), () => null)).toThrow(AutogradError);
    const x = leaf();
    registerHook(x, () => zeros(3));
    expect(() => sum(x.like(x.node)).backward()).toThrow(ShapeError);
  });
});
