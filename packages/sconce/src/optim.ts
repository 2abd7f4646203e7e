/**
 * `torch.optim`: optimisers, with schedulers also under `lrScheduler`, and the averaging of weights under `swaUtils`.
 */
import { AveragedModel, emaAverage, updateBn } from '@sconce/nn';
import * as all from '@sconce/optim';

export * from '@sconce/optim';

/** PyTorch's `torch.optim.lr_scheduler`. */
export const lrScheduler = {
  ChainedScheduler: all.ChainedScheduler,
  ConstantLR: all.ConstantLR,
  CosineAnnealingLR: all.CosineAnnealingLR,
  CosineAnnealingWarmRestarts: all.CosineAnnealingWarmRestarts,
  CyclicLR: all.CyclicLR,
  ExponentialLR: all.ExponentialLR,
  LambdaLR: all.LambdaLR,
  LinearLR: all.LinearLR,
  LRScheduler: all.Scheduler,
  MultiplicativeLR: all.MultiplicativeLR,
  MultiStepLR: all.MultiStepLR,
  OneCycleLR: all.OneCycleLR,
  PolynomialLR: all.PolynomialLR,
  ReduceLROnPlateau: all.ReduceLROnPlateau,
  SequentialLR: all.SequentialLR,
  StepLR: all.StepLR,
} as const;

/** PyTorch's `torch.optim.swa_utils`. */
export const swaUtils = { AveragedModel, getEmaAvgFn: emaAverage, SWALR: all.SWALR, updateBn } as const;
