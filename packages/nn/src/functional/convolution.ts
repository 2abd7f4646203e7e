/**
 * Convolution as one trilinear form, and its three faces:
 *
 *   T(x, w, y) = Σ x[n, g·c, stride·o + dilation·k − low] · w[g·m, c, k] · y[n, g·m, o]
 *
 * `correlate` is dT/dy, `spread` is dT/dx, `weigh` is dT/dw. Each is a windowed view and one contraction, and the
 * gradient of each is the other two, so gradients of any order are convolutions again and no window is ever stored.
 *
 * Invariant: x is [N, C, …], y is [N, M, …] and w is [M, C / groups, …], with C and M divisible by `groups`.
 *
 * Reference: Dumoulin and Visin, A guide to convolution arithmetic for deep learning (2016)
 */
import type { Attrs, Tensor } from '@sconce/core';
import { flip, pad, reshape, windows } from '@sconce/ops';
import { composite, contract } from '@sconce/ops/families';

/** What the three faces share. One entry for each spatial dimension. */
export interface Geometry extends Attrs {
  readonly groups: number;
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  /** Padding before the first element. */
  readonly low: readonly number[];
  /** Spatial sizes of x, y and w. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly w: readonly number[];
}

const SPATIAL = ['xyz', 'uvw'] as const;
/** Labels of positions, and of positions in a window. */
const labels = ({ x }: Geometry): readonly [string, string] => [SPATIAL[0].slice(0, x.length), SPATIAL[1].slice(0, x.length)];

/** [N, C, …] as [N, groups, C / groups, …]. */
const grouped = (t: Tensor, { groups }: Geometry): Tensor =>
  reshape(t, [t.shape[0], groups, t.shape[1] / groups, ...t.shape.slice(2)]);
const ungrouped = (t: Tensor): Tensor => reshape(t, [t.shape[0], t.shape[1] * t.shape[2], ...t.shape.slice(3)]);

/** [M, C / groups, …] as [groups, M / groups, C / groups, …]. */
const groupedWeight = (w: Tensor, { groups }: Geometry): Tensor => reshape(w, [groups, w.shape[0] / groups, ...w.shape.slice(1)]);

const spatialDims = ({ x }: Geometry): number[] => x.map((_, d) => d + 3);

/** The windows of x that outputs see: [N, groups, C / groups, …y, …w]. */
const windowsOf = (x: Tensor, geometry: Geometry): Tensor => {
  const { stride, dilation, low, w, y } = geometry;
  const padding = low.map((before, d): [number, number] => {
    const reached = (y[d] - 1) * stride[d] + (w[d] - 1) * dilation[d] + 1;
    return [before, reached - before - geometry.x[d]];
  });
  return windows(grouped(x, geometry), { dims: spatialDims(geometry), kernel: w, stride, dilation, padding });
};

// ── the way back ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** The windows of y that inputs are seen by, in the order of the flipped kernel: [N, groups, M / groups, …x, …w]. */
const windowsBack = (y: Tensor, geometry: Geometry): Tensor => {
  const { stride, dilation, low, w, x } = geometry;
  const padding = low.map((before, d): [number, number] => {
    const extent = (w[d] - 1) * dilation[d];
    const laidOut = (geometry.y[d] - 1) * stride[d] + 1;
    return [extent - before, x[d] + before - laidOut];
  });
  return windows(grouped(y, geometry), { dims: spatialDims(geometry), kernel: w, dilation, spread: stride, padding });
};

/** dT/dy: the convolution of neural networks. */
export const correlate = (x: Tensor, w: Tensor, geometry: Geometry): Tensor =>
  CORRELATE([x, w], () => {
    const [o, k] = labels(geometry);
    return ungrouped(contract(windowsOf(x, geometry), `ngc${o}${k}`, groupedWeight(w, geometry), `gmc${k}`, `ngm${o}`));
  }, geometry);

/** dT/dx: the transposed convolution. */
export const spread = (y: Tensor, w: Tensor, geometry: Geometry): Tensor =>
  SPREAD([y, w], () => {
    if (hasPhases(geometry)) return ungrouped(spreadInPhases(grouped(y, geometry), groupedWeight(w, geometry), geometry));
    const [i, k] = labels(geometry);
    const flipped = flip(groupedWeight(w, geometry), spatialDims(geometry));
    return ungrouped(contract(windowsBack(y, geometry), `ngm${i}${k}`, flipped, `gmc${k}`, `ngc${i}`));
  }, geometry);

/** Whether neighbours of x are seen by different parts of the kernel, which then need not meet zeros. */
const hasPhases = ({ stride, dilation }: Geometry): boolean =>
  stride.some((s) => s > 1) && stride.every((s, d) => s === 1 || dilation[d] === 1);

/**
 * `spread` in phases: with x padded, position s·q + r sees the outputs q − j through the kernel's elements s·j + r only.
 * So phases r are columns of one product over windows of y, a fraction 1 / s of the work along each dimension.
 */
function spreadInPhases(y: Tensor, w: Tensor, { x, stride, dilation, low, y: outputs, w: kernel }: Geometry): Tensor {
  const reach = kernel.map((k, d) => Math.ceil(k / stride[d]));
  const steps = x.map((n, d) => Math.ceil((n + low[d]) / stride[d]));
  const padding = steps.map((q, d): [number, number] => [(reach[d] - 1) * dilation[d], q - outputs[d]]);
  const seen = windows(y, { dims: x.map((_, d) => d + 3), kernel: reach, dilation, padding });
  const ends = kernel.map((k, d): [number, number] => [0, reach[d] * stride[d] - k]);
  const phased = reshape(pad(w, ends.reverse().flat()), [...w.shape.slice(0, 3), ...reach.flatMap((j, d) => [j, stride[d]])]);
  const turned = flip(phased, x.map((_, d) => 3 + 2 * d));
  const [q, j, r] = ['xyz', 'uvw', 'abd'].map((all) => [...all.slice(0, x.length)]);
  const interleaved = (first: readonly string[]): string => first.map((label, d) => label + r[d]).join('');
  const product = contract(seen, `ngm${[...q, ...j].join('')}`, turned, `gmc${interleaved(j)}`, `ngc${interleaved(q)}`);
  const padded = reshape(product, [...product.shape.slice(0, 3), ...steps.map((n, d) => n * stride[d])]);
  const cut = x.map((n, d): [number, number] => [-low[d], n + low[d] - steps[d] * stride[d]]);
  return cut.flat().every((n) => n === 0) ? padded : pad(padded, cut.reverse().flat());
}

/** dT/dw. */
const weigh = (x: Tensor, y: Tensor, geometry: Geometry): Tensor =>
  WEIGH([x, y], () => {
    const [o, k] = labels(geometry);
    const w = contract(grouped(y, geometry), `ngm${o}`, windowsOf(x, geometry), `ngc${o}${k}`, `gmc${k}`);
    return reshape(w, [w.shape[0] * w.shape[1], ...w.shape.slice(2)]);
  }, geometry);

const CORRELATE = /* @__PURE__ */ composite('convolution', (g, { inputs: [x, w], attrs, needs }) => [
  needs[0] ? spread(g, w, attrs as Geometry) : null,
  needs[1] ? weigh(x, g, attrs as Geometry) : null,
]);

const SPREAD = /* @__PURE__ */ composite('transposedConvolution', (g, { inputs: [y, w], attrs, needs }) => [
  needs[0] ? correlate(g, w, attrs as Geometry) : null,
  needs[1] ? weigh(g, y, attrs as Geometry) : null,
]);

const WEIGH = /* @__PURE__ */ composite('convolutionWeight', (g, { inputs: [x, y], attrs, needs }) => [
  needs[0] ? spread(y, g, attrs as Geometry) : null,
  needs[1] ? correlate(x, g, attrs as Geometry) : null,
]);
