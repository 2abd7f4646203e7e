/**
 * Averages of a model's weights over training.
 *
 * Reference: Izmailov et al., Averaging Weights Leads to Wider Optima and Better Generalization (UAI 2018)
 */
import { assign, hiding, isTensor, noGrad, StateError, tensor, type Tensor } from '@sconce/core';
import { add, div, gt, mul, sub, where } from '@sconce/ops';
import { cloneModule } from './clone.js';
import { ones_, zeros_ } from './init.js';
import { BatchNorm1d, BatchNorm2d, BatchNorm3d } from './layers/batch-norm.js';
import { Module } from './module.js';
import { Buffer } from './parameter.js';

/** The next average, from the average, the parameter, and how many were averaged, a 0-d tensor. */
export type AverageRule = (average: Tensor, parameter: Tensor, numAveraged: Tensor) => Tensor;

/** Exponential moving average: average ← decay · average + (1 − decay) · parameter. */
export const emaAverage = (decay = 0.999): AverageRule => (average, parameter) => add(mul(average, decay), mul(parameter, 1 - decay));

const mean: AverageRule = (average, parameter, n) => add(average, div(sub(parameter, average), add(n, 1)));

/**
 * A copy of a module whose parameters are averages of the module's: of all that `updateParameters` has seen, or what
 * `avgFn` says. Its `forward` is the copy's.
 *
 * @param options useBuffers: average buffers too. Default false.
 * @throws StateError when the module has other parameters than the copy.
 * @example
 * const ema = new AveragedModel(model, { avgFn: emaAverage(0.99) });
 * optimizer.step();
 * ema.updateParameters(model);
 * @see https://pytorch.org/docs/stable/optim.html#weight-averaging-swa-and-ema
 */
export class AveragedModel<M extends Module> extends Module {
  readonly nAveraged: Buffer;
  readonly module: M;
  private readonly rule: AverageRule;
  private readonly useBuffers: boolean;

  constructor(model: M, options: { readonly avgFn?: AverageRule; readonly useBuffers?: boolean } = {}) {
    super();
    const [first] = model.parameters();
    this.nAveraged = new Buffer(tensor(0, { dtype: 'int32', device: first?.device }));
    this.module = cloneModule(model);
    this.rule = options.avgFn ?? mean;
    this.useBuffers = options.useBuffers ?? false;
  }
  override forward(...inputs: Parameters<M['forward']>): ReturnType<M['forward']> {
    return this.module.forward(...inputs) as ReturnType<M['forward']>;
  }
  private averagesOf(module: Module): Tensor[] {
    return [...module.parameters(), ...(this.useBuffers ? module.buffers() : [])];
  }
  /** Takes the module's present parameters into the averages. The first are taken as they are. */
  updateParameters(model: M): void {
    const [averages, current] = [this.averagesOf(this.module), this.averagesOf(model)];
    if (averages.length !== current.length) throw new StateError(`AveragedModel: got a module with ${current.length} parameters, expected ${averages.length}.`);
    noGrad(() =>
      hiding(() => {
        averages.forEach((average, i) => {
          const next = current[i].to({ device: average.device });
          assign(average, where(gt(this.nAveraged, 0), this.rule(average.detach(), next, this.nAveraged), next), 'updateParameters');
        });
        assign(this.nAveraged, add(this.nAveraged, 1), 'updateParameters');
        if (this.useBuffers) return;
        const buffers = [...model.buffers()];
        [...this.module.buffers()].forEach((own, i) => assign(own, buffers[i].to({ device: own.device }), 'updateParameters'));
      }),
    );
  }
}

const isBatchNorm = (module: Module): module is BatchNorm1d | BatchNorm2d | BatchNorm3d =>
  module instanceof BatchNorm1d || module instanceof BatchNorm2d || module instanceof BatchNorm3d;

/**
 * Computes the running statistics of a model's batch normalisations anew, as means over a loader: averaged weights have
 * none of their own.
 *
 * @param loader gives inputs, or lists whose first member is one
 * @param device where inputs go first. Default: they stay where they are.
 * @example await updateBn([randn([8, 4]), randn([8, 4])], new Sequential(new BatchNorm1d(4)));
 * @see https://pytorch.org/docs/stable/optim.html#taking-care-of-batch-normalization
 */
export async function updateBn(loader: Iterable<unknown> | AsyncIterable<unknown>, model: Module, device?: string): Promise<void> {
  const layers = [...model.modules()].filter(isBatchNorm);
  if (layers.length === 0) return;
  const momenta = layers.map(({ momentum }) => momentum);
  const { training } = model;
  const setMomentum = (layer: Module, momentum: number | null): void => void Object.assign(layer, { momentum });
  noGrad(() => {
    for (const { runningMean, runningVar, numBatchesTracked } of layers) {
      for (const t of [runningMean, numBatchesTracked]) if (t !== null) zeros_(t);
      if (runningVar !== null) ones_(runningVar);
    }
  });
  model.train();
  for (const layer of layers) setMomentum(layer, null);
  try {
    for await (const batch of loader) {
      const [input] = (Array.isArray(batch) ? batch : [batch]) as unknown[];
      if (!isTensor(input)) throw new StateError('updateBn: the loader gave no Tensor, nor a list that begins with one.');
      noGrad(() => (model.forward as (x: Tensor) => unknown)(device === undefined ? input : input.to(device)));
      await Promise.all(layers.flatMap(({ runningMean }) => (runningMean === null ? [] : [runningMean.data()])));
    }
  } finally {
    layers.forEach((layer, i) => setMomentum(layer, momenta[i]));
    model.train(training);
  }
}
