/**
 * What recurrent layers share: cells run along a sequence, in one or both directions, in several layers.
 *
 * The input's part of all steps is one product; only the hidden state's is taken step by step.
 *
 * Invariant: parameters are named as in PyTorch, weight_ih_l0, weight_hh_l0, …, weight_ih_l0_reverse.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.LSTM.html
 */
import { ArgumentError, requireTensor, ShapeError, shapeText, tensor, type Tensor } from '@sconce/core';
import { cat, indexSelect, reshape, select, stack, transpose, unsqueeze, where, zeros } from '@sconce/ops';
import { requireInteger } from '@sconce/ops/families';
import { dropout as dropElements, requireProbability } from '../functional/dropout.js';
import { linear } from '../functional/linear.js';
import { uniform_ } from '../init.js';
import { Module } from '../module.js';
import type { Parameter } from '../parameter.js';
import { PackedSequence, within } from '../packed.js';
import { float, joined, listed } from '../repr.js';
import { parameter, type FactoryOptions } from './factory.js';
import { GATES, STEPS, type CellKind, type State } from './recurrence.js';

export interface RecurrentOptions extends FactoryOptions {
  /** Layers on top of each other. Default 1. */
  readonly numLayers?: number;
  /** Whether to add learnt biases. Default true. */
  readonly bias?: boolean;
  /** Whether sequences are [N, L, …] rather than [L, N, …]. Default false. */
  readonly batchFirst?: boolean;
  /** The probability that an element between layers is dropped. Default 0. */
  readonly dropout?: number;
  /** Whether a second network runs backwards. Default false. */
  readonly bidirectional?: boolean;
}

export interface LSTMOptions extends RecurrentOptions {
  /** The size that hidden states are projected to; 0 for none. Default 0. */
  readonly projSize?: number;
}

/** The parameters of one layer and direction. */
interface Weights {
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly biasIh: Parameter | null;
  readonly biasHh: Parameter | null;
  readonly weightHr: Parameter | null;
}

export abstract class Recurrent extends Module {
  readonly numLayers: number;
  readonly batchFirst: boolean;
  readonly dropout: number;
  readonly bidirectional: boolean;
  readonly projSize: number;
  private readonly hasBias: boolean;

  constructor(
    private readonly kind: CellKind,
    readonly inputSize: number,
    readonly hiddenSize: number,
    options: LSTMOptions,
  ) {
    super();
    const op = this.constructor.name;
    const { numLayers = 1, bias = true, batchFirst = false, dropout = 0, bidirectional = false, projSize = 0, ...factory } = options;
    requireInteger(op, 'inputSize', inputSize, 1);
    requireInteger(op, 'hiddenSize', hiddenSize, 1);
    requireProbability(op, dropout);
    if (requireInteger(op, 'projSize', projSize, 0) >= hiddenSize) {
      throw new ArgumentError(`${op}: projSize must be smaller than hiddenSize, got ${projSize} and ${hiddenSize}.`);
    }
    this.numLayers = requireInteger(op, 'numLayers', numLayers, 1);
    [this.hasBias, this.batchFirst, this.dropout, this.bidirectional, this.projSize] = [bias, batchFirst, dropout, bidirectional, projSize];
    const gates = GATES[kind] * hiddenSize;
    for (const { layer, suffix } of this.passes()) {
      const from = layer === 0 ? inputSize : this.outputSize * this.directions;
      this.fields[`weightIh${suffix}`] = parameter([gates, from], factory);
      this.fields[`weightHh${suffix}`] = parameter([gates, this.outputSize], factory);
      if (bias) this.fields[`biasIh${suffix}`] = parameter([gates], factory);
      if (bias) this.fields[`biasHh${suffix}`] = parameter([gates], factory);
      if (projSize > 0) this.fields[`weightHr${suffix}`] = parameter([projSize, hiddenSize], factory);
    }
    this.resetParameters();
  }
  /** Draws weights and biases anew. */
  resetParameters(): void {
    const bound = 1 / Math.sqrt(this.hiddenSize);
    for (const p of this.parameters()) uniform_(p, -bound, bound);
  }

  private get directions(): number {
    return this.bidirectional ? 2 : 1;
  }
  /** The size of a hidden state. */
  private get outputSize(): number {
    return this.projSize > 0 ? this.projSize : this.hiddenSize;
  }
  /** Layers and directions in PyTorch's order, with the ends of their parameters' names. */
  private passes(): { layer: number; backwards: boolean; suffix: string }[] {
    const directions = this.bidirectional ? [false, true] : [false];
    return Array.from({ length: this.numLayers }, (_, layer) =>
      directions.map((backwards) => ({ layer, backwards, suffix: `L${layer}${backwards ? 'Reverse' : ''}` })),
    ).flat();
  }
  /** The parameters by their names, of which the number of layers decides. */
  private get fields(): Record<string, Parameter | undefined> {
    return this as unknown as Record<string, Parameter | undefined>;
  }
  private weightsOf(suffix: string): Weights {
    const field = (name: string): Parameter | null => this.fields[name + suffix] ?? null;
    return { weightIh: field('weightIh')!, weightHh: field('weightHh')!, biasIh: field('biasIh'), biasHh: field('biasHh'), weightHr: field('weightHr') };
  }

