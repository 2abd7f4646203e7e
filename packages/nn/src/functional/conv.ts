/**
 * Convolutions of signals, images and volumes, and their transposes.
 *
 * Invariant: an input without a batch gives a result without one.
 *
 * Reference: https://pytorch.org/docs/stable/nn.functional.html#convolution-functions
 */
import { ArgumentError, describe, DTypeError, requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { add, permute, reshape } from '@sconce/ops';
import { describeOp, requireInteger } from '@sconce/ops/families';
import { keywords, sizes, type Rest, type Size } from '../arguments.js';
import { correlate, spread, type Geometry } from './convolution.js';

export interface ConvOptions {
  /** [outChannels], added to every position. */
  readonly bias?: Tensor | null;
  /** Distance of neighbouring windows. Default 1. */
  readonly stride?: Size;
  /** Zeros on both sides; 'same' keeps the sizes, 'valid' is 0. Default 0. */
  readonly padding?: Size | 'same' | 'valid';
  /** Distance of the elements of a window. Default 1. */
  readonly dilation?: Size;
  /** Into how many groups of their own the channels fall. Default 1. */
  readonly groups?: number;
}

const CONV = ['bias', 'stride', 'padding', 'dilation', 'groups'] as const;

/** Checks of what both kinds of convolution share. */
function requireOperands(op: string, rank: number, x: Tensor, weight: Tensor, bias: Tensor | null, groups: number): void {
  requireTensor(op, x);
  requireTensor(op, weight, 'weight');
  if (x.ndim !== rank + 1 && x.ndim !== rank + 2) {
    throw new ShapeError(`${op}: got an input of shape ${shapeText(x.shape)}, expected ${rank + 1} dimensions [C, …] or ${rank + 2} with a batch [N, C, …].`);
  }
  if (weight.ndim !== rank + 2) {
    throw new ShapeError(`${op}: got a weight of shape ${shapeText(weight.shape)}, expected ${rank + 2} dimensions.`);
  }
  if (weight.shape.slice(2).includes(0)) throw new ShapeError(`${op}: got a weight of shape ${shapeText(weight.shape)}, whose kernel is empty.`);
  requireInteger(op, 'groups', groups, 1);
  for (const [name, t] of [['weight', weight], ['bias', bias]] as const) {
    if (t !== null && t.dtype !== x.dtype) {
      throw new DTypeError(`${op}: input is ${x.dtype} and ${name} is ${t.dtype}, expected one dtype. Use ${name}.to('${x.dtype}').`);
    }
  }
}

function requireBias(op: string, bias: Tensor | null, channels: number): void {
  if (bias === null) return;
  requireTensor(op, bias, 'bias');
  if (bias.ndim !== 1 || bias.shape[0] !== channels) {
    throw new ShapeError(`${op}: got a bias of shape ${shapeText(bias.shape)}, expected [${channels}], one for each output channel.`);
  }
}

const withBias = (y: Tensor, bias: Tensor | null, rank: number): Tensor =>
  bias === null ? y : add(y, reshape(bias, [1, bias.shape[0], ...new Array<number>(rank).fill(1)]));

/** Adds a batch of one where there is none, and takes it away again. */
function batched(x: Tensor, rank: number, run: (x: Tensor) => Tensor): Tensor {
  if (x.ndim === rank + 2) return run(x);
  const y = run(reshape(x, [1, ...x.shape]));
  return reshape(y, y.shape.slice(1));
}

/** Padding before and after, for each spatial dimension. */
function paddingOf(op: string, padding: Size | 'same' | 'valid', kernel: readonly number[], stride: readonly number[], dilation: readonly number[]): [number, number][] {
  if (padding === 'valid') return kernel.map(() => [0, 0]);
  if (padding === 'same') {
    if (stride.some((s) => s !== 1)) throw new ArgumentError(`${op}: padding 'same' needs a stride of 1, got ${shapeText(stride)}.`);
    return kernel.map((k, d) => {
      const total = dilation[d] * (k - 1);
      return [Math.floor(total / 2), Math.ceil(total / 2)];
    });
  }
  if (typeof padding === 'string') throw new ArgumentError(`${op}: padding must be 'same', 'valid' or sizes, got ${describe(padding)}.`);
  return sizes(op, 'padding', padding, kernel.length, 0).map((p) => [p, p]);
}

function convolve(op: string, rank: number, x: Tensor, weight: Tensor, options: ConvOptions): Tensor {
  const { bias = null, groups = 1 } = options;
  requireOperands(op, rank, x, weight, bias, groups);
  const [out, perGroup, ...kernel] = weight.shape;
  const channels = x.shape[x.ndim - rank - 1];
  if (channels !== perGroup * groups) {
    throw new ShapeError(
      `${op}: input ${shapeText(x.shape)} has ${channels} channels, weight ${shapeText(weight.shape)} with ${groups} ${groups === 1 ? 'group' : 'groups'} takes ${perGroup * groups}.`,
    );
  }
  if (out % groups !== 0) throw new ShapeError(`${op}: ${out} output channels do not fall into ${groups} groups.`);
  requireBias(op, bias, out);
  const from = x.shape.slice(x.ndim - rank);
  const stride = sizes(op, 'stride', options.stride ?? 1, rank);
  const dilation = sizes(op, 'dilation', options.dilation ?? 1, rank);
  const padding = paddingOf(op, options.padding ?? 0, kernel, stride, dilation);
  const to = from.map((n, d) => Math.floor((n + padding[d][0] + padding[d][1] - dilation[d] * (kernel[d] - 1) - 1) / stride[d]) + 1);
  if (to.some((n) => n < 1)) {
    const extents = kernel.map((k, d) => dilation[d] * (k - 1) + 1);
    const padded = from.map((n, d) => n + padding[d][0] + padding[d][1]);
    throw new ShapeError(`${op}: the kernel spans ${shapeText(extents)}, which is more than the input ${shapeText(from)} with its padding, ${shapeText(padded)}.`);
  }
  const geometry: Geometry = { groups, stride, dilation, low: padding.map(([low]) => low), x: from, y: to, w: kernel };
  return batched(x, rank, (batch) => withBias(correlate(batch, weight, geometry), bias, rank));
}

/**
 * The convolution of a signal: out[n, m, o] = bias[m] + Σ x[n, c, stride·o + dilation·k − padding] · weight[m, c, k].
 *
 * @param x [N, C, L] or [C, L]
 * @param weight [M, C / groups, K]
 * @returns [N, M, Lout] or [M, Lout]
 * @throws ShapeError for shapes that do not fit; DTypeError for different dtypes; ArgumentError for a bad size.
 * @example conv1d(tensor([[[1, 2, 3]]]).to('float32'), tensor([[[1, -1]]]).to('float32'))      // [[[-1, -1]]]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.conv1d.html
 */
export const conv1d = /* @__PURE__ */ describeOp(
  (x: Tensor, weight: Tensor, ...rest: Rest<ConvOptions, typeof CONV>): Tensor =>
    convolve('conv1d', 1, x, weight, keywords('conv1d', CONV, rest)),
  {
    name: 'conv1d',
    samples: [{ tensors: [{ shape: [2, 4, 5] }, { shape: [6, 2, 3] }, { shape: [6] }], rest: [{ stride: 2, padding: 1, groups: 2 }] }],
    differentiable: true,
  },
);

/**
 * The convolution of images.
 *
 * @param x [N, C, H, W] or [C, H, W]
 * @param weight [M, C / groups, KH, KW]
 * @returns [N, M, Hout, Wout] or [M, Hout, Wout]
 * @throws ShapeError for shapes that do not fit; DTypeError for different dtypes; ArgumentError for a bad size.
 * @example conv2d(images, randn([16, 3, 3, 3]), zeros(16), { padding: 1 }).shape      // [64, 16, 8, 8]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.conv2d.html
 */
export const conv2d = /* @__PURE__ */ describeOp(
  (x: Tensor, weight: Tensor, ...rest: Rest<ConvOptions, typeof CONV>): Tensor =>
    convolve('conv2d', 2, x, weight, keywords('conv2d', CONV, rest)),
  {
    name: 'conv2d',
    samples: [{ tensors: [{ shape: [2, 5, 4] }, { shape: [3, 2, 3, 2] }], rest: [{ padding: [1, 0], dilation: [1, 2] }] }],
    differentiable: true,
  },
);

/**
 * The convolution of volumes.
 *
 * @param x [N, C, D, H, W] or [C, D, H, W]
 * @param weight [M, C / groups, KD, KH, KW]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.conv3d.html
 */
export const conv3d = /* @__PURE__ */ describeOp(
  (x: Tensor, weight: Tensor, ...rest: Rest<ConvOptions, typeof CONV>): Tensor =>
    convolve('conv3d', 3, x, weight, keywords('conv3d', CONV, rest)),
  {
    name: 'conv3d',
    samples: [{ tensors: [{ shape: [1, 1, 3, 3, 3] }, { shape: [2, 1, 2, 2, 2] }] }],
    differentiable: true,
  },
);

/**
 * The convolution of signals whose channels come last: `conv1d` of time, batch and channels.
 *
 * @param x [T, N, C]
 * @param weight [K, C, M]
 * @param bias [M]
 * @param pad how many zeros go before and after each signal
 * @returns [T + 2·pad − K + 1, N, M]
 * @throws ShapeError for shapes that do not fit; DTypeError for different dtypes; ArgumentError for a bad size.
 * @example convTbc(randn([5, 2, 3]), randn([2, 3, 4]), zeros(4)).shape      // [4, 2, 4]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.conv_tbc.html
 */
export const convTbc = /* @__PURE__ */ describeOp(
  (x: Tensor, weight: Tensor, bias: Tensor, pad = 0): Tensor => {
    for (const [name, t] of Object.entries({ input: x, weight })) {
      requireTensor('convTbc', t, name);
      if (t.ndim !== 3) throw new ShapeError(`convTbc: ${name} has shape ${shapeText(t.shape)}, expected ${name === 'input' ? '[T, N, C]' : '[K, C, M]'}.`);
    }
    return permute(convolve('convTbc', 1, permute(x, [1, 2, 0]), permute(weight, [2, 1, 0]), { bias, padding: pad }), [2, 0, 1]);
  },
  { name: 'convTbc', samples: [{ tensors: [{ shape: [4, 2, 3] }, { shape: [2, 3, 2] }, { shape: [2] }], rest: [1] }], differentiable: true },
);

// ── transposes ───────────────────────────────────────────────────────────────────────────────────────────────────────

export interface ConvTransposeOptions extends Omit<ConvOptions, 'padding'> {
  /** What is cut off on both sides. Default 0. */
  readonly padding?: Size;
  /** What is added at the end, less than the stride or the dilation. Default 0. */
  readonly outputPadding?: Size;
}

const CONV_TRANSPOSE = ['bias', 'stride', 'padding', 'outputPadding', 'groups', 'dilation'] as const;

function convolveBack(op: string, rank: number, x: Tensor, weight: Tensor, options: ConvTransposeOptions): Tensor {
  const { bias = null, groups = 1 } = options;
  requireOperands(op, rank, x, weight, bias, groups);
  const [channels, perGroup, ...kernel] = weight.shape;
  if (x.shape[x.ndim - rank - 1] !== channels || channels % groups !== 0) {
    throw new ShapeError(
      `${op}: input ${shapeText(x.shape)} has ${x.shape[x.ndim - rank - 1]} channels, weight ${shapeText(weight.shape)} takes ${channels}, in ${groups} ${groups === 1 ? 'group' : 'groups'}.`,
    );
  }
  requireBias(op, bias, perGroup * groups);
  const from = x.shape.slice(x.ndim - rank);
  const stride = sizes(op, 'stride', options.stride ?? 1, rank);
  const dilation = sizes(op, 'dilation', options.dilation ?? 1, rank);
  const low = sizes(op, 'padding', options.padding ?? 0, rank, 0);
  const extra = sizes(op, 'outputPadding', options.outputPadding ?? 0, rank, 0);
  extra.forEach((p, d) => {
    if (p < Math.max(stride[d], dilation[d])) return;
    throw new ArgumentError(`${op}: outputPadding must be smaller than stride or dilation, got ${p} with stride ${stride[d]} and dilation ${dilation[d]}.`);
  });
  const to = from.map((n, d) => (n - 1) * stride[d] - 2 * low[d] + dilation[d] * (kernel[d] - 1) + extra[d] + 1);
  if (to.some((n) => n < 1)) {
    throw new ShapeError(`${op}: the result would have the spatial sizes ${shapeText(to)}. Use less padding or a larger kernel.`);
  }
  const geometry: Geometry = { groups, stride, dilation, low, x: to, y: from, w: kernel };
  return batched(x, rank, (batch) => withBias(spread(batch, weight, geometry), bias, rank));
}

/**
 * The transposed convolution of a signal, which is the gradient of `conv1d` with respect to its input.
 *
 * @param x [N, C, L] or [C, L]
 * @param weight [C, M / groups, K]
 * @returns [N, M, (L − 1)·stride − 2·padding + dilation·(K − 1) + outputPadding + 1]
 * @throws ShapeError for shapes that do not fit; DTypeError for different dtypes; ArgumentError for a bad size.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.conv_transpose1d.html
 */
export const convTranspose1d = /* @__PURE__ */ describeOp(
  (x: Tensor, weight: Tensor, ...rest: Rest<ConvTransposeOptions, typeof CONV_TRANSPOSE>): Tensor =>
    convolveBack('convTranspose1d', 1, x, weight, keywords('convTranspose1d', CONV_TRANSPOSE, rest)),
  {
    name: 'convTranspose1d',
    samples: [{ tensors: [{ shape: [1, 2, 4] }, { shape: [2, 3, 3] }, { shape: [3] }], rest: [{ stride: 2, padding: 1, outputPadding: 1 }] }],
    differentiable: true,
  },
);

/** As `convTranspose1d`, of images. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.conv_transpose2d.html */
export const convTranspose2d = /* @__PURE__ */ describeOp(
  (x: Tensor, weight: Tensor, ...rest: Rest<ConvTransposeOptions, typeof CONV_TRANSPOSE>): Tensor =>
    convolveBack('convTranspose2d', 2, x, weight, keywords('convTranspose2d', CONV_TRANSPOSE, rest)),
  {
    name: 'convTranspose2d',
    samples: [{ tensors: [{ shape: [1, 2, 3, 3] }, { shape: [2, 2, 3, 2] }], rest: [{ stride: [2, 1], dilation: [1, 2] }] }],
    differentiable: true,
  },
);

/** As `convTranspose1d`, of volumes. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.conv_transpose3d.html */
export const convTranspose3d = /* @__PURE__ */ describeOp(
  (x: Tensor, weight: Tensor, ...rest: Rest<ConvTransposeOptions, typeof CONV_TRANSPOSE>): Tensor =>
    convolveBack('convTranspose3d', 3, x, weight, keywords('convTranspose3d', CONV_TRANSPOSE, rest)),
  {
    name: 'convTranspose3d',
    samples: [{ tensors: [{ shape: [1, 1, 2, 2, 2] }, { shape: [1, 1, 2, 2, 2] }] }],
    differentiable: true,
  },
);
