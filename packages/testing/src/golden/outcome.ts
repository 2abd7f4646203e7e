/**
 * What became of one sample, put together from what was found out about it.
 *
 * Reference: harness.ts
 */
import type { ResultKind, SampleResult } from './harness.js';

/** A result that does not know its sample's position yet. */
export type Outcome = Omit<SampleResult, 'sample'>;

export const skipped = (kind: ResultKind, message: string): Outcome => ({ kind, status: 'skip', message });

export const failed = (kind: ResultKind, message: string): Outcome => ({ kind, status: 'fail', message });

/** Passes when nothing differs. */
export const verdict = (kind: ResultKind, mismatches: readonly string[]): Outcome =>
  mismatches.length === 0 ? { kind, status: 'pass' } : failed(kind, mismatches.join('; '));

/** What an error says of itself. */
export const errorText = (error: unknown): string =>
  error instanceof Error ? `threw ${error.name}: ${error.message}` : `threw ${String(error)}`;
