/**
 * Layers of transformers: attention and a feed-forward network, each with a residual connection and a norm.
 *
 * Reference: Vaswani et al., Attention is all you need (NIPS 2017); Xiong et al., On layer normalization in the
 * transformer architecture (ICML 2020), for the norm that comes first
 */
import { ArgumentError, describe, type Tensor } from '@sconce/core';
import { add, relu } from '@sconce/ops';
import { keywords, type Rest } from '../arguments.js';
import { gelu } from '../functional/gelu.js';
import { Module } from '../module.js';
import { MultiheadAttention } from './attention.js';
import { Dropout } from './dropout.js';
import { FACTORY, type FactoryOptions } from './factory.js';
import { LayerNorm } from './layer-norm.js';
import { Linear } from './linear.js';

type Activation = (x: Tensor) => Tensor;
type ActivationModule = Module & { forward(x: Tensor): Tensor };

export interface TransformerLayerOptions extends FactoryOptions {
  /** The size inside the feed-forward network. Default 2048. */
  readonly dimFeedforward?: number;
  /** Default 0.1. */
  readonly dropout?: number;
  /** 'relu', 'gelu', a function or a module. Default 'relu'. */
  readonly activation?: 'relu' | 'gelu' | Activation | ActivationModule;
  /** Default 1e-5. */
  readonly layerNormEps?: number;
  /** Whether sequences are [N, L, E] rather than [L, N, E]. Default false. */
  readonly batchFirst?: boolean;
  /** Whether norms come before attention and network rather than after. Default false. */
  readonly normFirst?: boolean;
  /** Whether attention, network and norms add learnt biases. Default true. */
  readonly bias?: boolean;
}

const TRANSFORMER_LAYER = ['dimFeedforward', 'dropout', 'activation', 'layerNormEps', 'batchFirst', 'normFirst', 'bias', ...FACTORY] as const;

const ACTIVATIONS: Readonly<Record<string, Activation>> = { relu, gelu: (x) => gelu(x) };

function activationOf(op: string, given: NonNullable<TransformerLayerOptions['activation']>): Activation | ActivationModule {
  const found = typeof given === 'string' ? ACTIVATIONS[given] : given;
  if (typeof found === 'function' || found instanceof Module) return found;
  throw new ArgumentError(`${op}: activation must be 'relu', 'gelu', a function or a module, got ${describe(given)}.`);
}

const activate = (activation: Activation | ActivationModule, x: Tensor): Tensor =>
  activation instanceof Module ? activation.forward(x) : activation(x);

/** What a layer hands to its parts. */
const sharedBy = ({ device, dtype, bias = true }: TransformerLayerOptions): FactoryOptions & { readonly bias: boolean } => ({ bias, ...(device === undefined ? {} : { device }), ...(dtype === undefined ? {} : { dtype }) });

export interface EncoderMasks {
  readonly srcMask?: Tensor | null;
  readonly srcKeyPaddingMask?: Tensor | null;
  /** A hint that `srcMask`, which must be given too, is causal. Default false. */
  readonly isCausal?: boolean;
}

const ENCODER_MASKS = ['srcMask', 'srcKeyPaddingMask', 'isCausal'] as const;

/**
 * Self-attention and a feed-forward network.
 *
 * @example new TransformerEncoderLayer(64, 8, { batchFirst: true }).forward(randn([2, 10, 64])).shape      // [2, 10, 64]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.TransformerEncoderLayer.html
 */
export class TransformerEncoderLayer extends Module {
  selfAttn: MultiheadAttention;
  linear1: Linear;
  dropout: Dropout;
  linear2: Linear;
  readonly normFirst: boolean;
  norm1: LayerNorm;
  norm2: LayerNorm;
  dropout1: Dropout;
  dropout2: Dropout;
  readonly activation: Activation | ActivationModule;

  constructor(dModel: number, nhead: number, ...rest: Rest<TransformerLayerOptions, typeof TRANSFORMER_LAYER>) {
    super();
    const op = 'TransformerEncoderLayer';
    const options = keywords<TransformerLayerOptions>(op, TRANSFORMER_LAYER, rest);
    const { dimFeedforward = 2048, dropout = 0.1, activation = 'relu', layerNormEps: eps = 1e-5, batchFirst = false, normFirst = false } = options;
    const shared = sharedBy(options);
    this.selfAttn = new MultiheadAttention(dModel, nhead, { dropout, batchFirst, ...shared });
    this.linear1 = new Linear(dModel, dimFeedforward, shared);
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel, shared);
    this.normFirst = normFirst;
    this.norm1 = new LayerNorm(dModel, { eps, ...shared });
    this.norm2 = new LayerNorm(dModel, { eps, ...shared });
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
    this.activation = activationOf(op, activation);
  }
  override forward(src: Tensor, ...rest: Rest<EncoderMasks, typeof ENCODER_MASKS>): Tensor {
    const masks = keywords<EncoderMasks>('TransformerEncoderLayer', ENCODER_MASKS, rest);
    const attend = (x: Tensor): Tensor => {
      const [y] = this.selfAttn.forward(x, x, x, { attnMask: masks.srcMask, keyPaddingMask: masks.srcKeyPaddingMask, isCausal: masks.isCausal, needWeights: false });
      return this.dropout1.forward(y);
    };
    const feed = (x: Tensor): Tensor =>
      this.dropout2.forward(this.linear2.forward(this.dropout.forward(activate(this.activation, this.linear1.forward(x)))));
    if (this.normFirst) {
      const x = add(src, attend(this.norm1.forward(src)));
      return add(x, feed(this.norm2.forward(x)));
    }
    const x = this.norm1.forward(add(src, attend(src)));
    return this.norm2.forward(add(x, feed(x)));
  }
}

