/**
 * Runs golden records against a tensor library: the one entry for tests and for the scoreboard.
 *
 * Invariant: every sample of a record gives a result for each thing it records, so that counts can be trusted.
 *
 * Reference: harness.ts, load.ts
 */
import type { Bridges, SampleResult, TrainingHarness } from './harness.js';
import { GoldenData } from './load.js';
import { runErrors } from './run-errors.js';
import { runModule } from './run-module.js';
import { runOp } from './run-op.js';
import { runOptimizer, runScheduler } from './run-training.js';

/** The groups that can be run; `printing` is compared as text. */
export type RunnableGroup = 'ops' | 'modules' | 'errors' | 'optim' | 'schedulers';

/** How many samples passed, failed and were skipped. */
export type Tally = Readonly<Record<SampleResult['status'], number>>;

export class GoldenRunner<T> {
  constructor(
    private readonly bridges: Bridges<T>,
    private readonly harness: TrainingHarness<T>,
    private readonly data = new GoldenData(),
  ) {}

  /** What can be run in a group: records of ops and modules, ops with rejected calls, optimisers, schedulers. */
  async names(group: RunnableGroup): Promise<string[]> {
    switch (group) {
      case 'ops':
      case 'modules':
        return (await this.data.group(group)).names;
      case 'errors':
        return Object.keys((await this.only('errors')).ops).sort();
      case 'optim':
        return distinct((await this.only('optim')).samples.map(({ optimizer }) => optimizer));
      case 'schedulers':
        return distinct((await this.only('schedulers')).samples.map(({ scheduler }) => scheduler));
    }
  }

  /** Runs all samples of one name in a group. */
  async run(group: RunnableGroup, name: string): Promise<SampleResult[]> {
    const { bridges, harness } = this;
    switch (group) {
      case 'ops':
        return runOp(name, await this.data.op(name), bridges, harness);
      case 'modules':
        return runModule(name, await this.data.module(name), bridges, harness);
      case 'errors':
        return runErrors(name, (await this.only('errors')).ops[name] ?? [], bridges, harness);
      case 'optim':
        return runOptimizer(name, await this.only('optim'), bridges, harness);
      case 'schedulers':
        return runScheduler(name, await this.only('schedulers'), bridges, harness);
    }
  }

  private async only<G extends 'errors' | 'optim' | 'schedulers'>(group: G) {
    return (await this.data.group(group)).read(group);
  }
}

const distinct = (names: readonly string[]): string[] => [...new Set(names)].sort();

/** Counts results, all or those of one kind. */
export function tally(results: readonly SampleResult[], kind?: SampleResult['kind']): Tally {
  const counts = { pass: 0, fail: 0, skip: 0 };
  for (const result of results) if (kind === undefined || result.kind === kind) counts[result.status] += 1;
  return counts;
}

/** The failures as lines, for a test's message: `sample 3 gradient: …`. */
export const failures = (results: readonly SampleResult[]): string[] =>
  results
    .filter(({ status }) => status === 'fail')
    .map(({ sample, kind, message }) => `sample ${sample} ${kind}: ${message ?? ''}`);
