/**
 * Attention: each query's weighted mean of values, the weights being a softmax over how well keys match.
 *
 * Invariant: what a mask hides has weight 0; a boolean mask of `scaledDotProductAttention` says what is seen, those of
 * `multiHeadAttentionForward` what is hidden, as in PyTorch.
 *
 * Reference: Vaswani et al., Attention is all you need (NIPS 2017)
 */
import { ArgumentError, DTypeError, isFloat, requireTensor, sameShape, ShapeError, shapeText, type Shape, type Tensor } from '@sconce/core';
import { add, arange, cat, chunk, ge, logicalNot, matmul, mean, mul, pad, reshape, softmax, transpose, unsqueeze, where, zeros } from '@sconce/ops';
import { describeOp } from '@sconce/ops/families';
import { keywords, type Rest } from '../arguments.js';
import { dropout } from './dropout.js';
import { linear } from './linear.js';

/** Scores with what a mask hides at −∞, or with a float mask added. */
const masked = (scores: Tensor, mask: Tensor | null, hides: boolean): Tensor => {
  if (mask === null) return scores;
  if (isFloat(mask.dtype)) return add(scores, mask);
  return where(hides ? mask : logicalNot(mask), -Infinity, scores);
};

/** Softmax weights, [.., L, S], of queries [.., L, E] for keys [.., S, E]. */
const weightsOf = (query: Tensor, key: Tensor, scale: number, mask: Tensor | null, hides: boolean): Tensor =>
  softmax(masked(matmul(mul(query, scale), transpose(key, -2, -1)), mask, hides), -1);

export interface ScaledDotProductOptions {
  /** Broadcasts to [.., L, S]: bool, true where a key is seen, or floats that are added to the scores. */
  readonly attnMask?: Tensor | null;
  /** The probability that a weight is dropped. Default 0. */
  readonly dropoutP?: number;
  /** Whether query i sees the keys up to i only. Default false. */
  readonly isCausal?: boolean;
  /** Default 1 / √E. */
  readonly scale?: number | null;
}

const SCALED_DOT_PRODUCT = ['attnMask', 'dropoutP', 'isCausal', 'scale'] as const;

type Attend<R> = (query: Tensor, key: Tensor, value: Tensor, ...rest: Rest<ScaledDotProductOptions, typeof SCALED_DOT_PRODUCT>) => R;

/** As `scaledDotProductAttention`, with the weights: [output, weights]. */
export const scaledDotProductAttentionWithWeights: Attend<[Tensor, Tensor]> = (query, key, value, ...rest) => {
  const op = 'scaledDotProductAttention';
  for (const [name, t] of Object.entries({ query, key, value })) {
    requireTensor(op, t, name);
    if (t.ndim < 2) throw new ShapeError(`${op}: got ${name} of shape ${shapeText(t.shape)}, expected at least two dimensions […, length, size].`);
  }
  const { attnMask = null, dropoutP = 0, isCausal = false, scale } = keywords<ScaledDotProductOptions>(op, SCALED_DOT_PRODUCT, rest);
  if (isCausal && attnMask !== null) throw new ArgumentError(`${op}: isCausal is a mask of its own; leave attnMask out.`);
  const seen = isCausal ? causal(query.shape[query.ndim - 2], key.shape[key.ndim - 2], query.device) : attnMask;
  const weights = weightsOf(query, key, scale ?? 1 / Math.sqrt(query.shape[query.ndim - 1]), seen, false);
  const kept = dropoutP > 0 ? dropout(weights, dropoutP) : weights;
  return [matmul(kept, value), kept];
};

/**
 * softmax(query · keyᵀ · scale + mask) · value.
 *
 * @param query [.., L, E]
 * @param key [.., S, E]
 * @param value [.., S, V]
 * @returns [.., L, V]
 * @throws ShapeError when the shapes do not fit; ArgumentError for a mask together with isCausal.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.scaled_dot_product_attention.html
 */
export const scaledDotProductAttention: Attend<Tensor> = /* @__PURE__ */ describeOp<Attend<Tensor>>(
  (query, key, value, ...rest) => scaledDotProductAttentionWithWeights(query, key, value, ...rest)[0],
  {
    name: 'scaledDotProductAttention',
    samples: [{ tensors: [{ shape: [2, 3, 2] }, { shape: [2, 4, 2] }, { shape: [2, 4, 3] }] }],
    differentiable: true,
  },
);