export interface DecoderMasks {
  readonly tgtMask?: Tensor | null;
  readonly memoryMask?: Tensor | null;
  readonly tgtKeyPaddingMask?: Tensor | null;
  readonly memoryKeyPaddingMask?: Tensor | null;
  /** Hints that `tgtMask` and `memoryMask`, which must be given too, are causal. Default false. */
  readonly tgtIsCausal?: boolean;
  readonly memoryIsCausal?: boolean;
}

export const DECODER_MASKS = ['tgtMask', 'memoryMask', 'tgtKeyPaddingMask', 'memoryKeyPaddingMask', 'tgtIsCausal', 'memoryIsCausal'] as const;

/**
 * Self-attention, attention to the encoder's result, and a feed-forward network.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.TransformerDecoderLayer.html
 */
export class TransformerDecoderLayer extends Module {
  selfAttn: MultiheadAttention;
  multiheadAttn: MultiheadAttention;
  linear1: Linear;
  dropout: Dropout;
  linear2: Linear;
  readonly normFirst: boolean;
  norm1: LayerNorm;
  norm2: LayerNorm;
  norm3: LayerNorm;
  dropout1: Dropout;
  dropout2: Dropout;
  dropout3: Dropout;
  readonly activation: Activation | ActivationModule;

  constructor(dModel: number, nhead: number, ...rest: Rest<TransformerLayerOptions, typeof TRANSFORMER_LAYER>) {
    super();
    const op = 'TransformerDecoderLayer';
    const options = keywords<TransformerLayerOptions>(op, TRANSFORMER_LAYER, rest);
    const { dimFeedforward = 2048, dropout = 0.1, activation = 'relu', layerNormEps: eps = 1e-5, batchFirst = false, normFirst = false } = options;
    const shared = sharedBy(options);
    this.selfAttn = new MultiheadAttention(dModel, nhead, { dropout, batchFirst, ...shared });
    this.multiheadAttn = new MultiheadAttention(dModel, nhead, { dropout, batchFirst, ...shared });
    this.linear1 = new Linear(dModel, dimFeedforward, shared);
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel, shared);
    this.normFirst = normFirst;
    this.norm1 = new LayerNorm(dModel, { eps, ...shared });
    this.norm2 = new LayerNorm(dModel, { eps, ...shared });
    this.norm3 = new LayerNorm(dModel, { eps, ...shared });
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
    this.dropout3 = new Dropout(dropout);
    this.activation = activationOf(op, activation);
  }
  override forward(tgt: Tensor, memory: Tensor, ...rest: Rest<DecoderMasks, typeof DECODER_MASKS>): Tensor {
    const masks = keywords<DecoderMasks>('TransformerDecoderLayer', DECODER_MASKS, rest);
    const attend = (x: Tensor): Tensor => {
      const [y] = this.selfAttn.forward(x, x, x, { attnMask: masks.tgtMask, keyPaddingMask: masks.tgtKeyPaddingMask, isCausal: masks.tgtIsCausal, needWeights: false });
      return this.dropout1.forward(y);
    };
    const recall = (x: Tensor): Tensor => {
      const [y] = this.multiheadAttn.forward(x, memory, memory, { attnMask: masks.memoryMask, keyPaddingMask: masks.memoryKeyPaddingMask, isCausal: masks.memoryIsCausal, needWeights: false });
      return this.dropout2.forward(y);
    };
    const feed = (x: Tensor): Tensor =>
      this.dropout3.forward(this.linear2.forward(this.dropout.forward(activate(this.activation, this.linear1.forward(x)))));
    if (this.normFirst) {
      const x = add(tgt, attend(this.norm1.forward(tgt)));
      const y = add(x, recall(this.norm2.forward(x)));
      return add(y, feed(this.norm3.forward(y)));
    }
    const x = this.norm1.forward(add(tgt, attend(tgt)));
    const y = this.norm2.forward(add(x, recall(x)));
    return this.norm3.forward(add(y, feed(y)));
  }
}
