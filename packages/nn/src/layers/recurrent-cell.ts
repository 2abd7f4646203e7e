/**
 * Recurrent cells: one step, the state in and out.
 *
 * Invariant: weights are uniform within 1 / √hiddenSize to begin with; a state that is left out is zero.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#recurrent-layers
 */
import { ArgumentError, describe, requireTensor, sameShape, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { zeros } from '@sconce/ops';
import { requireInteger } from '@sconce/ops/families';
import { keywords, type Rest } from '../arguments.js';
import { linear } from '../functional/linear.js';
import { uniform_ } from '../init.js';
import { Module } from '../module.js';
import type { Parameter } from '../parameter.js';
import { joined, listed } from '../repr.js';
import { FACTORY, parameter, type FactoryOptions } from './factory.js';
import { GATES, STEPS, type CellKind, type State } from './recurrence.js';

export interface CellOptions extends FactoryOptions {
  /** Whether to add learnt biases. Default true. */
  readonly bias?: boolean;
}

const CELL = ['bias', ...FACTORY] as const;

abstract class Cell extends Module {
  weightIh: Parameter;
  weightHh: Parameter;
  biasIh: Parameter | null;
  biasHh: Parameter | null;

  constructor(
    private readonly kind: CellKind,
    readonly inputSize: number,
    readonly hiddenSize: number,
    { bias = true, ...factory }: CellOptions,
  ) {
    super();
    requireInteger(this.constructor.name, 'inputSize', inputSize, 1);
    requireInteger(this.constructor.name, 'hiddenSize', hiddenSize, 1);
    const gates = GATES[kind] * hiddenSize;
    this.weightIh = parameter([gates, inputSize], factory);
    this.weightHh = parameter([gates, hiddenSize], factory);
    this.biasIh = bias ? parameter([gates], factory) : null;
    this.biasHh = bias ? parameter([gates], factory) : null;
    this.resetParameters();
  }
  /** Draws weights and biases anew. */
  resetParameters(): void {
    const bound = 1 / Math.sqrt(this.hiddenSize);
    for (const p of this.parameters()) uniform_(p, -bound, bound);
  }

  /** A step on [N, inputSize], or [inputSize] without a batch. */
  protected step(x: Tensor, h: Tensor | null, c: Tensor | null): State {
    const op = this.constructor.name;
    requireTensor(op, x);
    if ((x.ndim !== 1 && x.ndim !== 2) || x.shape[x.ndim - 1] !== this.inputSize) {
      throw new ShapeError(`${op}: got an input of shape ${shapeText(x.shape)}, expected [N, ${this.inputSize}] or [${this.inputSize}].`);
    }
    const shape = [...x.shape.slice(0, -1), this.hiddenSize];
    const stateOf = (t: Tensor | null, name: string): Tensor => {
      if (t === null) return zeros(shape, { dtype: x.dtype, device: x.device });
      requireTensor(op, t, name);
      if (!sameShape(t.shape, shape)) throw new ShapeError(`${op}: got ${name} of shape ${shapeText(t.shape)}, expected ${shapeText(shape)}, for an input of shape ${shapeText(x.shape)}.`);
      return t;
    };
    const state = { h: stateOf(h, 'the hidden state'), c: this.kind === 'LSTM' ? stateOf(c, 'the cell state') : null };
    return STEPS[this.kind](linear(x, this.weightIh, this.biasIh), state, { weight: this.weightHh, bias: this.biasHh });
  }
  override extraRepr(): string {
    return joined(`${this.inputSize}, ${this.hiddenSize}`, listed({ bias: this.biasIh === null ? false : undefined }));
  }
}

interface RNNCellOptions extends CellOptions {
  /** Default 'tanh'. */
  readonly nonlinearity?: 'tanh' | 'relu';
}

const RNN_CELL = ['bias', 'nonlinearity', ...FACTORY] as const;

/** 'RNN_TANH' or 'RNN_RELU'. */
export function simpleKind(op: string, nonlinearity: unknown): CellKind {
  if (nonlinearity === 'tanh' || nonlinearity === 'relu') return nonlinearity === 'tanh' ? 'RNN_TANH' : 'RNN_RELU';
  throw new ArgumentError(`${op}: nonlinearity must be 'tanh' or 'relu', got ${describe(nonlinearity)}.`);
}

/** h' = tanh(W x + b + W' h + b'). @see https://pytorch.org/docs/stable/generated/torch.nn.RNNCell.html */
export class RNNCell extends Cell {
  readonly nonlinearity: 'tanh' | 'relu';

  constructor(inputSize: number, hiddenSize: number, ...rest: Rest<RNNCellOptions, typeof RNN_CELL>) {
    const { nonlinearity = 'tanh', ...options } = keywords<RNNCellOptions>('RNNCell', RNN_CELL, rest);
    super(simpleKind('RNNCell', nonlinearity), inputSize, hiddenSize, options);
    this.nonlinearity = nonlinearity;
  }
  override forward(x: Tensor, h: Tensor | null = null): Tensor {
    return this.step(x, h, null).h;
  }
  override extraRepr(): string {
    return joined(super.extraRepr(), listed({ nonlinearity: this.nonlinearity === 'tanh' ? undefined : this.nonlinearity }));
  }
}

/** A step of a long short-term memory; gives [h, c]. @see https://pytorch.org/docs/stable/generated/torch.nn.LSTMCell.html */
export class LSTMCell extends Cell {
  constructor(inputSize: number, hiddenSize: number, ...rest: Rest<CellOptions, typeof CELL>) {
    super('LSTM', inputSize, hiddenSize, keywords('LSTMCell', CELL, rest));
  }
  override forward(x: Tensor, state: readonly [Tensor, Tensor] | null = null): [Tensor, Tensor] {
    const next = this.step(x, state?.[0] ?? null, state?.[1] ?? null);
    return [next.h, next.c!];
  }
}

/** A step of a gated recurrent unit. @see https://pytorch.org/docs/stable/generated/torch.nn.GRUCell.html */
export class GRUCell extends Cell {
  constructor(inputSize: number, hiddenSize: number, ...rest: Rest<CellOptions, typeof CELL>) {
    super('GRU', inputSize, hiddenSize, keywords('GRUCell', CELL, rest));
  }
  override forward(x: Tensor, h: Tensor | null = null): Tensor {
    return this.step(x, h, null).h;
  }
}
