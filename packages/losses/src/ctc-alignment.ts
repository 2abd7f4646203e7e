/**
 * Alignments of a sequence of labels with a longer sequence of frames, with blanks in between: their total probability, and
 * how likely each label is at each frame.
 *
 * The states of a sequence of L labels are blank, label, blank, …, blank: 2L + 1 of them. A path stays, moves to the next
 * state, or skips a blank between two different labels. `alpha` sums over the paths up to a frame, `beta` over those from it.
 *
 * Invariant: everything is in logarithms and float64.
 *
 * Reference: Graves et al., Connectionist temporal classification (ICML 2006).
 */

/** One sample: frames × classes of log-probabilities, read through `at`, and the labels. */
export interface Sample {
  readonly frames: number;
  readonly labels: readonly number[];
  readonly blank: number;
  readonly at: (frame: number, cls: number) => number;
}

function logSum(a: number, b: number, c: number): number {
  const most = Math.max(a, b, c);
  return most === -Infinity ? most : most + Math.log(Math.exp(a - most) + Math.exp(b - most) + Math.exp(c - most));
}

const statesOf = ({ labels }: Sample): number => 2 * labels.length + 1;
const classOfState = ({ labels, blank }: Sample, s: number): number => (s % 2 === 0 ? blank : labels[(s - 1) / 2]);
/** Whether a path may jump from state s − 2 to s. */
const skips = (sample: Sample, s: number): boolean => s >= 2 && s % 2 === 1 && classOfState(sample, s) !== classOfState(sample, s - 2);

/** Log-probabilities of all paths that end in each state at each frame, frames × states. */
export function alphas(sample: Sample): Float64Array {
  const { frames, at } = sample;
  const states = statesOf(sample);
  const alpha = new Float64Array(frames * states).fill(-Infinity);
  for (let t = 0; t < frames; t++) {
    for (let s = 0; s < states; s++) {
      const before = (k: number): number => (k < 0 ? -Infinity : alpha[(t - 1) * states + k]);
      const paths = t === 0 ? (s < 2 ? 0 : -Infinity) : logSum(before(s), before(s - 1), skips(sample, s) ? before(s - 2) : -Infinity);
      alpha[t * states + s] = paths + at(t, classOfState(sample, s));
    }
  }
  return alpha;
}

/** Log-probabilities of all paths that start in each state at each frame, frames × states. */
function betas(sample: Sample): Float64Array {
  const { frames, at } = sample;
  const states = statesOf(sample);
  const beta = new Float64Array(frames * states).fill(-Infinity);
  for (let t = frames - 1; t >= 0; t--) {
    for (let s = states - 1; s >= 0; s--) {
      const after = (k: number): number => (k >= states ? -Infinity : beta[(t + 1) * states + k]);
      const paths = t === frames - 1 ? (s >= states - 2 ? 0 : -Infinity) : logSum(after(s), after(s + 1), skips(sample, s + 2) && s + 2 < states ? after(s + 2) : -Infinity);
      beta[t * states + s] = paths + at(t, classOfState(sample, s));
    }
  }
  return beta;
}

/** −log of the probability of the labels. */
export function negativeLogLikelihood(sample: Sample, alpha = alphas(sample)): number {
  const states = statesOf(sample);
  if (sample.frames === 0) return states === 1 ? 0 : Infinity;
  const last = alpha.length - 1;
  return -logSum(alpha[last], states > 1 ? alpha[last - 1] : -Infinity, -Infinity);
}

/** Calls `visit` with −d(loss)/d(log-probability) summed over states, for every frame and class on a path. */
export function occupations(sample: Sample, visit: (frame: number, cls: number, probability: number) => void): void {
  const alpha = alphas(sample);
  const beta = betas(sample);
  const loss = negativeLogLikelihood(sample, alpha);
  const states = statesOf(sample);
  for (let t = 0; t < sample.frames; t++) {
    for (let s = 0; s < states; s++) {
      const cls = classOfState(sample, s);
      const both = alpha[t * states + s] + beta[t * states + s];
      if (both > -Infinity) visit(t, cls, Math.exp(both + loss - sample.at(t, cls)));
    }
  }
}
