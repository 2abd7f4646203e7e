/**
 * The debug ladder: 1 devices, 2 kernels with time and rates, 3 what was fused and why, 4 the source of kernels.
 *
 * Invariant: core does not read the environment; a backend that runs where there is one passes `SCONCE_DEBUG` on.
 */

let level = 0;
let sink: (line: string) => void = (line) => {
  console.error(line);
};

/** The present level of the debug ladder, 0 to 4. */
export const debugLevel = (): number => level;

/** Sets the level, or sets it while `fn` runs. */
export function debug(to: number): void;
export function debug<R>(to: number, fn: () => R): R;
export function debug<R>(to: number, fn?: () => R): R | undefined {
  const before = level;
  level = to;
  if (fn === undefined) return undefined;
  try {
    return fn();
  } finally {
    level = before;
  }
}

/** Where debug lines go; the default is standard error. Gives the one before. */
export function setDebugSink(to: (line: string) => void): (line: string) => void {
  const before = sink;
  sink = to;
  return before;
}

const write = (text: string): void => text.split('\n').forEach((line) => sink(line));

/** What was promised and is not written yet; what comes later waits for it. */
let promised: Promise<void> | null = null;

/** Writes a text when the level is at least `at`; it is made only then. A promised one is written when it is there. */
export function debugLine(at: number, text: () => string | Promise<string>): void {
  if (level < at) return;
  const made = text();
  if (promised === null && typeof made === 'string') {
    write(made);
    return;
  }
  const own = Promise.all([made, promised]).then(([line]) => {
    write(line);
    if (promised === own) promised = null;
  });
  promised = own;
}
