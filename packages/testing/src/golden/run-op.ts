/**
 * Runs the samples of one op. Each gives a forward result and, where PyTorch differentiates it, a gradient result.
 *
 * Invariant: a sample that cannot run gives its results all the same, skipped or failed with the reason.
 *
 * Reference: records.ts
 */
import { compareOutput } from './compare.js';
import { decodeCall } from './decode.js';
import { compareGradients } from './gradients.js';
import type { Bridges, Harness, SampleResult } from './harness.js';
import { localise, localiseCall, reasonToSkip } from './localise.js';
import { errorText, failed, skipped, verdict, type Outcome } from './outcome.js';
import type { OpRecord, OpSample } from './records.js';

/** Runs every sample of an op. `name` is the record's name, which is the bridge's key. */
export async function runOp<T>(
  name: string,
  record: OpRecord,
  bridges: Pick<Bridges<T>, 'ops'>,
  harness: Harness<T>,
): Promise<SampleResult[]> {
  const results: SampleResult[] = [];
  for (const [sample, recorded] of record.samples.entries()) {
    for (const outcome of await runSample(recorded, bridges.ops[name], harness)) results.push({ sample, ...outcome });
  }
  return results;
}

async function runSample<T>(
  sample: OpSample,
  bridge: Bridges<T>['ops'][string] | undefined,
  harness: Harness<T>,
): Promise<Outcome[]> {
  const kinds = sample.grads === undefined ? (['forward'] as const) : (['forward', 'gradient'] as const);
  if (bridge === undefined) return kinds.map((kind) => skipped(kind, 'the bridge has no such op'));
  const values = [...sample.args, ...Object.values(sample.kwargs ?? {}), sample.output, { dtype: sample.dtype }];
  const reason = reasonToSkip(values, sample.kwargs, harness);
  if (reason !== undefined) return kinds.map((kind) => skipped(kind, reason));

  try {
    const inputs: T[] = [];
    const call = decodeCall(localiseCall(sample, harness), (plain) => {
      const requiresGrad = (sample.grads?.[inputs.length] ?? null) !== null;
      const tensor = harness.makeTensor(plain, { requiresGrad });
      inputs.push(tensor);
      return tensor;
    });
    const output = await bridge(call);
    const want = localise(sample.output, harness);
    const { mismatches, floating } = await compareOutput(output, want, sample.dtype, harness);
    const forward = verdict('forward', mismatches);
    if (sample.grads === undefined) return [forward];

    const wanted = sample.grads.flatMap((gradient, i) =>
      gradient === null ? [] : [{ name: `tensor ${i}`, tensor: inputs[i], want: gradient }],
    );
    return [forward, await compareGradients(floating, wanted, harness)];
  } catch (error) {
    return kinds.map((kind) => failed(kind, errorText(error)));
  }
}
