/**
 * Views compose: any chain of them, stored on the way or not, reads the elements that its maps of indices name, and its
 * gradient brings every element back to where it came from.
 */
import { grad, realize, type Tensor } from '@sconce/core';
import { mul, sum } from '@sconce/ops';
import { beforeAll, describe, expect } from 'vitest';
import { choices, plain, signed, type Choice } from './arbitraries.js';
import { property } from './check.js';
import { DEVICES } from './devices.js';
import { toTensor, valuesOf, type Plain } from './plain.js';
import { viewOf, viewed, type View } from './views.js';

/** The views that steps are, one after the other, and what is there in the end. */
function chainOf(x: Plain, steps: readonly Choice[]): { views: readonly View[]; want: Plain } {
  const views: View[] = [];
  let want = x;
  for (const step of steps) {
    const view = viewOf(step, want.shape);
    if (view === null) continue;
    views.push(view);
    want = viewed(want, view);
  }
  return { views, want };
}

const textOf = (views: readonly View[]): string => views.map((v) => v.text).join('; ');

describe.each(DEVICES)('on $device', ({ device, share, start }) => {
  beforeAll(start);

  property('chains of views are their maps of indices', [plain(), choices(1, 8), signed(device)], async (x, steps, dtype) => {
    const { views, want } = chainOf(x, steps);
    let got = toTensor(x, dtype);
    for (const [i, view] of views.entries()) {
      got = view.of(got);
      expect(got.shape, textOf(views.slice(0, i + 1))).toEqual(view.shape);
      if (steps[i].kind % 4 === 0) await realize(got);
    }
    expect(await valuesOf(got), textOf(views)).toEqual(want.values);
  }, { runs: 400 * share });

  property('gradients of views go back where elements came from', [plain(), choices(1, 6)], async (x, steps) => {
    const { views, want } = chainOf(x, steps);
    const leaf = toTensor(x, 'float32', { requiresGrad: true });
    const weights = want.values.map((_, i) => (i % 7) - 3);
    const y = views.reduce((t, view) => view.of(t), leaf);
    const [g] = grad(sum(mul(y, toTensor({ ...want, values: weights }))), [leaf]) as Tensor[];
    // The element that holds its own number tells where an element came from.
    const numbered = { ...x, values: x.values.map((_, i) => i + 1) };
    const origins = views.reduce(viewed, numbered).values;
    const wanted = x.values.map((_, i) => weights.reduce((total, w, k) => (origins[k] === i + 1 ? total + w : total), 0));
    expect(await valuesOf(g), textOf(views)).toEqual(wanted);
  }, { runs: 200 * share });
});
