/**
 * Measuring: libraries take turns, so that a drift of the machine's speed meets all of them.
 *
 * A turn begins with a moment of rest, so that threads of the library before which wait by spinning are asleep, and with
 * runs that do not count, as in a training loop. Then it times one run of a long kind, or a burst of short ones. The runs
 * before bring caches and threads back, and outlast two ticks of Linux's scheduler, 4 ms each: it may wake a library's
 * second thread on the core of its first, and puts that right at a tick. PyTorch's threads are bound to cores, those of
 * JavaScript cannot be.
 *
 * Invariant: results are compared before anything is timed; a library whose result differs is reported, not timed.
 */
import { setTimeout as rest } from 'node:timers/promises';
import type { Library, Subject } from '../libraries/library.js';
import { inputsOf, type Workload } from '../workload.js';
import { reasonOf, timingOf, type Row } from './row.js';

/** Time given to one library on one workload. */
const BUDGET_MS = 500;
/**
 * A warm-up takes so long, and goes on for so many runs, which V8 needs to compile what every run calls a few times, but at
 * most so long.
 */
const WARMUP_MS = 200;
const WARMUP_RUNS = 1000;
const MOST_WARMUP_MS = 1000;
const FEWEST_RUNS = 3;
const MOST_RUNS = 60;
/** Runs are grouped so that one sample takes about this long. */
const SAMPLE_MS = 4;
const REST_MS = 2;
/** How long the runs take that do not count. */
const LEAD_MS = 10;

interface Contender {
  readonly name: string;
  readonly subject: Subject;
  /** Runs in one sample, and before it. */
  readonly repeats: number;
  readonly leading: number;
  readonly samples: number[];
}

/** The largest difference relative to the largest value. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let [scale, worst] = [1e-30, 0];
  for (let i = 0; i < a.length; i++) {
    scale = Math.max(scale, Math.abs(a[i]));
    const d = Math.abs(a[i] - b[i]);
    worst = d <= worst ? worst : d;
  }
  return worst / scale;
}

async function warmUp(name: string, subject: Subject): Promise<Contender> {
  const start = performance.now();
  const runs: number[] = [];
  for (let spent = 0; spent < WARMUP_MS || (runs.length < WARMUP_RUNS && spent < MOST_WARMUP_MS); spent = performance.now() - start) {
    runs.push(await subject.time(1));
  }
  // The later half: the first runs compile.
  const usual = Math.max(timingOf(name, runs.slice(runs.length >> 1)).median, 1e-4);
  return { name, subject, repeats: Math.max(1, Math.round(SAMPLE_MS / usual)), leading: Math.ceil(LEAD_MS / usual), samples: [] };
}

/** A library has turns until its time is spent; slow ones leave the others to theirs. */
async function takeTurns(contenders: readonly Contender[]): Promise<void> {
  const spent = new Map(contenders.map((c) => [c, 0]));
  for (let run = 0; run < MOST_RUNS; run++) {
    for (const contender of contenders) {
      const { subject, repeats, leading, samples } = contender;
      if (run >= FEWEST_RUNS && spent.get(contender)! > BUDGET_MS) continue;
      await rest(REST_MS);
      await subject.time(leading);
      const ms = await subject.time(repeats);
      samples.push(ms);
      spent.set(contender, spent.get(contender)! + ms * repeats);
    }
  }
}

/** Measures one workload in all libraries; the first is the one that the others are compared with. */
export async function measure(workload: Workload, libraries: readonly Library[]): Promise<Row> {
  const inputs = inputsOf(workload);
  const excluded: { library: string; reason: string }[] = [];
  const contenders: Contender[] = [];
  const opened: Subject[] = [];
  let wanted: ArrayLike<number> | undefined;
  for (const library of libraries) {
    try {
      const subject = await library.prepare(workload, inputs);
      if (subject === undefined) continue;
      opened.push(subject);
      const result = await subject.result();
      wanted ??= result;
      const off = difference(wanted, result);
      if (!(off <= workload.tolerance)) throw new Error(`its result differs by ${off.toExponential(1)} of the largest value`);
      contenders.push(await warmUp(library.name, subject));
    } catch (error) {
      excluded.push({ library: library.name, reason: reasonOf(error) });
    }
  }
  await takeTurns(contenders);
  for (const subject of opened) subject.close?.();
  const { section, target, flops, name, title = name } = workload;
  return { section, title, unit: 'ms', target, flops, timings: contenders.map((c) => timingOf(c.name, c.samples)), excluded };
}
