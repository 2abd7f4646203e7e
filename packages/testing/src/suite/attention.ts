/**
 * Attention as PyTorch answers it where options meet: learnt keys and zeros that follow the others, masks of both kinds and
 * of every shape, sizes of keys and values of their own, norms that come first.
 *
 * Invariant: every value was printed by PyTorch 1.13, for parameters and inputs that are sines of their position.
 */
import { assign, noGrad, sizeOf, tensor, type Tensor } from '@sconce/core';
import {
  LayerNorm, MultiheadAttention, Transformer, TransformerDecoder, TransformerDecoderLayer, TransformerEncoder, TransformerEncoderLayer,
  type AttentionOptions, type Module, type MultiheadAttentionOptions,
} from '@sconce/nn';
import { reshape } from '@sconce/ops';
import { describe, expect, test } from 'vitest';

const wave = (shape: readonly number[], step = 0.23, start = 0.1): Tensor =>
  reshape(tensor(Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i * step + start))), [...shape]);

function filled<M extends Module>(module: M): M {
  noGrad(() => [...module.parameters()].forEach((p, i) => assign(p, reshape(tensor(Float32Array.from({ length: p.numel() }, (_, j) => 0.4 * Math.sin(j * 0.37 + i * 0.11 + 0.3))), [...p.shape]))));
  return module;
}

const query = (): Tensor => wave([3, 2, 4]);
const key = (): Tensor => wave([5, 2, 4], 0.23, 0.7);
const value = (): Tensor => wave([5, 2, 4], 0.23, 1.3);
const padding = (): Tensor => tensor([[false, false, true, false, false], [false, false, false, false, true]]);
const later = (): Tensor => tensor([[false, false, true, true, true], [false, false, false, true, true], [false, false, false, false, true]]);
const hidden = (): Tensor => tensor([[false, false, true], [false, false, false]]);
const causal = (): Tensor => Transformer.generateSquareSubsequentMask(3);

const attention = (options: MultiheadAttentionOptions, q: Tensor, k: Tensor, v: Tensor, forward: AttentionOptions = {}): Tensor =>
  filled(new MultiheadAttention(4, 2, options)).forward(q, k, v, forward)[0];

const ANSWERS: readonly (readonly [what: string, call: () => Tensor, want: readonly number[]])[] = [
  [
    'a learnt key, and a zero',
    () => attention({ addZeroAttn: true, addBiasKv: true }, query(), key(), value(), { averageAttnWeights: false }),
    [0.1988, 0.4754, 0.5198, 0.292, 0.1781, 0.5175, 0.5481, 0.2551, 0.1514, 0.5135, 0.574, 0.2638, 0.2217, 0.3488, 0.4739, 0.4103, 0.2186, 0.2614, 0.4611, 0.4954, 0.1403, 0.2256, 0.5329, 0.5443],
  ],
  [
    'both, which no mask hides',
    () => attention({ addZeroAttn: true, addBiasKv: true }, query(), key(), value(), { keyPaddingMask: padding(), attnMask: later(), isCausal: true }),
    [0.3106, 0.4908, 0.4107, 0.2569, 0.2545, 0.4538, 0.4601, 0.3028, 0.2681, 0.5329, 0.4608, 0.2239, 0.2464, 0.3255, 0.445, 0.4284, 0.3555, 0.4461, 0.3577, 0.292, 0.17, 0.2492, 0.5075, 0.516],
  ],
  [
    'a mask of floats beside one of padding',
    () => attention({}, query(), key(), value(), { keyPaddingMask: padding(), attnMask: wave([3, 5], 1.1) }),
    [-0.0649, 0.3325, 0.6917, 0.4527, 0.0028, 0.4184, 0.6396, 0.3574, -0.1147, 0.3896, 0.752, 0.4065, 0.0178, 0.2702, 0.5978, 0.498, -0.1573, 0.4214, 0.8003, 0.3835, -0.0676, 0.1627, 0.6637, 0.6174],
  ],
  [
    'a mask for each head',
    () => attention({}, query(), key(), value(), { attnMask: wave([4, 3, 5], 1.1) }),
    [-0.2284, 0.2723, 0.8444, 0.5406, -0.1199, 0.3723, 0.754, 0.4242, -0.1978, 0.3566, 0.829, 0.4535, -0.1591, 0.1503, 0.7529, 0.646, -0.1216, 0.0855, 0.7037, 0.7019, -0.2007, -0.0244, 0.7629, 0.8226],
  ],
  [
    'keys and values of other sizes',
    () => attention({ kdim: 6, vdim: 3 }, query(), wave([5, 2, 6]), wave([5, 2, 3]), { needWeights: false }),
    [-0.1888, 0.2338, 0.8635, 0.596, -0.0699, 0.3314, 0.7624, 0.48, -0.2062, 0.2279, 0.8799, 0.6048, -0.1574, 0.2876, 0.8419, 0.5383, -0.1594, 0.2621, 0.8393, 0.5632, -0.1507, 0.292, 0.836, 0.5328],
  ],
  [
    'batches first, without biases',
    () => attention({ batchFirst: true, bias: false }, wave([2, 3, 4]), wave([2, 5, 4], 0.23, 0.7), wave([2, 5, 4], 0.23, 0.9)),
    [-0.0216, 0.1461, 0.0481, -0.1373, -0.0541, 0.278, 0.1045, -0.2591, -0.0439, 0.2426, 0.0879, -0.2267, -0.0357, 0.1432, 0.0617, -0.132, -0.0143, 0.0068, 0.0155, -0.004, -0.0117, -0.0152, 0.009, 0.0168],
  ],
  [
    'a decoder whose norms come first',
    () => filled(new TransformerDecoder(new TransformerDecoderLayer(4, 2, 8, 0, { normFirst: true, batchFirst: true }), 2)).forward(wave([2, 3, 4], 0.23, 0.5), wave([2, 3, 4]), { tgtMask: causal(), memoryKeyPaddingMask: hidden(), tgtIsCausal: true }),
    [0.7725, 1.6713, 2.9192, 0.0221, 1.3201, 2.0074, 3.0326, -0.0736, 1.0704, 1.5478, 2.4172, -0.8392, 0.3033, -0.4422, 1.2582, -0.6019, -0.4388, -1.0801, 0.8033, -0.848, -0.5248, -0.9501, 1.1623, -0.3281],
  ],
  [
    'an encoder with a norm of its own',
    () => filled(new TransformerEncoder(new TransformerEncoderLayer(4, 2, 8, 0, { normFirst: true, activation: 'gelu' }), 2, new LayerNorm(4))).forward(query(), { mask: causal(), srcKeyPaddingMask: hidden(), isCausal: true }),
    [0.0259, -0.0766, -0.5789, -0.0204, 0.0452, -0.0849, -0.552, 0.0534, 0.0723, -0.0887, -0.507, 0.1085, 0.0824, -0.0905, -0.4859, 0.1241, 0.0734, -0.0853, -0.5092, 0.1, 0.0497, -0.0788, -0.5519, 0.0418],
  ],
];

/** Registers one test for each answer. */
export function attentionSuite(): void {
  describe('attention', () => {
    test.each(ANSWERS)('%s', async (_what, call, want) => {
      const got = [...((await call().data()) as Float32Array)];
      expect(got).toHaveLength(want.length);
      want.forEach((each, i) => expect(Math.abs(got[i] - each), `element ${i}: ${got[i]} for ${each}`).toBeLessThan(1e-4));
    });
  });
}
