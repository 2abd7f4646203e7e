/**
 * Training in the terminal: a progress bar, then the curve of the loss and the accuracy on digits it has not seen.
 */
import * as asciichart from 'asciichart';
import { Presets, SingleBar } from 'cli-progress';
import { train, type TrainOptions } from '../training/train.js';
import type { Task } from '../training/task.js';

const CHART = { width: 64, height: 8 };

export interface Outcome {
  readonly task: string;
  readonly losses: readonly number[];
  readonly accuracy: number;
}

/** Means of equal stretches, so that a curve fits its chart. */
function shorten(values: readonly number[], width: number): number[] {
  const step = Math.max(1, values.length / width);
  return Array.from({ length: Math.floor(values.length / step) }, (_, i) => {
    const part = values.slice(Math.floor(i * step), Math.floor((i + 1) * step));
    return part.reduce((sum, v) => sum + v, 0) / part.length;
  });
}

/** Trains a task and shows it; with `quiet` nothing is shown. */
export async function trainInTerminal(task: Task, options: TrainOptions, quiet: boolean): Promise<Outcome> {
  const bar = new SingleBar({ format: '{bar} epoch {epoch} · {value}/{total} · loss {loss}', hideCursor: true, noTTYOutput: false }, Presets.shades_classic);
  const losses: number[] = [];
  let accuracy = 0;
  if (!quiet) console.log(`\n${task.name}`);
  for await (const p of train(task, options)) {
    losses.push(p.loss);
    accuracy = p.accuracy ?? accuracy;
    if (quiet) continue;
    const shown = { epoch: p.epoch, loss: p.loss.toFixed(4) };
    if (p.step === 1) bar.start(p.steps, 1, shown);
    else bar.update(p.step, shown);
  }
  if (!quiet) {
    bar.stop();
    console.log(asciichart.plot(shorten(losses, CHART.width), { height: CHART.height }));
    console.log(`test accuracy ${(accuracy * 100).toFixed(1)} %`);
  }
  return { task: task.name, losses, accuracy };
}
