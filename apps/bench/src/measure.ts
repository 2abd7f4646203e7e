/**
 * Measuring: libraries take turns, run by run, so that a drift of the machine's speed meets all of them.
 *
 * Invariant: results are compared before anything is timed; a library whose result differs is reported, not timed.
 */
import { valuesFor, type Library, type Subject, type Workload } from './workload.js';

export interface Timing {
  readonly library: string;
  /** Milliseconds of a run: median and quartiles. */
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly runs: number;
}

export interface Row {
  readonly workload: string;
  readonly target?: number;
  readonly flops?: number;
  readonly timings: readonly Timing[];
  /** Libraries left out, with the reason. */
  readonly excluded: readonly { readonly library: string; readonly reason: string }[];
}

/** Time given to one library on one workload. */
const BUDGET_MS = 700;
const WARMUP_MS = 150;
const MOST_RUNS = 400;
/** Runs are grouped so that one sample takes at least this long: the clock is no finer. */
const SAMPLE_MS = 0.05;

const quantile = (sorted: readonly number[], q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];

async function timed(subject: Subject, repeats: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < repeats; i++) {
    const pending = subject.run();
    if (pending instanceof Promise) await pending;
  }
  return (performance.now() - start) / repeats;
}

/** The largest difference relative to the largest value. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let scale = 1e-30;
  let worst = 0;
  for (let i = 0; i < a.length; i++) {
    scale = Math.max(scale, Math.abs(a[i]));
    const d = Math.abs(a[i] - b[i]);
    worst = d <= worst ? worst : d;
  }
  return worst / scale;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message.split('\n')[0] : String(error)).slice(0, 120);

/** Measures one workload in all libraries; the first is the one that the others are compared with. */
export async function measure(workload: Workload, libraries: readonly Library[]): Promise<Row> {
  const inputs = workload.inputs.map((shape, i) => valuesFor(shape, i + 1));
  const excluded: { library: string; reason: string }[] = [];
  const subjects: { name: string; subject: Subject; repeats: number; samples: number[] }[] = [];
  let wanted: ArrayLike<number> | undefined;
  for (const { name, subjects: known } of libraries) {
    const make = known[workload.name];
    if (make === undefined) {
      excluded.push({ library: name, reason: 'cannot do it' });
      continue;
    }
    try {
      const subject = await make(inputs);
      const result = await subject.result();
      wanted ??= result;
      const off = difference(wanted, result);
      if (!(off <= workload.tolerance)) throw new Error(`its result differs by ${off.toExponential(1)} of the largest value`);
      const until = performance.now() + WARMUP_MS;
      let last = await timed(subject, 1);
      while (performance.now() < until) last = await timed(subject, 1);
      subjects.push({ name, subject, repeats: Math.max(1, Math.ceil(SAMPLE_MS / last)), samples: [] });
    } catch (error) {
      excluded.push({ library: name, reason: reasonOf(error) });
    }
  }
  const end = performance.now() + BUDGET_MS * subjects.length;
  for (let run = 0; run < MOST_RUNS && performance.now() < end; run++) {
    for (const s of subjects) s.samples.push(await timed(s.subject, s.repeats));
  }
  const timings = subjects.map(({ name, samples }): Timing => {
    const sorted = [...samples].sort((a, b) => a - b);
    return { library: name, median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75), runs: sorted.length };
  });
  return { workload: workload.name, target: workload.target, flops: workload.flops, timings, excluded };
}
