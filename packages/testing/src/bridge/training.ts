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

/** How PyTorch computes rather than what: no part of Sconce. */
const MANNERS = ['foreach', 'fused', 'capturable', 'differentiable', 'verbose'];

/** Options in our spelling: `T_max` is `tMax`. Python's None is nothing. */
const renamed = (options: Options): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(options)
      .filter(([name, value]) => value !== null && !MANNERS.includes(name))
      .map(([name, value]) => [camelCase(name.toLowerCase()), value]),
  );

type OptimizerClass = new (params: Iterable<Tensor>, options: Record<string, never>) => optim.Optimizer;
type SchedulerClass = new (optimizer: optim.Scheduled, ...rest: never[]) => optim.Scheduler | optim.ReduceLROnPlateau;

const optimizer =
  (Made: OptimizerClass): Bridges<Tensor>['optimizers'][string] =>
  ({ params, options }) =>
    new Made(params, renamed(options) as Record<string, never>);

/** `positional` are the arguments between the optimiser and the options. */
const scheduler =
  (Made: SchedulerClass, ...positional: readonly string[]): Bridges<Tensor>['schedulers'][string] =>
  ({ optimizer: scheduled, options }) => {
    const all = renamed(options);
    const named = Object.fromEntries(Object.entries(all).filter(([name]) => !positional.includes(name)));
    return new Made(scheduled, ...(positional.map((name) => all[name]) as never[]), named as never);
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
