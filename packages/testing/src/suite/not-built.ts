/**
 * Recorded calls of what Sconce does not have yet, by group. The golden suite runs everything else; an entry here whose
 * bridge exists fails the suite, so the list only shrinks.
 */
import type { RunnableGroup } from '../golden/index.js';

const ops = new Set<string>();

export const NOT_BUILT: Readonly<Record<RunnableGroup, ReadonlySet<string>>> = {
  ops,
  modules: new Set(),
  /** Rejected calls of the same ops. */
  errors: ops,
  optim: new Set(),
  schedulers: new Set(),
};
