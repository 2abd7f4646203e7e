/**
 * A dataset of tensors that share their first dimension: item i is row i of each.
 *
 * Invariant: rows are copied from the host; a tensor that is on a device only is read once, when the first row is asked for.
 *
 * Reference: https://pytorch.org/docs/stable/data.html#torch.utils.data.TensorDataset
 */
import { ArgumentError, fromHost, hostArray, requireTensor, ShapeError, shapeText, sizeOf, type Tensor } from '@sconce/core';
import { onHost, type Collated, type HostArray } from './collate.js';
import { Dataset, requirePosition } from './dataset.js';

type Rows<Tensors extends readonly Tensor[]> = { -readonly [K in keyof Tensors]: Tensor };

/**
 * Rows of tensors.
 *
 * @throws ShapeError when the first dimensions differ.
 * @example
 * const loader = new DataLoader(new TensorDataset(images, labels), { batchSize: 64, shuffle: true });
 * for await (const [x, y] of loader) train(x, y);
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.TensorDataset
 */
export class TensorDataset<Tensors extends readonly Tensor[]> extends Dataset<Rows<Tensors>> {
  readonly tensors: Tensors;
  override readonly length: number;
  private arrays: Promise<readonly HostArray[]> | undefined;

  constructor(...tensors: Tensors) {
    super();
    if (tensors.length === 0) throw new ArgumentError('TensorDataset: got no tensors.');
    tensors.forEach((x, i) => requireTensor('TensorDataset', x, `tensor ${i}`));
    if (tensors.some((x) => x.ndim === 0 || x.shape[0] !== tensors[0].shape[0])) {
      throw new ShapeError(`TensorDataset: the first dimensions must be equal, got shapes ${tensors.map((x) => shapeText(x.shape)).join(', ')}.`);
    }
    this.tensors = tensors;
    this.length = tensors[0].shape[0];
  }

  override async get(index: number): Promise<Rows<Tensors>> {
    return this.rows([index], (shape) => shape.slice(1));
  }

  override async getBatch(indices: readonly number[]): Promise<Collated<Rows<Tensors>>> {
    return (await this.rows(indices, (shape) => [indices.length, ...shape.slice(1)])) as Collated<Rows<Tensors>>;
  }

  private async rows(indices: readonly number[], shapeOf: (shape: readonly number[]) => number[]): Promise<Rows<Tensors>> {
    const positions = indices.map((i) => requirePosition('TensorDataset', i, this.length));
    const arrays = await (this.arrays ??= Promise.all(this.tensors.map(onHost)));
    return arrays.map(({ dtype, shape, data }, k) => {
      const size = sizeOf(shape.slice(1));
      const host = hostArray(dtype, size * positions.length) as Float32Array;
      positions.forEach((row, i) => host.set((data as Float32Array).subarray(row * size, (row + 1) * size), i * size));
      return fromHost(host, shapeOf(shape), dtype, { device: this.tensors[k].device });
    }) as Rows<Tensors>;
  }
}