/** [L, S], true where query i sees key j. */
function causal(queries: number, keys: number, device: string): Tensor {
  const options = { device, dtype: 'int32' } as const;
  return ge(unsqueeze(arange(queries, options), -1), arange(keys, options));
}

// ── several heads ────────────────────────────────────────────────────────────────────────────────────────────────────

export interface MultiHeadWeights {
  /** Projects query, key and value at once, [3E, E]; or null with one weight for each. */
  readonly inProjWeight: Tensor | null;
  readonly inProjBias: Tensor | null;
  /** [E, E], [E, kdim] and [E, vdim], where inProjWeight is null. */
  readonly qProjWeight?: Tensor | null;
  readonly kProjWeight?: Tensor | null;
  readonly vProjWeight?: Tensor | null;
  /** A learnt key and value that follow the others, [1, 1, E]. */
  readonly biasK?: Tensor | null;
  readonly biasV?: Tensor | null;
  readonly outProjWeight: Tensor;
  readonly outProjBias: Tensor | null;
}

export interface MultiHeadOptions {
  /** [N, S] or [S]: true for keys to be ignored, or floats that are added. */
  readonly keyPaddingMask?: Tensor | null;
  /** [L, S] or [N · heads, L, S]: true where a key is hidden, or floats that are added. */
  readonly attnMask?: Tensor | null;
  /** Whether to give the weights too. Default true. */
  readonly needWeights?: boolean;
  /** Whether to give their mean over heads. Default true. */
  readonly averageAttnWeights?: boolean;
  /** Whether a key and value of zeros follow the others. Default false. */
  readonly addZeroAttn?: boolean;
  /** The probability that a weight is dropped in training. Default 0. */
  readonly dropoutP?: number;
  /** Default true. */
  readonly training?: boolean;
}

/** Query, key and value projected to the model's size. */
function project(query: Tensor, key: Tensor, value: Tensor, w: MultiHeadWeights): [Tensor, Tensor, Tensor] {
  const biases = w.inProjBias === null ? [null, null, null] : chunk(w.inProjBias, 3);
  const separate = [w.qProjWeight, w.kProjWeight, w.vProjWeight].every((t) => t !== undefined && t !== null);
  if (w.inProjWeight !== null && query === key && key === value) {
    const [q, k, v] = chunk(linear(query, w.inProjWeight, w.inProjBias), 3, -1);
    return [q, k, v];
  }
  if (w.inProjWeight === null && !separate) {
    throw new ArgumentError('multiHeadAttentionForward: expected inProjWeight, or qProjWeight, kProjWeight and vProjWeight.');
  }
  const weights = w.inProjWeight === null ? [w.qProjWeight!, w.kProjWeight!, w.vProjWeight!] : chunk(w.inProjWeight, 3);
  return [query, key, value].map((t, i) => linear(t, weights[i], biases[i])) as [Tensor, Tensor, Tensor];
}

/** [length, N, E] as [N, heads, length, E / heads]. */
function headsOf(t: Tensor, heads: number): Tensor {
  const [length, n, size] = t.shape;
  return transpose(transpose(reshape(t, [length, n, heads, size / heads]), 0, 1), 1, 2);
}

/** A mask that broadcasts to [N, heads, L, S]. */
function maskFor(mask: Tensor, n: number, heads: number): Tensor {
  return mask.ndim === 3 && mask.shape[0] === n * heads ? reshape(mask, [n, heads, ...mask.shape.slice(1)]) : mask;
}

/** Throws unless a mask is of bool or floats, and of one of these shapes: one that would broadcast hides other keys than meant. */
function requireMask(op: string, name: string, mask: Tensor | null | undefined, ...shapes: readonly Shape[]): void {
  if (mask === null || mask === undefined) return;
  requireTensor(op, mask, name);
  if (mask.dtype !== 'bool' && !isFloat(mask.dtype)) throw new DTypeError(`${op}: ${name} must be of bool or floating point, got ${mask.dtype}. Use ${name}.to('bool').`);
  if (shapes.some((shape) => sameShape(shape, mask.shape))) return;
  throw new ShapeError(`${op}: ${name} has shape ${shapeText(mask.shape)}, expected ${shapes.map(shapeText).join(' or ')}.`);
}

