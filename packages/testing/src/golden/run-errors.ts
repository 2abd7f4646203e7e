/**
 * Runs the calls that an op must reject: with a typed error, at the call, before anything is computed.
 *
 * Invariant: only a typed error passes. A TypeError of JavaScript's, thrown on the way through nonsense, does not.
 *
 * Reference: records.ts
 */
import { decodeCall, type DecodedCall } from './decode.js';
import type { Bridges, Harness, SampleResult } from './harness.js';
import { localiseCall, reasonToSkip } from './localise.js';
import { errorText, failed, skipped, type Outcome } from './outcome.js';
import type { ErrorSample } from './records.js';

/** Runs every rejected call of an op. `name` is the bridge's key. */
export async function runErrors<T>(
  name: string,
  samples: readonly ErrorSample[],
  bridges: Pick<Bridges<T>, 'ops'>,
  harness: Harness<T>,
): Promise<SampleResult[]> {
  const results: SampleResult[] = [];
  for (const [sample, recorded] of samples.entries()) {
    results.push({ sample, ...(await runSample(recorded, bridges.ops[name], harness)) });
  }
  return results;
}

async function runSample<T>(
  sample: ErrorSample,
  bridge: Bridges<T>['ops'][string] | undefined,
  harness: Harness<T>,
): Promise<Outcome> {
  if (bridge === undefined) return skipped('error', 'the bridge has no such op');
  const values = [...sample.args, ...Object.values(sample.kwargs ?? {})];
  const reason = reasonToSkip(values, sample.kwargs, harness);
  if (reason !== undefined) return skipped('error', reason);

  let call: DecodedCall<T>;
  try {
    call = decodeCall(localiseCall(sample, harness), (plain) => harness.makeTensor(plain, { requiresGrad: false }));
  } catch (error) {
    return failed('error', `an argument could not be made: ${errorText(error)}`);
  }
  try {
    await bridge(call);
  } catch (error) {
    if (harness.isTypedError(error)) return { kind: 'error', status: 'pass' };
    return failed('error', `${errorText(error)}, which is no typed error`);
  }
  return failed('error', `accepted; PyTorch says: ${sample.torch_message}`);
}