  /** All steps of a layer in one direction, over x [L, N, size]; where the mask [L, N, 1] is false a sequence has ended. */
  private pass(x: Tensor, start: State, suffix: string, backwards: boolean, mask: Tensor | null): { output: Tensor; last: State } {
    const w = this.weightsOf(suffix);
    const contributions = linear(x, w.weightIh, w.biasIh);
    const length = x.shape[0];
    const outputs = new Array<Tensor>(length);
    let state = start;
    for (let i = 0; i < length; i++) {
      const t = backwards ? length - 1 - i : i;
      const next = STEPS[this.kind](select(contributions, 0, t), state, { weight: w.weightHh, bias: w.biasHh, projection: w.weightHr });
      state = mask === null ? next : whereWithin(select(mask, 0, t), next, state);
      outputs[t] = state.h;
    }
    return { output: stack(outputs, 0), last: state };
  }

  /** As `run`, of what a user passes: a tensor or sequences of different lengths. */
  protected runAny<X extends Tensor | PackedSequence>(input: X, h: Tensor | null, c: Tensor | null): { output: X; h: Tensor; c: Tensor | null } {
    if (!(input instanceof PackedSequence)) return this.run(input, h, c, null) as { output: X; h: Tensor; c: Tensor | null };
    const { padded, lengths, sortedIndices, unsortedIndices } = input;
    const ordered = (t: Tensor | null, order: readonly number[] | null): Tensor | null =>
      t === null || order === null ? t : indexSelect(t, 1, tensor([...order], { dtype: 'int32', device: t.device }));
    const sequence = this.batchFirst ? transpose(padded, 0, 1) : padded;
    const mask = unsqueeze(within(lengths, padded.shape[0], padded.device), 2);
    const result = this.run(sequence, ordered(h, sortedIndices), ordered(c, sortedIndices), mask);
    const output = PackedSequence.ofPadded(this.batchFirst ? transpose(result.output, 0, 1) : result.output, lengths, sortedIndices);
    return { output: output as X, h: ordered(result.h, unsortedIndices)!, c: ordered(result.c, unsortedIndices) };
  }

  /** Runs the layers. States are [layers · directions, N, size]; the result's are stacked likewise. */
  private run(input: Tensor, h: Tensor | null, c: Tensor | null, mask: Tensor | null): { output: Tensor; h: Tensor; c: Tensor | null } {
    const op = this.constructor.name;
    requireTensor(op, input);
    const batched = input.ndim === 3;
    if ((!batched && input.ndim !== 2) || input.shape[input.ndim - 1] !== this.inputSize) {
      const order = this.batchFirst ? '[N, L' : '[L, N';
      throw new ShapeError(`${op}: got an input of shape ${shapeText(input.shape)}, expected ${order}, ${this.inputSize}] or [L, ${this.inputSize}].`);
    }
    const sequence = !batched ? reshape(input, [input.shape[0], 1, this.inputSize]) : this.batchFirst ? transpose(input, 0, 1) : input;
    if (sequence.shape[0] === 0) throw new ShapeError(`${op}: got a sequence of length 0, expected at least 1.`);
    const n = sequence.shape[1];
    const hidden = this.stateOf(op, input, h, 'the hidden state', this.outputSize, n, batched);
    const cell = this.kind === 'LSTM' ? this.stateOf(op, input, c, 'the cell state', this.hiddenSize, n, batched) : null;

    const last: State[] = [];
    let x = sequence;
    for (let layer = 0; layer < this.numLayers; layer++) {
      if (layer > 0 && this.dropout > 0) x = dropElements(x, this.dropout, this.training);
      const results = this.passes()
        .filter((p) => p.layer === layer)
        .map(({ suffix, backwards }, d) => {
          const at = layer * this.directions + d;
          return this.pass(x, { h: select(hidden, 0, at), c: cell && select(cell, 0, at) }, suffix, backwards, mask);
        });
      last.push(...results.map((r) => r.last));
      x = results.length === 1 ? results[0].output : cat(results.map((r) => r.output), 2);
    }
    const states = (ts: readonly Tensor[]): Tensor => (batched ? stack(ts, 0) : reshape(stack(ts, 0), [ts.length, ts[0].shape[1]]));
    return {
      output: !batched ? reshape(x, [x.shape[0], x.shape[2]]) : this.batchFirst ? transpose(x, 0, 1) : x,
      h: states(last.map((s) => s.h)),
      c: cell && states(last.map((s) => s.c!)),
    };
  }

  /** A given state, or zeros, as [layers · directions, N, size]. */
  private stateOf(op: string, like: Tensor, t: Tensor | null, name: string, size: number, n: number, batched: boolean): Tensor {
    const shape = [this.numLayers * this.directions, n, size];
    if (t === null) return zeros(shape, { dtype: like.dtype, device: like.device });
    requireTensor(op, t, name);
    const expected = batched ? shape : [shape[0], size];
    if (t.ndim !== expected.length || expected.some((d, i) => d !== t.shape[i])) {
      throw new ShapeError(`${op}: got ${name} of shape ${shapeText(t.shape)}, expected ${shapeText(expected)}.`);
    }
    return batched ? t : reshape(t, shape);
  }

  override extraRepr(): string {
    const { projSize, numLayers, batchFirst, dropout, bidirectional } = this;
    return joined(
      `${this.inputSize}, ${this.hiddenSize}`,
      listed({
        proj_size: projSize || undefined,
        num_layers: numLayers === 1 ? undefined : numLayers,
        bias: this.hasBias ? undefined : false,
        batch_first: batchFirst || undefined,
        dropout: dropout === 0 ? undefined : float(dropout),
        bidirectional: bidirectional || undefined,
      }),
    );
  }
}

/** The next state of sequences that go on, and the state before of those that have ended. */
const whereWithin = (goesOn: Tensor, next: State, before: State): State => ({
  h: where(goesOn, next.h, before.h),
  c: next.c && where(goesOn, next.c, before.c!),
});
