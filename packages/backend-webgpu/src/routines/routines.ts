/**
 * Routines that the device runs itself, by name. All others are JavaScript over whole arrays, for which values are read
 * back and uploaded again.
 *
 * Invariant: a routine gives the same result here as there.
 */
import { recent, type KernelLaunch, type Launch, type RoutineLaunch } from '@sconce/compiler';
import { buildSort, paddedSize, type BuiltSort, type Sort } from './sort.js';

/** Sorts that are kept built. */
const MOST = 256;

const sortOf = ({ name, inputs: [x], attrs }: RoutineLaunch): Sort | null => {
  if (name !== 'argsort' || x.size === 0) return null;
  const { dim, descending, count } = attrs as { readonly dim: number; readonly descending: boolean; readonly count: number | null };
  // The first of a row are chosen by other rules, where some are equal.
  return count === null ? { shape: x.shape, dtype: x.dtype, dim, descending } : null;
};

/** Gives a launch as the device's own kernels where it has them, within buffers of this many bytes. */
export function deviceRoutines(maxBufferBytes: number): (launch: Launch) => Launch {
  const sorts = recent<string, BuiltSort | null>(MOST);
  return (launch) => {
    if (launch.kind !== 'routine') return launch;
    const sort = sortOf(launch);
    if (sort === null || 4 * paddedSize(sort) > maxBufferBytes) return launch;
    const found = sorts.of(JSON.stringify(sort), () => buildSort(sort));
    if (found === null) return launch;
    return { kind: 'kernel', ...found, regions: [launch.inputs[0], launch.output] } satisfies KernelLaunch;
  };
}
