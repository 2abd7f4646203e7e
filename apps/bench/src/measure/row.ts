/**
 * A row of the report: one thing measured in several libraries, and whether Sconce keeps its promise.
 */

export interface Timing {
  readonly library: string;
  /** Median and quartiles, in the row's unit. */
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly runs: number;
}

export interface Row {
  readonly section: string;
  readonly title: string;
  readonly unit: 'ms' | 'kB';
  readonly target: number;
  readonly flops?: number;
  readonly timings: readonly Timing[];
  /** Libraries left out, with the reason. */
  readonly excluded: readonly { readonly library: string; readonly reason: string }[];
}

const quantile = (sorted: readonly number[], q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];

/** Median and quartiles of samples. */
export function timingOf(library: string, samples: readonly number[]): Timing {
  const sorted = [...samples].sort((a, b) => a - b);
  return { library, median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75), runs: sorted.length };
}

export const ownTiming = ({ timings }: Row): Timing | undefined => timings.find((t) => t.library === 'sconce');

/** Whether Sconce met its target; undefined where it was not measured. */
export function met(row: Row): boolean | undefined {
  const own = ownTiming(row);
  return own === undefined ? undefined : own.median <= row.target;
}

/** The first line of an error, as the reason why a library was left out. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message.split('\n')[0] : String(error)).slice(0, 140);
