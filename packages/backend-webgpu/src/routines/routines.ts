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

interface ArgsortAttrs {
  readonly dim: number;
  readonly descending: boolean;
  /** How many of the first positions are asked for; null for all of them. */
  readonly count: number | null;
  readonly isStable: boolean;
}

const sortOf = ({ name, inputs: [x], output, attrs }: RoutineLaunch): Sort | null => {
  if (name !== 'argsort' || output.size === 0) return null;
  const { dim, descending, count, isStable } = attrs as unknown as ArgsortAttrs;
  // Where equal elements may go either way, the routine says which.
  return isStable ? { shape: x.shape, dtype: x.dtype, dim, descending, count: count ?? x.shape[dim] ?? 1 } : null;
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
