/**
 * Steps of recurrent networks: from the input's and the hidden state's contributions to the next state.
 *
 * Invariant: gates lie one after the other in PyTorch's order: input, forget, cell, output; reset, update, new.
 *
 * Reference: Hochreiter and Schmidhuber, Long short-term memory (1997); Cho et al., Learning phrase representations using
 * RNN encoder-decoder (EMNLP 2014)
 */
import type { Tensor } from '@sconce/core';
import { add, chunk, mul, relu, sigmoid, sub, tanh } from '@sconce/ops';
import { linear } from '../functional/linear.js';

export type CellKind = 'RNN_TANH' | 'RNN_RELU' | 'LSTM' | 'GRU';

/** Hidden state, and for LSTM the cell's. */
export interface State {
  readonly h: Tensor;
  readonly c: Tensor | null;
}

/** What a step multiplies the hidden state by. */
export interface Recurrent {
  readonly weight: Tensor;
  readonly bias: Tensor | null;
  /** Projects the hidden state of an LSTM. */
  readonly projection?: Tensor | null;
}

/** Gates of each kind, as multiples of the hidden size. */
export const GATES: Record<CellKind, number> = { RNN_TANH: 1, RNN_RELU: 1, LSTM: 4, GRU: 3 };

const simple =
  (activation: (x: Tensor) => Tensor) =>
  (x: Tensor, { h }: State, { weight, bias }: Recurrent): State => ({ h: activation(add(x, linear(h, weight, bias))), c: null });

function lstm(x: Tensor, { h, c }: State, { weight, bias, projection }: Recurrent): State {
  const [input, forget, cell, output] = chunk(add(x, linear(h, weight, bias)), 4, -1);
  const next = add(mul(sigmoid(forget), c!), mul(sigmoid(input), tanh(cell)));
  const hidden = mul(sigmoid(output), tanh(next));
  return { h: projection ? linear(hidden, projection) : hidden, c: next };
}

function gru(x: Tensor, { h }: State, { weight, bias }: Recurrent): State {
  const [xReset, xUpdate, xNew] = chunk(x, 3, -1);
  const [hReset, hUpdate, hNew] = chunk(linear(h, weight, bias), 3, -1);
  const update = sigmoid(add(xUpdate, hUpdate));
  const fresh = tanh(add(xNew, mul(sigmoid(add(xReset, hReset)), hNew)));
  return { h: add(fresh, mul(update, sub(h, fresh))), c: null };
}

/** The next state from the input's contribution `x` and the state before. */
export const STEPS: Record<CellKind, (x: Tensor, state: State, weights: Recurrent) => State> = {
  RNN_TANH: simple(tanh),
  RNN_RELU: simple(relu),
  LSTM: lstm,
  GRU: gru,
};
