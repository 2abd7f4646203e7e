/**
 * Runs the samples of one module: how it prints, what it computes from a given state, the gradients of inputs and
 * parameters, and its buffers afterwards.
 *
 * Reference: records.ts
 */
import { compareOutput, compareTensor } from './compare.js';
import { decode, decodeCall, decodeTensor } from './decode.js';
import { compareGradients, type WantedGradient } from './gradients.js';
import type { Bridges, GoldenModule, Harness, SampleResult } from './harness.js';
import { localise, localiseCall, reasonToSkip } from './localise.js';
import { errorText, failed, skipped, verdict, type Outcome } from './outcome.js';
import type { EncodedTensor, ModuleRecord, ModuleSample } from './records.js';

/** Modules are recorded in float32 throughout. */
const DTYPE = 'float32';

/** Runs every sample of a module. `name` is the record's name, which is the bridge's key. */
export async function runModule<T>(
  name: string,
  record: ModuleRecord,
  bridges: Pick<Bridges<T>, 'modules'>,
  harness: Harness<T>,
): Promise<SampleResult[]> {
  const results: SampleResult[] = [];
  for (const [sample, recorded] of record.samples.entries()) {
    for (const outcome of await runSample(recorded, bridges.modules[name], harness)) results.push({ sample, ...outcome });
  }
  return results;
}

async function runSample<T>(
  sample: ModuleSample,
  bridge: Bridges<T>['modules'][string] | undefined,
  harness: Harness<T>,
): Promise<Outcome[]> {
  const kinds = ['forward', 'gradient'] as const;
  if (bridge === undefined) return kinds.map((kind) => skipped(kind, 'the bridge has no such module'));
  const tensors = [...Object.values(sample.state), ...Object.values(sample.state_after)];
  const reason = reasonToSkip([...sample.inputs, sample.output, ...tensors], sample.kwargs, harness);
  if (reason !== undefined) return kinds.map((kind) => skipped(kind, reason));

  const constant = (encoded: EncodedTensor): T =>
    harness.makeTensor(decodeTensor(localise(encoded, harness)), { requiresGrad: false });
  try {
    const call = decodeCall(localiseCall(sample, harness), (plain) => harness.makeTensor(plain, { requiresGrad: false }));
    const module = bridge(call);
    const text = module.toString();
    module.loadStateDict(mapValues(sample.state, constant));
    module.train(sample.training);

    const inputs: T[] = [];
    const args = sample.inputs.map((value) =>
      decode(localise(value, harness), (plain) => {
        const requiresGrad = (sample.input_grads[inputs.length] ?? null) !== null;
        const tensor = harness.makeTensor(plain, { requiresGrad });
        inputs.push(tensor);
        return tensor;
      }),
    );
    const output = await module.forward(...args);
    const { mismatches, floating } = await compareOutput(output, localise(sample.output, harness), DTYPE, harness);
    const repr = text === sample.repr ? [] : [`prints as ${JSON.stringify(text)}, want ${JSON.stringify(sample.repr)}`];
    const buffers = await compareState(module, sample, harness);
    const forward = verdict('forward', [...repr, ...mismatches, ...buffers]);
    return [forward, await compareGradients(floating, wantedGradients(module, inputs, sample), harness)];
  } catch (error) {
    return kinds.map((kind) => failed(kind, errorText(error)));
  }
}

async function compareState<T>(module: GoldenModule<T>, sample: ModuleSample, harness: Harness<T>): Promise<string[]> {
  const state = module.stateDict();
  const mismatches: string[] = [];
  for (const [name, want] of Object.entries(sample.state_after)) {
    const message = await compareTensor(state[name], localise(want, harness), 'output', harness);
    if (message !== undefined) mismatches.push(`${name} afterwards: ${message}`);
  }
  return mismatches;
}

function wantedGradients<T>(module: GoldenModule<T>, inputs: readonly T[], sample: ModuleSample): WantedGradient<T>[] {
  const parameters = new Map(module.namedParameters());
  const wanted: WantedGradient<T>[] = [];
  sample.input_grads.forEach((want, i) => {
    if (want !== null) wanted.push({ name: `input ${i}`, tensor: inputs[i], want });
  });
  for (const [name, want] of Object.entries(sample.param_grads)) {
    const tensor = parameters.get(name);
    if (tensor === undefined) throw new Error(`there is no parameter '${name}'`);
    if (want !== null) wanted.push({ name, tensor, want });
  }
  return wanted;
}

const mapValues = <A, B>(record: Readonly<Record<string, A>>, f: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value)]));
