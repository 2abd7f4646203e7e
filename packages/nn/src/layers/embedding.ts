/**
 * Embedding layers: learnt tables of rows.
 *
 * Invariant: rows are standard normal to begin with; the padding row is zero and stays so.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#sparse-layers
 */
import { assign, noGrad, requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { arange, eq, reshape, where } from '@sconce/ops';
import { requireInteger } from '@sconce/ops/families';
import { keywords, type Rest } from '../arguments.js';
import { embeddingBag, type BagMode } from '../functional/embedding-bag.js';
import { EMBEDDING, embedding, paddingRow } from '../functional/embedding.js';
import { normal_ } from '../init.js';
import { Module } from '../module.js';
import type { Parameter } from '../parameter.js';
import { float, joined, listed } from '../repr.js';
import { FACTORY, parameter, type FactoryOptions } from './factory.js';

interface TableOptions extends FactoryOptions {
  /** A row that is zero and gets no gradient; negative ones count from the end. */
  readonly paddingIdx?: number | null;
  /** Rows with a larger norm are scaled down to it when they are looked up. */
  readonly maxNorm?: number | null;
  /** The order of that norm. Default 2. */
  readonly normType?: number;
  /** Whether a row's gradient is divided by how often it was looked up. Default false. */
  readonly scaleGradByFreq?: boolean;
  /** Taken for PyTorch's sake: gradients are dense. */
  readonly sparse?: boolean;
}

/** A table and how its rows are looked up. */
abstract class Table extends Module {
  readonly paddingIdx: number | null;
  readonly maxNorm: number | null;
  readonly normType: number;
  readonly scaleGradByFreq: boolean;
  readonly sparse: boolean;
  weight: Parameter;

  constructor(
    readonly numEmbeddings: number,
    readonly embeddingDim: number,
    options: TableOptions,
  ) {
    super();
    const op = this.constructor.name;
    const { maxNorm = null, normType = 2, scaleGradByFreq = false, sparse = false } = options;
    requireInteger(op, 'numEmbeddings', numEmbeddings, 0);
    requireInteger(op, 'embeddingDim', embeddingDim, 0);
    this.paddingIdx = paddingRow(op, options.paddingIdx, numEmbeddings);
    [this.maxNorm, this.normType, this.scaleGradByFreq, this.sparse] = [maxNorm, normType, scaleGradByFreq, sparse];
    this.weight = parameter([numEmbeddings, embeddingDim], options);
    this.resetParameters();
  }
  /** Draws the rows anew. */
  resetParameters(): void {
    const { weight, paddingIdx } = this;
    normal_(weight);
    if (paddingIdx === null) return;
    const rows = reshape(arange(weight.shape[0], { dtype: 'int32', device: weight.device }), [weight.shape[0], 1]);
    noGrad(() => assign(weight, where(eq(rows, paddingIdx), 0, weight), this.constructor.name));
  }
  protected shownOptions(): { readonly [name: string]: string | boolean | undefined } {
    const { maxNorm, normType, scaleGradByFreq } = this;
    return {
      max_norm: maxNorm === null ? undefined : float(maxNorm),
      norm_type: normType === 2 ? undefined : float(normType),
      scale_grad_by_freq: scaleGradByFreq || undefined,
    };
  }
  protected get sizesShown(): string {
    return `${this.numEmbeddings}, ${this.embeddingDim}`;
  }
}

/** Options of a layer over a table that is given, and says where it is. */
type Given<O extends TableOptions> = Omit<O, keyof FactoryOptions> & {
  /** Whether the table is not learnt. Default true. */
  readonly freeze?: boolean;
};

/** A layer whose table is given. */
function filled<T extends Table>(op: string, table: Tensor, freeze = true, layerOf: (rows: number, columns: number, place: FactoryOptions) => T): T {
  requireTensor(op, table, 'embeddings');
  if (table.ndim !== 2) throw new ShapeError(`${op}: embeddings must be 2-d, [rows, columns], got ${shapeText(table.shape)}.`);
  const layer = layerOf(table.shape[0], table.shape[1], { device: table.device, dtype: table.dtype });
  noGrad(() => assign(layer.weight, table, op));
  if (freeze) layer.weight.requiresGrad_(false);
  return layer;
}

const EMBEDDING_LAYER = [...EMBEDDING, ...FACTORY] as const;
const EMBEDDING_GIVEN = ['freeze', ...EMBEDDING] as const;

/**
 * The rows of a learnt table that integers name, [*] → [*, embeddingDim].
 *
 * @example new Embedding(1000, 64, { paddingIdx: 0 })
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Embedding.html
 */
export class Embedding extends Table {
  constructor(numEmbeddings: number, embeddingDim: number, ...rest: Rest<TableOptions, typeof EMBEDDING_LAYER>) {
    super(numEmbeddings, embeddingDim, keywords('Embedding', EMBEDDING_LAYER, rest));
  }
  /** A layer over a given table, [rows, columns]; frozen unless told otherwise. */
  static fromPretrained(this: new (rows: number, columns: number, options: TableOptions) => Embedding, embeddings: Tensor, ...rest: Rest<Given<TableOptions>, typeof EMBEDDING_GIVEN>): Embedding {
    const { freeze, ...options } = keywords<Given<TableOptions>>('Embedding.fromPretrained', EMBEDDING_GIVEN, rest);
    return filled('Embedding.fromPretrained', embeddings, freeze, (rows, columns, place) => new this(rows, columns, { ...options, ...place }));
  }
  override forward(numbers: Tensor): Tensor {
    const { weight, paddingIdx, maxNorm, normType, scaleGradByFreq, sparse } = this;
    return embedding(numbers, weight, { paddingIdx, maxNorm, normType, scaleGradByFreq, sparse });
  }
  override extraRepr(): string {
    return joined(this.sizesShown, listed({ padding_idx: this.paddingIdx ?? undefined, ...this.shownOptions(), sparse: this.sparse || undefined }));
  }
}

interface BagOptions extends TableOptions {
  /** Default 'mean'. */
  readonly mode?: BagMode;
  /** Whether the last offset is the end of the last bag. Default false. */
  readonly includeLastOffset?: boolean;
}

const BAG = ['maxNorm', 'normType', 'scaleGradByFreq', 'mode', 'sparse', 'includeLastOffset', 'paddingIdx'] as const;
const BAG_LAYER = [...BAG, ...FACTORY] as const;
const BAG_GIVEN = ['freeze', ...BAG] as const;

/** Sums, means or maxima of rows of a learnt table. @see https://pytorch.org/docs/stable/generated/torch.nn.EmbeddingBag.html */
export class EmbeddingBag extends Table {
  readonly mode: BagMode;
  readonly includeLastOffset: boolean;

  constructor(numEmbeddings: number, embeddingDim: number, ...rest: Rest<BagOptions, typeof BAG_LAYER>) {
    const { mode = 'mean', includeLastOffset = false, ...options } = keywords<BagOptions>('EmbeddingBag', BAG_LAYER, rest);
    super(numEmbeddings, embeddingDim, options);
    [this.mode, this.includeLastOffset] = [mode, includeLastOffset];
  }
  /** A layer over a given table, [rows, columns]; frozen unless told otherwise. */
  static fromPretrained(this: new (rows: number, columns: number, options: BagOptions) => EmbeddingBag, embeddings: Tensor, ...rest: Rest<Given<BagOptions>, typeof BAG_GIVEN>): EmbeddingBag {
    const { freeze, ...options } = keywords<Given<BagOptions>>('EmbeddingBag.fromPretrained', BAG_GIVEN, rest);
    return filled('EmbeddingBag.fromPretrained', embeddings, freeze, (rows, columns, place) => new this(rows, columns, { ...options, ...place }));
  }
  override forward(numbers: Tensor, offsets: Tensor | null = null, perSampleWeights: Tensor | null = null): Tensor {
    const { weight, paddingIdx, maxNorm, normType, scaleGradByFreq, mode, includeLastOffset } = this;
    return embeddingBag(numbers, weight, { offsets, perSampleWeights, paddingIdx, maxNorm, normType, scaleGradByFreq, mode, includeLastOffset });
  }
  override extraRepr(): string {
    return joined(this.sizesShown, listed({ ...this.shownOptions(), mode: this.mode, padding_idx: this.paddingIdx ?? undefined }));
  }
}
