/**
 * Recurrent layers: a simple one, long short-term memory, and gated recurrent units.
 *
 * Invariant: what `forward` gives is [output, state], and a packed sequence for a packed sequence.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#recurrent-layers
 */
import { ArgumentError, describe, type Tensor } from '@sconce/core';
import { keywords, type Rest } from '../arguments.js';
import type { PackedSequence } from '../packed.js';
import { FACTORY } from './factory.js';
import { simpleKind } from './recurrent-cell.js';
import { Recurrent, type LSTMOptions, type RecurrentOptions } from './recurrent.js';

const RECURRENT = ['numLayers', 'bias', 'batchFirst', 'dropout', 'bidirectional', ...FACTORY] as const;

interface RNNOptions extends RecurrentOptions {
  /** Default 'tanh'. */
  readonly nonlinearity?: 'tanh' | 'relu';
}

const RNN_NAMES = ['numLayers', 'nonlinearity', 'bias', 'batchFirst', 'dropout', 'bidirectional', ...FACTORY] as const;

/**
 * A simple recurrent network; `forward(x, h)` gives [output, h].
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.RNN.html
 */
export class RNN extends Recurrent {
  readonly nonlinearity: 'tanh' | 'relu';

  constructor(inputSize: number, hiddenSize: number, ...rest: Rest<RNNOptions, typeof RNN_NAMES>) {
    const { nonlinearity = 'tanh', ...options } = keywords<RNNOptions>('RNN', RNN_NAMES, rest);
    super(simpleKind('RNN', nonlinearity), inputSize, hiddenSize, options);
    this.nonlinearity = nonlinearity;
  }
  override forward<X extends Tensor | PackedSequence>(x: X, h: Tensor | null = null): [X, Tensor] {
    const result = this.runAny(x, h, null);
    return [result.output, result.h];
  }
}

const LSTM_NAMES = ['numLayers', 'bias', 'batchFirst', 'dropout', 'bidirectional', 'projSize', ...FACTORY] as const;

/**
 * Long short-term memory; `forward(x, [h, c])` gives [output, [h, c]].
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LSTM.html
 */
export class LSTM extends Recurrent {
  constructor(inputSize: number, hiddenSize: number, ...rest: Rest<LSTMOptions, typeof LSTM_NAMES>) {
    super('LSTM', inputSize, hiddenSize, keywords('LSTM', LSTM_NAMES, rest));
  }
  override forward<X extends Tensor | PackedSequence>(x: X, state: readonly [Tensor, Tensor] | null = null): [X, [Tensor, Tensor]] {
    if (state !== null && (!Array.isArray(state) || state.length !== 2)) {
      throw new ArgumentError(`LSTM: the state must be [h, c], got ${describe(state)}.`);
    }
    const result = this.runAny(x, state?.[0] ?? null, state?.[1] ?? null);
    return [result.output, [result.h, result.c!]];
  }
}

/**
 * Gated recurrent units; `forward(x, h)` gives [output, h].
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.GRU.html
 */
export class GRU extends Recurrent {
  constructor(inputSize: number, hiddenSize: number, ...rest: Rest<RecurrentOptions, typeof RECURRENT>) {
    super('GRU', inputSize, hiddenSize, keywords('GRU', RECURRENT, rest));
  }
  override forward<X extends Tensor | PackedSequence>(x: X, h: Tensor | null = null): [X, Tensor] {
    const result = this.runAny(x, h, null);
    return [result.output, result.h];
  }
}
