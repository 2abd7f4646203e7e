/**
 * Where routines work that are lent nothing: in arrays of JavaScript, with its loops.
 *
 * Invariant: what a routine gives has the same bits there and in a backend's memory.
 */
import type { Workspace } from '@sconce/core';

export const ON_HOST: Workspace = { float64: (size) => new Float64Array(size), scope: (run) => run(), run: () => false };
