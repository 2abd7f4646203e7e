/**
 * The bridge to optimisers and learning rate schedulers.
 *
 * Invariant: renames and reorders, computes nothing.
 */
import type { Tensor } from '@sconce/core';
import * as optim from '@sconce/optim';
import type { Decoded } from '../golden/decode.js';
import type { Bridges } from '../golden/harness.js';
import { camelCase } from './call.js';

type Options = Readonly<Record<string, Decoded<Tensor>>>;

/** Options in our spelling: `T_max` is `tMax`. Python's None is nothing. */
const renamed = (options: Options): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(options)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [camelCase(name.toLowerCase()), value]),
  );

/** A class as the bridge calls it: what came with the call decides the arguments. */
type Made<R> = new (...given: readonly unknown[]) => R;
type OptimizerClass = new (params: Iterable<Tensor>, options: never) => optim.Optimizer;
type SchedulerClass = new (...given: never) => optim.Scheduler | optim.ReduceLROnPlateau;

const optimizer =
  (made: OptimizerClass): Bridges<Tensor>['optimizers'][string] =>
  ({ params, options }) =>
    new (made as Made<optim.Optimizer>)(params, renamed(options));

/** `positional` are the arguments between the optimiser and the options. */
const scheduler =
  (made: SchedulerClass, ...positional: readonly string[]): Bridges<Tensor>['schedulers'][string] =>
  ({ optimizer: scheduled, options }) => {
    const all = renamed(options);
    const named = Object.fromEntries(Object.entries(all).filter(([name]) => !positional.includes(name)));
    return new (made as Made<optim.Scheduler | optim.ReduceLROnPlateau>)(scheduled, ...positional.map((name) => all[name]), named);
  };

export const optimizers: Bridges<Tensor>['optimizers'] = {
  SGD: optimizer(optim.SGD),
  ASGD: optimizer(optim.ASGD),
  Adam: optimizer(optim.Adam),
  AdamW: optimizer(optim.AdamW),
  Adamax: optimizer(optim.Adamax),
  NAdam: optimizer(optim.NAdam),
  RAdam: optimizer(optim.RAdam),
  Adagrad: optimizer(optim.Adagrad),
  Adadelta: optimizer(optim.Adadelta),
  RMSprop: optimizer(optim.RMSprop),
  Rprop: optimizer(optim.Rprop),
  LBFGS: optimizer(optim.LBFGS),
};

export const schedulers: Bridges<Tensor>['schedulers'] = {
  StepLR: scheduler(optim.StepLR, 'stepSize'),
  MultiStepLR: scheduler(optim.MultiStepLR, 'milestones'),
  ConstantLR: scheduler(optim.ConstantLR),
  LinearLR: scheduler(optim.LinearLR),
  ExponentialLR: scheduler(optim.ExponentialLR, 'gamma'),
  PolynomialLR: scheduler(optim.PolynomialLR),
  CosineAnnealingLR: scheduler(optim.CosineAnnealingLR, 'tMax'),
  CosineAnnealingWarmRestarts: scheduler(optim.CosineAnnealingWarmRestarts, 't0'),
  OneCycleLR: scheduler(optim.OneCycleLR, 'maxLr'),
  CyclicLR: scheduler(optim.CyclicLR, 'baseLr', 'maxLr'),
  ReduceLROnPlateau: scheduler(optim.ReduceLROnPlateau),
};
