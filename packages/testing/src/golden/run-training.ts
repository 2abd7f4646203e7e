/**
 * Runs the records of optimisers and of learning-rate schedulers.
 *
 * An optimiser takes six steps on a least-squares problem, in float64 as recorded or in float32 where a device has no
 * float64; the loss before each step and the parameters after it must be PyTorch's. A scheduler's learning rates are read off its optimiser's first group.
 *
 * Reference: records.ts
 */
import { compareTensor } from './compare.js';
import { decode, decodeTensor, type Decoded } from './decode.js';
import type { Bridges, Harness, SampleResult, TrainingHarness } from './harness.js';
import { errorText, failed, skipped, verdict, type Outcome } from './outcome.js';
import type { Encoded, EncodedTensor, OptimRecord, OptimSample, SchedulerRecord, SchedulerSample } from './records.js';
import { agrees, toleranceOf } from './tolerance.js';

/** Runs the samples of one optimiser. `name` is the bridge's key. */
export async function runOptimizer<T>(
  name: string,
  record: OptimRecord,
  bridges: Pick<Bridges<T>, 'optimizers'>,
  harness: TrainingHarness<T>,
): Promise<SampleResult[]> {
  const results: SampleResult[] = [];
  for (const [sample, recorded] of record.samples.entries()) {
    if (recorded.optimizer === name) results.push({ sample, ...(await takeSteps(recorded, bridges, harness)) });
  }
  return results;
}

async function takeSteps<T>(
  sample: OptimSample,
  bridges: Pick<Bridges<T>, 'optimizers'>,
  harness: TrainingHarness<T>,
): Promise<Outcome> {
  const bridge = bridges.optimizers[sample.optimizer];
  if (bridge === undefined) return skipped('forward', 'the bridge has no such optimiser');
  const dtype = harness.dtypes.includes('float64') ? 'float64' : 'float32';
  const typed = ({ tensor }: EncodedTensor): EncodedTensor => ({ tensor: { ...tensor, dtype } });
  const make = (encoded: EncodedTensor, requiresGrad: boolean): T => harness.makeTensor(decodeTensor(typed(encoded)), { requiresGrad });
  try {
    const [x, y] = [make(sample.X, false), make(sample.Y, false)];
    const [w, b] = [make(sample.w, true), make(sample.b, true)];
    const optimizer = bridge({ params: [w, b], options: decodeOptions(sample.options, harness) });
    const mismatches: string[] = [];
    for (const [i, step] of sample.steps.entries()) {
      let first: T | undefined;
      await optimizer.step(() => {
        optimizer.zeroGrad();
        const loss = harness.leastSquares(x, w, b, y);
        harness.backward(loss);
        first ??= loss;
        return loss;
      });
      const loss: EncodedTensor = { tensor: { dtype, shape: [], data: [step.loss] } };
      for (const [what, got, want] of [['loss', first, loss], ['w', w, step.w], ['b', b, step.b]] as const) {
        const message = await compareTensor(got, typed(want), 'output', harness);
        if (message !== undefined) mismatches.push(`${what} of step ${i}: ${message}`);
      }
    }
    return verdict('forward', mismatches);
  } catch (error) {
    return failed('forward', errorText(error));
  }
}

/** Runs the samples of one scheduler. `name` is the bridge's key. */
export async function runScheduler<T>(
  name: string,
  record: SchedulerRecord,
  bridges: Pick<Bridges<T>, 'optimizers' | 'schedulers'>,
  harness: Harness<T>,
): Promise<SampleResult[]> {
  const results: SampleResult[] = [];
  for (const [sample, recorded] of record.samples.entries()) {
    if (recorded.scheduler === name) results.push({ sample, ...(await followRates(recorded, bridges, harness)) });
  }
  return results;
}

async function followRates<T>(
  sample: SchedulerSample,
  bridges: Pick<Bridges<T>, 'optimizers' | 'schedulers'>,
  harness: Harness<T>,
): Promise<Outcome> {
  const bridge = bridges.schedulers[sample.scheduler];
  const sgd = bridges.optimizers['SGD'];
  if (bridge === undefined) return skipped('forward', 'the bridge has no such scheduler');
  if (sgd === undefined) return skipped('forward', 'the bridge has no SGD to schedule');
  try {
    const parameter = harness.makeTensor({ dtype: 'float32', shape: [1], data: [0] }, { requiresGrad: true });
    const optimizer = sgd({ params: [parameter], options: { lr: sample.base_lr } });
    const scheduler = bridge({ optimizer, options: decodeOptions(sample.options, harness) });
    const mismatches: string[] = [];
    for (const [i, want] of sample.lrs.entries()) {
      if (sample.metrics !== undefined) await scheduler.step(sample.metrics[i]);
      else if (i > 0) await scheduler.step();
      const { lr } = optimizer.paramGroups[0];
      if (!agrees(lr, want, toleranceOf('float64', harness.device, 'output'))) mismatches.push(`lr ${i}: got ${lr}, want ${want}`);
    }
    return verdict('forward', mismatches);
  } catch (error) {
    return failed('forward', errorText(error));
  }
}

function decodeOptions<T>(options: Readonly<Record<string, Encoded>>, harness: Harness<T>): Record<string, Decoded<T>> {
  const make = (encoded: Encoded): Decoded<T> =>
    decode(encoded, (plain) => harness.makeTensor(plain, { requiresGrad: false }));
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name, make(value)]));
}
