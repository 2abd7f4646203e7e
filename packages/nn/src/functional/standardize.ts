/**
 * Standardising: elements less their mean, over their standard deviation. Every normalisation is this, over dimensions
 * of its own choice, with a scale and a shift after it.
 *
 *   y = (x − mean) · rstd          dx = rstd · (g − mean(g) − y · mean(g · y))
 *
 * Invariant: mean and variance are read from the input itself and no gradient passes through them by their own path, so
 * a row costs one kernel forward and one backward. Half floats are standardised in float32.
 *
 * Reference: Ba, Kiros and Hinton, Layer Normalization (2016)
 */
import { cast, computeType, isGradEnabled, noGrad, toTensors, type Attrs, type Tensor } from '@sconce/core';
import { add, mean, mul, rsqrt, sub, varMean } from '@sconce/ops';
import { composite } from '@sconce/ops/families';

interface StandardizeAttrs extends Attrs {
  readonly dims: readonly number[];
}

/** What an input was standardised with: mean, variance (of the population) and 1 / √(variance + eps), dimensions kept. */
export interface Moments {
  readonly mean: Tensor;
  readonly variance: Tensor;
  readonly rstd: Tensor;
}

function momentsOf(x: Tensor, dims: readonly number[], eps: Tensor): Moments {
  const { var: variance, mean } = varMean(x, dims, { unbiased: false, keepdim: true });
  return { mean, variance, rstd: rsqrt(add(variance, eps)) };
}

const STANDARDIZE = /* @__PURE__ */ composite('standardize', (g, { inputs: [x, eps, ...saved], attrs }) => {
  const { dims } = attrs as StandardizeAttrs;
  // A gradient of this gradient must see how mean and rstd depend on x.
  const fresh = isGradEnabled() ? momentsOf(x, dims, eps) : { mean: saved[0], rstd: saved[1] };
  const y = mul(sub(x, fresh.mean), fresh.rstd);
  const over = (t: Tensor): Tensor => mean(t, dims, { keepdim: true });
  return [mul(fresh.rstd, sub(sub(g, over(g)), mul(y, over(mul(g, y)))))];
});

/** `x`, of floats, standardised over `dims`, and with what. */
export function standardize(op: string, x: Tensor, dims: readonly number[], eps: number): Moments & { readonly value: Tensor } {
  const dtype = computeType(x.dtype) as 'float32' | 'float64';
  const [wide, guard] = toTensors(op, [cast(x, dtype), eps], dtype);
  const moments = noGrad(() => momentsOf(wide, dims, guard));
  const { mean, rstd } = moments;
  const value = STANDARDIZE([wide, guard, mean, rstd], () => mul(sub(wide, mean), rstd), { dims } satisfies StandardizeAttrs);
  return { ...moments, value: cast(value, x.dtype) };
}

/** y · weight + bias; either may be missing. Both broadcast to y. */
export function scaleAndShift(y: Tensor, weight: Tensor | null, bias: Tensor | null): Tensor {
  const scaled = weight === null ? y : mul(y, weight);
  return bias === null ? scaled : add(scaled, bias);
}
