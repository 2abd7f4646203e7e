/**
 * Compares gradients with PyTorch's.
 *
 * They are those of one scalar, the sum over all floating outputs of sum(output * w), with w = 1 + (i mod 7)/7 at flat
 * position i. The weights differ between neighbours, so that gradients which land in each other's place do not pass.
 *
 * Reference: records.ts
 */
import { compareTensor, type FloatingOutput } from './compare.js';
import type { Harness } from './harness.js';
import { errorText, failed, verdict, type Outcome } from './outcome.js';
import type { EncodedTensor } from './records.js';

/** A gradient that PyTorch recorded. */
export interface WantedGradient<T> {
  /** How messages call the tensor. */
  readonly name: string;
  readonly tensor: T;
  readonly want: EncodedTensor;
}

export async function compareGradients<T>(
  outputs: readonly FloatingOutput<T>[],
  wanted: readonly WantedGradient<T>[],
  harness: Harness<T>,
): Promise<Outcome> {
  try {
    const found = harness.gradients(
      outputs.map(({ tensor }) => tensor),
      outputs.map((output) => weights(output, harness)),
      wanted.map(({ tensor }) => tensor),
    );
    const mismatches: string[] = [];
    for (const [i, { name, want }] of wanted.entries()) {
      const message = await compareTensor(found[i], want, 'gradient', harness);
      if (message !== undefined) mismatches.push(`gradient of ${name}: ${message}`);
    }
    return verdict('gradient', mismatches);
  } catch (error) {
    return failed('gradient', errorText(error));
  }
}

function weights<T>({ dtype, shape }: FloatingOutput<T>, harness: Harness<T>): T {
  const size = shape.reduce((product, length) => product * length, 1);
  const data = Float64Array.from({ length: size }, (_, i) => 1 + (i % 7) / 7);
  return harness.makeTensor({ dtype, shape, data }, { requiresGrad: false });
}