/** A mask as floats to be added, 0 and −∞. */
const additive = (mask: Tensor, like: Tensor): Tensor =>
  isFloat(mask.dtype) ? mask : where(mask, -Infinity, zeros([], { dtype: like.dtype, device: like.device }));

/** Masks with `more` keys that are seen at their end. */
const widened = (mask: Tensor | null, more: number): Tensor | null => mask && (more === 0 ? mask : pad(mask, [0, more]));

/**
 * Attention with several heads, each over its own projection of queries, keys and values.
 *
 * @param query [L, N, E]
 * @param key [S, N, kdim]
 * @param value [S, N, vdim]
 * @returns [L, N, E], and the weights [N, L, S] ([N, heads, L, S] without averaging), or null.
 * @throws ShapeError when lengths or batches do not fit, or the heads do not divide the model's size.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html
 */
export function multiHeadAttentionForward(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  heads: number,
  weights: MultiHeadWeights,
  options: MultiHeadOptions = {},
): [Tensor, Tensor | null] {
  const op = 'multiHeadAttentionForward';
  for (const [name, x] of Object.entries({ query, key, value })) requireTensor(op, x, name);
  const { needWeights = true, averageAttnWeights = true, addZeroAttn = false, dropoutP = 0, training = true } = options;
  if (query.ndim !== 3 || key.ndim !== 3 || value.ndim !== 3) {
    throw new ShapeError(`${op}: query, key and value must be 3-d, got ${[query, key, value].map((t) => shapeText(t.shape)).join(', ')}.`);
  }
  if (!sameShape(key.shape.slice(0, 2), value.shape.slice(0, 2)) || key.shape[1] !== query.shape[1]) {
    throw new ShapeError(`${op}: got query, key and value of shapes ${[query, key, value].map((t) => shapeText(t.shape)).join(', ')}, expected [L, N, E], [S, N, …] and [S, N, …] with one S and one N.`);
  }
  const [q, projectedKey, projectedValue] = project(query, key, value, weights);
  let [k, v] = [projectedKey, projectedValue];
  const [length, n, size] = q.shape;
  if (size % heads !== 0) throw new ShapeError(`${op}: the model's size ${size} does not fall into ${heads} heads.`);
  const before = k.shape[0];
  requireMask(op, 'attnMask', options.attnMask, [length, before], [n * heads, length, before]);
  requireMask(op, 'keyPaddingMask', options.keyPaddingMask, [n, before], ...(n === 1 ? [[before]] : []));
  if (weights.biasK && weights.biasV) {
    const one = (t: Tensor): Tensor => add(zeros([1, n, size], { dtype: t.dtype, device: t.device }), t);
    [k, v] = [cat([k, one(weights.biasK)]), cat([v, one(weights.biasV)])];
  }
  if (addZeroAttn) [k, v] = [k, v].map((t) => pad(t, [0, 0, 0, 0, 0, 1]));
  const more = k.shape[0] - before;
  const masks: Tensor[] = [];
  const attention = widened(options.attnMask ?? null, more);
  if (attention !== null) masks.push(maskFor(attention, n, heads));
  const padding = widened(options.keyPaddingMask ?? null, more);
  if (padding !== null) masks.push(reshape(padding, [n, 1, 1, k.shape[0]]));
  const mask = masks.length === 0 ? null : masks.length === 1 ? masks[0] : masks.map((m) => additive(m, q)).reduce((a, b) => add(a, b));

  const attended = weightsOf(headsOf(q, heads), headsOf(k, heads), 1 / Math.sqrt(size / heads), mask, true);
  const dropped = training && dropoutP > 0 ? dropout(attended, dropoutP) : attended;
  const merged = reshape(transpose(transpose(matmul(dropped, headsOf(v, heads)), 1, 2), 0, 1), [length, n, size]);
  const output = linear(merged, weights.outProjWeight, weights.outProjBias);
  if (!needWeights) return [output, null];
  return [output, averageAttnWeights ? mean(dropped, 1) : dropped];
}
