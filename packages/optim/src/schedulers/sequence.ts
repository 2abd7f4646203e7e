/**
 * Several schedulers on one optimiser: one after the other, or all at once.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.SequentialLR.html
 */
import { ArgumentError } from '@sconce/core';
import type { Scheduled, Scheduler, SchedulerState } from './scheduler.js';

function requireSame(name: string, optimizer: Scheduled, schedulers: readonly Scheduler[]): void {
  if (schedulers.length === 0) throw new ArgumentError(`${name}: got no schedulers.`);
  if (schedulers.some((s) => s.optimizer !== optimizer)) throw new ArgumentError(`${name}: the schedulers must belong to one optimiser.`);
}

/**
 * The first scheduler until the first milestone, then the next from its epoch 0, and so on.
 *
 * @param milestones one fewer than schedulers.
 * @throws ArgumentError when the numbers do not fit, or the schedulers belong to different optimisers.
 * @example new SequentialLR(optimizer, [new LinearLR(optimizer), new CosineAnnealingLR(optimizer, 95)], [5]);
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.SequentialLR.html
 */
export class SequentialLR {
  lastEpoch = 0;

  constructor(
    readonly optimizer: Scheduled,
    private readonly schedulers: readonly Scheduler[],
    private readonly milestones: readonly number[],
  ) {
    requireSame('SequentialLR', optimizer, schedulers);
    if (milestones.length !== schedulers.length - 1) {
      throw new ArgumentError(`SequentialLR: got ${schedulers.length} schedulers and ${milestones.length} milestones, expected ${schedulers.length - 1}.`);
    }
    for (const group of optimizer.paramGroups) group.lr = group.initialLr ?? group.lr;
    for (const scheduler of schedulers) scheduler.lastEpoch -= 1;
    schedulers[0].step();
  }

  step(): void {
    this.lastEpoch += 1;
    const i = this.milestones.filter((m) => m <= this.lastEpoch).length;
    if (i > 0 && this.milestones[i - 1] === this.lastEpoch) this.schedulers[i].stepTo(0);
    else this.schedulers[i].step();
  }

  getLastLr(): number[] {
    return this.optimizer.paramGroups.map(({ lr }) => lr);
  }
  stateDict(): { readonly lastEpoch: number; readonly schedulers: readonly SchedulerState[] } {
    return { lastEpoch: this.lastEpoch, schedulers: this.schedulers.map((s) => s.stateDict()) };
  }
  loadStateDict({ lastEpoch, schedulers }: ReturnType<SequentialLR['stateDict']>): void {
    this.lastEpoch = lastEpoch;
    this.schedulers.forEach((s, i) => s.loadStateDict(schedulers[i]));
  }
}

/**
 * All schedulers at every step, each on the rate that the one before has left.
 *
 * @throws ArgumentError when the schedulers belong to different optimisers.
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ChainedScheduler.html
 */
export class ChainedScheduler {
  readonly optimizer: Scheduled;

  constructor(private readonly schedulers: readonly Scheduler[]) {
    requireSame('ChainedScheduler', schedulers[0]?.optimizer, schedulers);
    this.optimizer = schedulers[0].optimizer;
  }

  step(): void {
    for (const scheduler of this.schedulers) scheduler.step();
  }

  getLastLr(): number[] {
    return this.optimizer.paramGroups.map(({ lr }) => lr);
  }
  stateDict(): { readonly schedulers: readonly SchedulerState[] } {
    return { schedulers: this.schedulers.map((s) => s.stateDict()) };
  }
  loadStateDict({ schedulers }: ReturnType<ChainedScheduler['stateDict']>): void {
    this.schedulers.forEach((s, i) => s.loadStateDict(schedulers[i]));
  }
}
