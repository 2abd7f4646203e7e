/**
 * The attention layer with several heads.
 *
 * Reference: Vaswani et al., Attention is all you need (NIPS 2017);
 * https://pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html
 */
import { ArgumentError, requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { reshape, transpose } from '@sconce/ops';
import { requireInteger } from '@sconce/ops/families';
import { keywords, type Rest } from '../arguments.js';
import { multiHeadAttentionForward, type MultiHeadOptions } from '../functional/attention.js';
import { requireProbability } from '../functional/dropout.js';
import { xavierNormal_, xavierUniform_, zeros_ } from '../init.js';
import { Module } from '../module.js';
import type { Parameter } from '../parameter.js';
import { FACTORY, parameter, type FactoryOptions } from './factory.js';
import { NonDynamicallyQuantizableLinear } from './linear.js';

export interface MultiheadAttentionOptions extends FactoryOptions {
  /** The probability that a weight is dropped. Default 0. */
  readonly dropout?: number;
  /** Whether to add learnt biases. Default true. */
  readonly bias?: boolean;
  /** Whether a learnt key and value follow the others. Default false. */
  readonly addBiasKv?: boolean;
  /** Whether a key and value of zeros follow the others. Default false. */
  readonly addZeroAttn?: boolean;
  /** Sizes of keys and values. Default: embedDim. */
  readonly kdim?: number | null;
  readonly vdim?: number | null;
  /** Whether sequences are [N, L, E] rather than [L, N, E]. Default false. */
  readonly batchFirst?: boolean;
}

const ATTENTION = ['dropout', 'bias', 'addBiasKv', 'addZeroAttn', 'kdim', 'vdim', 'batchFirst', ...FACTORY] as const;

export interface AttentionOptions extends Pick<MultiHeadOptions, 'keyPaddingMask' | 'needWeights' | 'attnMask' | 'averageAttnWeights'> {
  /** A hint that `attnMask`, which must be given too, is causal. Default false. */
  readonly isCausal?: boolean;
}

const FORWARD = ['keyPaddingMask', 'needWeights', 'attnMask', 'averageAttnWeights', 'isCausal'] as const;

/**
 * Attention with several heads; `forward(query, key, value)` gives [output, weights].
 *
 * @param embedDim the model's size, divisible by `numHeads`
 * @example const tokens = randn([2, 10, 64]);
 * const [y, weights] = new MultiheadAttention(64, 4, { batchFirst: true }).forward(tokens, tokens, tokens);
 */
export class MultiheadAttention extends Module {
  readonly dropout: number;
  readonly batchFirst: boolean;
  readonly addZeroAttn: boolean;
  qProjWeight: Parameter | null;
  kProjWeight: Parameter | null;
  vProjWeight: Parameter | null;
  inProjWeight: Parameter | null;
  inProjBias: Parameter | null;
  outProj: NonDynamicallyQuantizableLinear;
  biasK: Parameter | null;
  biasV: Parameter | null;

  constructor(
    readonly embedDim: number,
    readonly numHeads: number,
    ...rest: Rest<MultiheadAttentionOptions, typeof ATTENTION>
  ) {
    super();
    const op = 'MultiheadAttention';
    const options = keywords<MultiheadAttentionOptions>(op, ATTENTION, rest);
    const { dropout = 0, bias = true, addBiasKv = false, addZeroAttn = false, batchFirst = false } = options;
    if (requireInteger(op, 'embedDim', embedDim, 1) % requireInteger(op, 'numHeads', numHeads, 1) !== 0) {
      throw new ShapeError(`${op}: embedDim ${embedDim} does not fall into ${numHeads} heads.`);
    }
    requireProbability(op, dropout);
    [this.dropout, this.batchFirst, this.addZeroAttn] = [dropout, batchFirst, addZeroAttn];
    const kdim = options.kdim ?? embedDim;
    const vdim = options.vdim ?? embedDim;
    const together = kdim === embedDim && vdim === embedDim;
    const factory = { ...(options.device === undefined ? {} : { device: options.device }), ...(options.dtype === undefined ? {} : { dtype: options.dtype }) };
    this.qProjWeight = together ? null : parameter([embedDim, embedDim], factory);
    this.kProjWeight = together ? null : parameter([embedDim, kdim], factory);
    this.vProjWeight = together ? null : parameter([embedDim, vdim], factory);
    this.inProjWeight = together ? parameter([3 * embedDim, embedDim], factory) : null;
    this.inProjBias = bias ? parameter([3 * embedDim], factory) : null;
    this.outProj = new NonDynamicallyQuantizableLinear(embedDim, embedDim, { bias, ...factory });
    this.biasK = addBiasKv ? parameter([1, 1, embedDim], factory) : null;
    this.biasV = addBiasKv ? parameter([1, 1, embedDim], factory) : null;
    this.resetParameters();
  }
  /** Draws the projections anew. */
  resetParameters(): void {
    for (const weight of [this.inProjWeight, this.qProjWeight, this.kProjWeight, this.vProjWeight]) if (weight !== null) xavierUniform_(weight);
    for (const bias of [this.inProjBias, this.outProj.bias]) if (bias !== null) zeros_(bias);
    for (const bias of [this.biasK, this.biasV]) if (bias !== null) xavierNormal_(bias);
  }

  /**
   * @param query [L, N, E] ([N, L, E] with batchFirst), or [L, E] without a batch
   * @param key [S, N, kdim]
   * @param value [S, N, vdim]
   * @returns the output, shaped as the query, and the weights [N, L, S], or null when they are not needed
   */
  override forward(query: Tensor, key: Tensor, value: Tensor, ...rest: Rest<AttentionOptions, typeof FORWARD>): [Tensor, Tensor | null] {
    const { isCausal = false, ...options } = keywords<AttentionOptions>('MultiheadAttention', FORWARD, rest);
    if (isCausal && !options.attnMask) {
      throw new ArgumentError('MultiheadAttention: isCausal is a hint about attnMask, which is missing. Pass Transformer.generateSquareSubsequentMask(length) as attnMask.');
    }
    for (const [name, t] of Object.entries({ query, key, value })) requireTensor('MultiheadAttention', t, name);
    const batched = query.ndim === 3;
    if ([query, key, value].some((t) => t.ndim !== query.ndim) || (!batched && query.ndim !== 2)) {
      throw new ShapeError(`MultiheadAttention: query, key and value must all be 2-d or all 3-d, got ${[query, key, value].map((t) => shapeText(t.shape)).join(', ')}.`);
    }
    const [q, k, v] = this.sequencesOf([query, key, value], batched);
    const { inProjWeight, inProjBias, qProjWeight, kProjWeight, vProjWeight, biasK, biasV, outProj, dropout, addZeroAttn, training } = this;
    const weights = { inProjWeight, inProjBias, qProjWeight, kProjWeight, vProjWeight, biasK, biasV, outProjWeight: outProj.weight, outProjBias: outProj.bias };
    const [output, attended] = multiHeadAttentionForward(q, k, v, this.numHeads, weights, { ...options, dropoutP: dropout, addZeroAttn, training });
    if (!batched) return [reshape(output, query.shape), attended && reshape(attended, attended.shape.slice(1))];
    return [this.batchFirst ? transpose(output, 0, 1) : output, attended];
  }
  /** As [length, N, size]; what was one tensor stays one. */
  private sequencesOf(given: readonly Tensor[], batched: boolean): Tensor[] {
    const arranged = new Map<Tensor, Tensor>();
    for (const t of given) {
      if (!arranged.has(t)) arranged.set(t, !batched ? reshape(t, [t.shape[0], 1, t.shape[1]]) : this.batchFirst ? transpose(t, 0, 1) : t);
    }
    return given.map((t) => arranged.get(t)!);
  }
}
