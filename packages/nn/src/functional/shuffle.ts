/**
 * Shuffling: channels into pixels, pixels into channels, and channels among groups. All are views.
 *
 * Reference: Shi et al., Real-time single image and video super-resolution using an efficient sub-pixel convolutional
 * neural network (CVPR 2016); Zhang et al., ShuffleNet (CVPR 2018)
 */
import { requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { permute, reshape } from '@sconce/ops';
import { describeOp, requireInteger } from '@sconce/ops/families';

/** The dimensions before the channels, the channels, height and width. */
function imageShape(op: string, x: Tensor): { lead: readonly number[]; channels: number; height: number; width: number } {
  requireTensor(op, x);
  if (x.ndim < 3) throw new ShapeError(`${op}: got an input of shape ${shapeText(x.shape)}, expected at least three dimensions […, C, H, W].`);
  const [channels, height, width] = x.shape.slice(-3);
  return { lead: x.shape.slice(0, -3), channels, height, width };
}

/** Rearranges the dimensions after the first `lead`. */
const permuteAfter = (x: Tensor, lead: number, order: readonly number[]): Tensor =>
  permute(x, [...Array.from({ length: lead }, (_, d) => d), ...order.map((d) => lead + d)]);

/**
 * Channels as blocks of pixels: [*, C·r², H, W] becomes [*, C, H·r, W·r].
 *
 * @throws ShapeError when r² does not divide the channels.
 * @example pixelShuffle(ones(1, 9, 4, 4), 3).shape        // [1, 1, 12, 12]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.pixel_shuffle.html
 */
export const pixelShuffle = /* @__PURE__ */ describeOp(
  (x: Tensor, upscaleFactor: number): Tensor => {
    const op = 'pixelShuffle';
    const { lead, channels, height, width } = imageShape(op, x);
    const r = requireInteger(op, 'upscaleFactor', upscaleFactor, 1);
    if (channels % (r * r) !== 0) throw new ShapeError(`${op}: ${channels} channels cannot become blocks of ${r}×${r} pixels; their number must be a multiple of ${r * r}.`);
    const blocks = reshape(x, [...lead, channels / (r * r), r, r, height, width]);
    return reshape(permuteAfter(blocks, lead.length, [0, 3, 1, 4, 2]), [...lead, channels / (r * r), height * r, width * r]);
  },
  {
    name: 'pixelShuffle',
    samples: [{ tensors: [{ shape: [4, 2, 1] }], rest: [2] }],
    differentiable: true,
  },
);

/**
 * Blocks of pixels as channels: [*, C, H·r, W·r] becomes [*, C·r², H, W].
 *
 * @throws ShapeError when r does not divide height and width.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.pixel_unshuffle.html
 */
export const pixelUnshuffle = /* @__PURE__ */ describeOp(
  (x: Tensor, downscaleFactor: number): Tensor => {
    const op = 'pixelUnshuffle';
    const { lead, channels, height, width } = imageShape(op, x);
    const r = requireInteger(op, 'downscaleFactor', downscaleFactor, 1);
    if (height % r !== 0 || width % r !== 0) throw new ShapeError(`${op}: an image of ${height}×${width} does not fall into blocks of ${r}×${r}.`);
    const blocks = reshape(x, [...lead, channels, height / r, r, width / r, r]);
    return reshape(permuteAfter(blocks, lead.length, [0, 2, 4, 1, 3]), [...lead, channels * r * r, height / r, width / r]);
  },
  {
    name: 'pixelUnshuffle',
    samples: [{ tensors: [{ shape: [1, 2, 4] }], rest: [2] }],
    differentiable: true,
  },
);

/**
 * The channels of g groups dealt out in turn: [N, C, *] is read as [N, g, C/g, *] and transposed.
 *
 * @throws ShapeError when the groups do not divide the channels.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ChannelShuffle.html
 */
export const channelShuffle = /* @__PURE__ */ describeOp(
  (x: Tensor, groups: number): Tensor => {
    const op = 'channelShuffle';
    requireTensor(op, x);
    if (x.ndim < 3) throw new ShapeError(`${op}: got an input of shape ${shapeText(x.shape)}, expected at least three dimensions [N, C, …].`);
    const [n, channels, ...spatial] = x.shape;
    const g = requireInteger(op, 'groups', groups, 1);
    if (channels % g !== 0) throw new ShapeError(`${op}: ${channels} channels do not fall into ${g} groups.`);
    const dealt = permuteAfter(reshape(x, [n, g, channels / g, ...spatial]), 1, [1, 0, ...spatial.map((_, d) => d + 2)]);
    return reshape(dealt, [...x.shape]);
  },
  {
    name: 'channelShuffle',
    samples: [{ tensors: [{ shape: [1, 4, 2] }], rest: [2] }],
    differentiable: true,
  },
);
