/**
 * Transformers: stacks of encoder and decoder layers.
 *
 * Invariant: the layers of a stack are clones of the one given, with parameters of their own.
 *
 * Reference: Vaswani et al., Attention is all you need (NIPS 2017)
 */
import { requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { full, triu } from '@sconce/ops';
import { requireInteger } from '@sconce/ops/families';
import { keywords, type Rest } from '../arguments.js';
import { cloneModule } from '../clone.js';
import { ModuleList } from '../containers.js';
import { xavierUniform_ } from '../init.js';
import { Module } from '../module.js';
import { FACTORY, type FactoryOptions } from './factory.js';
import { LayerNorm } from './layer-norm.js';
import {
  DECODER_MASKS,
  TransformerDecoderLayer,
  TransformerEncoderLayer,
  type DecoderMasks,
  type EncoderMasks,
  type TransformerLayerOptions,
} from './transformer-layer.js';

type Norm = Module & { forward(x: Tensor): Tensor };
type EncoderLayer = Module & { forward(src: Tensor, options: EncoderMasks): Tensor };
type DecoderLayer = Module & { forward(tgt: Tensor, memory: Tensor, options: DecoderMasks): Tensor };

interface StackOptions {
  /** Applied to the result. */
  readonly norm?: Norm | null;
}

const stackOf = <L extends Module>(op: string, layer: L, count: number): ModuleList<L> =>
  new ModuleList<L>(Array.from({ length: requireInteger(op, 'numLayers', count, 0) }, () => cloneModule(layer)));

interface SourceMasks {
  readonly mask?: Tensor | null;
  readonly srcKeyPaddingMask?: Tensor | null;
  /** A hint that `mask`, which must be given too, is causal. Default false. */
  readonly isCausal?: boolean;
}

const SOURCE_MASKS = ['mask', 'srcKeyPaddingMask', 'isCausal'] as const;

/** A stack of encoder layers. @see https://pytorch.org/docs/stable/generated/torch.nn.TransformerEncoder.html */
export class TransformerEncoder extends Module {
  layers: ModuleList<EncoderLayer>;
  norm: Norm | null;

  constructor(
    encoderLayer: EncoderLayer,
    readonly numLayers: number,
    norm: Norm | null | StackOptions = null,
  ) {
    super();
    this.layers = stackOf('TransformerEncoder', encoderLayer, numLayers);
    this.norm = norm instanceof Module || norm === null ? norm : (norm.norm ?? null);
  }
  override forward(src: Tensor, ...rest: Rest<SourceMasks, typeof SOURCE_MASKS>): Tensor {
    const { mask: srcMask, srcKeyPaddingMask, isCausal } = keywords<SourceMasks>('TransformerEncoder', SOURCE_MASKS, rest);
    let x = src;
    for (const layer of this.layers) x = layer.forward(x, { srcMask, srcKeyPaddingMask, ...(isCausal ? { isCausal } : {}) });
    return this.norm === null ? x : this.norm.forward(x);
  }
}

/** A stack of decoder layers. @see https://pytorch.org/docs/stable/generated/torch.nn.TransformerDecoder.html */
export class TransformerDecoder extends Module {
  layers: ModuleList<DecoderLayer>;
  norm: Norm | null;

  constructor(
    decoderLayer: DecoderLayer,
    readonly numLayers: number,
    norm: Norm | null | StackOptions = null,
  ) {
    super();
    this.layers = stackOf('TransformerDecoder', decoderLayer, numLayers);
    this.norm = norm instanceof Module || norm === null ? norm : (norm.norm ?? null);
  }
  override forward(tgt: Tensor, memory: Tensor, ...rest: Rest<DecoderMasks, typeof DECODER_MASKS>): Tensor {
    const masks = keywords<DecoderMasks>('TransformerDecoder', DECODER_MASKS, rest);
    let x = tgt;
    for (const layer of this.layers) x = layer.forward(x, memory, masks);
    return this.norm === null ? x : this.norm.forward(x);
  }
}

interface TransformerOptions extends TransformerLayerOptions {
  /** The model's size. Default 512. */
  readonly dModel?: number;
  /** Default 8. */
  readonly nhead?: number;
  /** Default 6. */
  readonly numEncoderLayers?: number;
  /** Default 6. */
  readonly numDecoderLayers?: number;
  readonly customEncoder?: (Module & { forward(src: Tensor, options: SourceMasks): Tensor }) | null;
  readonly customDecoder?: DecoderLayer | null;
}

const TRANSFORMER = [
  'dModel', 'nhead', 'numEncoderLayers', 'numDecoderLayers', 'dimFeedforward', 'dropout', 'activation',
  'customEncoder', 'customDecoder', 'layerNormEps', 'batchFirst', 'normFirst', 'bias', ...FACTORY,
] as const;

interface Masks extends DecoderMasks {
  readonly srcMask?: Tensor | null;
  readonly srcKeyPaddingMask?: Tensor | null;
  readonly srcIsCausal?: boolean;
}

const MASKS = [
  'srcMask', 'tgtMask', 'memoryMask', 'srcKeyPaddingMask', 'tgtKeyPaddingMask', 'memoryKeyPaddingMask', 'srcIsCausal', 'tgtIsCausal', 'memoryIsCausal',
] as const;

/**
 * An encoder and a decoder; `forward(src, tgt)` gives the decoder's result.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Transformer.html
 */
export class Transformer extends Module {
  encoder: NonNullable<TransformerOptions['customEncoder']>;
  decoder: DecoderLayer;
  readonly dModel: number;
  readonly nhead: number;
  readonly batchFirst: boolean;

  constructor(...rest: Rest<TransformerOptions, typeof TRANSFORMER>) {
    super();
    const options = keywords<TransformerOptions>('Transformer', TRANSFORMER, rest);
    const { dModel = 512, nhead = 8, numEncoderLayers = 6, numDecoderLayers = 6, customEncoder = null, customDecoder = null, ...layer } = options;
    const norm = (): LayerNorm => {
      const { layerNormEps: eps = 1e-5, bias = true, device, dtype } = layer;
      return new LayerNorm(dModel, { eps, bias, ...(device === undefined ? {} : { device }), ...(dtype === undefined ? {} : { dtype }) });
    };
    this.encoder = customEncoder ?? new TransformerEncoder(new TransformerEncoderLayer(dModel, nhead, layer), numEncoderLayers, norm());
    this.decoder = customDecoder ?? new TransformerDecoder(new TransformerDecoderLayer(dModel, nhead, layer), numDecoderLayers, norm());
    [this.dModel, this.nhead, this.batchFirst] = [dModel, nhead, layer.batchFirst ?? false];
    for (const p of this.parameters()) if (p.ndim > 1) xavierUniform_(p);
  }
  override forward(src: Tensor, tgt: Tensor, ...rest: Rest<Masks, typeof MASKS>): Tensor {
    const { srcMask: mask, srcKeyPaddingMask, srcIsCausal, ...masks } = keywords<Masks>('Transformer', MASKS, rest);
    for (const [name, x] of Object.entries({ src, tgt })) requireTensor('Transformer', x, name);
    const batchDim = this.batchFirst ? 0 : 1;
    const sameBatch = src.ndim !== 3 || src.shape[batchDim] === tgt.shape[batchDim];
    if (!sameBatch || src.ndim !== tgt.ndim || src.shape.at(-1) !== this.dModel || tgt.shape.at(-1) !== this.dModel) {
      throw new ShapeError(`Transformer: got src ${shapeText(src.shape)} and tgt ${shapeText(tgt.shape)}, expected one batch and the last size ${this.dModel}.`);
    }
    return this.decoder.forward(tgt, this.encoder.forward(src, { mask, srcKeyPaddingMask, ...(srcIsCausal ? { isCausal: true } : {}) }), masks);
  }
  /** A mask [size, size] that lets position i see those up to i: 0, and −∞ above the diagonal. */
  static generateSquareSubsequentMask(size: number, options: FactoryOptions = {}): Tensor {
    return triu(full([size, size], -Infinity, options), 1);
  }
  /** As the static one: PyTorch's programs call it on either. */
  generateSquareSubsequentMask(size: number, options: FactoryOptions = {}): Tensor {
    return Transformer.generateSquareSubsequentMask(size, options);
  }
}
