/**
 * Recorded answers that we do not give, with the reason: where PyTorch's contract leaves the answer open, or where the
 * record is not what PyTorch answers in that dtype.
 *
 * Invariant: a sample stands here only when our answer is the right one.
 */

/** By record (of the group `ops` unless it says otherwise), the samples and why. */
export const DEVIATIONS: Readonly<Record<string, { readonly samples: readonly number[]; readonly reason: string; readonly asyncOnly?: boolean }>> = {
  'errors cov': { samples: [4], reason: 'whether a weight is negative is known at the call only where values can be read at once', asyncOnly: true },
  'errors scatter': { samples: [0], reason: 'int32 is a dtype of indices here' },
  'errors scatter_add': { samples: [0], reason: 'int32 is a dtype of indices here' },
  int: {
    samples: [2, 5],
    reason: 'floats that int32 cannot hold saturate here, and NaN is 0; in C++ the cast is undefined',
  },
  nan_to_num: {
    samples: [8],
    reason: "recorded in float64 and rounded, so float64's largest number became infinity; in float32 it is float32's",
  },
  nextafter: {
    samples: [5],
    reason: "recorded in float64 and rounded, so float64's largest number became infinity; in float32 it is float32's",
  },
  'special.bessel_j0': { samples: [9], reason: "near 5.5 PyTorch's float64 is off by 2e-7; ours is the function's value" },
  'special.bessel_y1': { samples: [9], reason: "near 5.5 PyTorch's float64 is off by 3e-7; ours is the function's value" },
};

/** Whether the answer to a sample is not expected to be the recorded one. */
export function deviates(record: string, sample: number, syncReads = true): boolean {
  const found = DEVIATIONS[record];
  return found !== undefined && found.samples.includes(sample) && !(syncReads && found.asyncOnly === true);
}
