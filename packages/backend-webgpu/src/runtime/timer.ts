/**
 * Times of kernels, as the device counts them: each dispatch gets a pass of its own with a timestamp at either end.
 *
 * Only the debug ladder asks for it. Where the adapter has no timestamps, a submission's kernels share the time from
 * the submission to its end.
 *
 * Invariant: timing changes no result, and never makes the program wait.
 *
 * Reference: WebGPU section 20.3 (timestamp queries).
 */
import { reportRun, type Launch } from '@sconce/compiler';
import { MAP_READ, STAGING, TIMES } from './usage.js';

/** Timestamps in one query set. */
const MOST = 4096;

export interface Timing {
  /** The pass descriptor of dispatch `i`. */
  pass(i: number): GPUComputePassDescriptor;
  /** Adds what reading the times takes to the commands. */
  resolve(encoder: GPUCommandEncoder): void;
  /** Called after the submission; `launches[i]` is what dispatch `i` belongs to. */
  report(launches: readonly Launch[]): void;
}

/** Times `count` dispatches of one submission. */
export function timeDispatches(device: GPUDevice, count: number): Timing {
  const start = performance.now();
  if (!device.features.has('timestamp-query') || count === 0 || 2 * count > MOST) return timeTogether(device, start);
  const querySet = device.createQuerySet({ type: 'timestamp', count: 2 * count });
  const size = 16 * count;
  const resolved = device.createBuffer({ size, usage: TIMES });
  const staging = device.createBuffer({ size, usage: STAGING });
  return {
    pass: (i) => ({ timestampWrites: { querySet, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 } }),
    resolve(encoder) {
      encoder.resolveQuerySet(querySet, 0, 2 * count, resolved, 0);
      encoder.copyBufferToBuffer(resolved, 0, staging, 0, size);
    },
    report(launches) {
      void staging.mapAsync(MAP_READ).then(
        () => {
          const stamps = new BigUint64Array(staging.getMappedRange().slice(0));
          staging.destroy();
          const times = new Map<Launch, { from: number; ms: number }>();
          launches.forEach((launch, i) => {
            const before = times.get(launch);
            const ms = Number(stamps[2 * i + 1] - stamps[2 * i]) / 1e6;
            times.set(launch, { from: before?.from ?? Number(stamps[2 * i] - stamps[0]) / 1e6, ms: (before?.ms ?? 0) + ms });
          });
          times.forEach(({ from, ms }, launch) => reportRun(launch, start + from, ms));
        },
        () => undefined,
      );
      querySet.destroy();
      resolved.destroy();
    },
  };
}

function timeTogether(device: GPUDevice, start: number): Timing {
  return {
    pass: () => ({}),
    resolve: () => undefined,
    report(launches) {
      void device.queue.onSubmittedWorkDone().then(() => {
        const distinct = [...new Set(launches)];
        const ms = (performance.now() - start) / distinct.length;
        distinct.forEach((launch, i) => reportRun(launch, start + i * ms, ms));
      });
    },
  };
}
