/**
 * Sliding blocks of images as columns, and columns added up to images. Each is the other's transpose.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.Unfold.html
 */
import { requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { foldWindows, permute, reshape, windows } from '@sconce/ops';
import { describeOp } from '@sconce/ops/families';
import { keywords, sizes, type Rest, type Size } from '../arguments.js';

export interface FoldOptions {
  /** Distance of the elements of a block. Default 1. */
  readonly dilation?: Size;
  /** Zeros on both sides. Default 0. */
  readonly padding?: Size;
  /** Distance of neighbouring blocks. Default 1. */
  readonly stride?: Size;
}

export const FOLD = ['dilation', 'padding', 'stride'] as const;

const windowOptions = (op: string, kernel: readonly number[], { dilation = 1, padding = 0, stride = 1 }: FoldOptions) => ({
  dims: [2, 3],
  kernel,
  dilation: sizes(op, 'dilation', dilation, 2),
  padding: sizes(op, 'padding', padding, 2, 0),
  stride: sizes(op, 'stride', stride, 2),
});

/** Runs with a batch of one where there is none. */
function batched(x: Tensor, rank: number, run: (x: Tensor) => Tensor): Tensor {
  if (x.ndim === rank) return run(x);
  const y = run(reshape(x, [1, ...x.shape]));
  return reshape(y, y.shape.slice(1));
}

/**
 * The sliding blocks of images, each a column.
 *
 * @param x [N, C, H, W] or [C, H, W]
 * @returns [N, C · KH · KW, L] with a column for each of the L blocks
 * @throws ShapeError for another rank or a block that does not fit; ArgumentError for a bad size.
 * @example unfold(ones([1, 3, 5, 5]), 3).shape            // [1, 27, 9]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.unfold.html
 */
export const unfold = /* @__PURE__ */ describeOp(
  (x: Tensor, kernelSize: Size, ...rest: Rest<FoldOptions, typeof FOLD>): Tensor => {
    const op = 'unfold';
    requireTensor(op, x);
    const options = keywords<FoldOptions>(op, FOLD, rest);
    const kernel = sizes(op, 'kernelSize', kernelSize, 2);
    if ((x.ndim !== 3 && x.ndim !== 4) || x.shape.slice(-3).includes(0)) {
      throw new ShapeError(`${op}: got an input of shape ${shapeText(x.shape)}, expected [N, C, H, W] or [C, H, W], of which only N may be 0.`);
    }
    return batched(x, 4, (images) => {
      const blocks = permute(windows(images, windowOptions(op, kernel, options)), [0, 1, 4, 5, 2, 3]);
      const [n, channels, kh, kw, rows, columns] = blocks.shape;
      return reshape(blocks, [n, channels * kh * kw, rows * columns]);
    });
  },
  {
    name: 'unfold',
    samples: [{ tensors: [{ shape: [2, 3, 4] }], rest: [2, { padding: 1, stride: 2 }] }],
    differentiable: true,
  },
);

/**
 * Columns of blocks added up to images of `outputSize`.
 *
 * @param x [N, C · KH · KW, L] or [C · KH · KW, L]
 * @returns [N, C, H, W] or [C, H, W]
 * @throws ShapeError when the columns are not those of such images; ArgumentError for a bad size.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.fold.html
 */
export const fold = /* @__PURE__ */ describeOp(
  (x: Tensor, outputSize: Size, kernelSize: Size, ...rest: Rest<FoldOptions, typeof FOLD>): Tensor => {
    const op = 'fold';
    requireTensor(op, x);
    const [height, width] = sizes(op, 'outputSize', outputSize, 2);
    const kernel = sizes(op, 'kernelSize', kernelSize, 2);
    const options = windowOptions(op, kernel, keywords<FoldOptions>(op, FOLD, rest));
    if (x.ndim !== 2 && x.ndim !== 3) {
      throw new ShapeError(`${op}: got an input of shape ${shapeText(x.shape)}, expected [N, C · KH · KW, L] or [C · KH · KW, L].`);
    }
    const block = kernel[0] * kernel[1];
    const [rowSize, columns] = x.shape.slice(-2);
    const counts = [height, width].map((n, d) => Math.floor((n + 2 * options.padding[d] - options.dilation[d] * (kernel[d] - 1) - 1) / options.stride[d]) + 1);
    if (rowSize % block !== 0) throw new ShapeError(`${op}: ${rowSize} rows do not fall into blocks of ${kernel[0]}×${kernel[1]}; their number must be a multiple of ${block}.`);
    if (Math.min(...counts) < 1 || counts[0] * counts[1] !== columns) {
      throw new ShapeError(`${op}: got ${columns} columns, expected ${counts[0]} · ${counts[1]} for images of ${height}×${width} and blocks of ${kernel[0]}×${kernel[1]}.`);
    }
    return batched(x, 3, (batch) => {
      const blocks = reshape(batch, [batch.shape[0], rowSize / block, ...kernel, ...counts]);
      return foldWindows(permute(blocks, [0, 1, 4, 5, 2, 3]), [batch.shape[0], rowSize / block, height, width], options);
    });
  },
  {
    name: 'fold',
    samples: [{ tensors: [{ shape: [4, 6] }], rest: [[3, 4], 2] }],
    differentiable: true,
  },
);
