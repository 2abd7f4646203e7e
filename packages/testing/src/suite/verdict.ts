/**
 * What a record's results say against a backend.
 *
 * Invariant: nothing is passed over in silence: a sample that was skipped for another reason than a dtype or a device that
 * is not there counts like one that failed.
 */
import { deviates } from '../golden/deviations.js';
import { failures, type RunnableGroup, type SampleResult } from '../golden/index.js';

/** Reasons for which a sample may be skipped: a dtype or device that does not exist here, or that the device lacks. */
const REASONS = /^(there is no |\w+ has no (float64|int64|float16|bfloat16)$)/;

/** Objections in words; none when all is as recorded, or deviates for a reason that is written down. */
export function objections(group: RunnableGroup, name: string, all: readonly SampleResult[], syncReads: boolean): string[] {
  const results = all.filter((r) => !deviates(group === 'ops' ? name : `${group} ${name}`, r.sample, syncReads));
  const unexplained = results.filter((r) => r.status === 'skip' && !REASONS.test(r.message ?? ''));
  return [...failures(results), ...unexplained.map((r) => `sample ${r.sample} skipped: ${r.message ?? 'no reason'}`)];
}
