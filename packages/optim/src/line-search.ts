/**
 * Line search: a step along a direction that satisfies the strong Wolfe conditions,
 * f(t) ≤ f(0) + c₁ t f′(0) and |f′(t)| ≤ c₂ |f′(0)|.
 *
 * First a bracket around such a step is found, then it is narrowed by cubic interpolation.
 *
 * Reference: Nocedal and Wright, Numerical Optimization, algorithms 3.5 and 3.6; PyTorch's `_strong_wolfe`.
 */

/** What is known at a step: the objective, its slope along the direction, and its gradient. */
export interface Point<G> {
  readonly t: number;
  readonly loss: number;
  readonly slope: number;
  readonly gradient: G;
}

const DECREASE = 1e-4;
const CURVATURE = 0.9;
const MOST_STEPS = 25;

/** The minimum of the cubic through two points and their slopes, within bounds; their middle where it has none. */
function cubicMinimum(a: Point<unknown>, b: Point<unknown>, bounds: readonly [number, number] = [Math.min(a.t, b.t), Math.max(a.t, b.t)]): number {
  const [left, right] = a.t <= b.t ? [a, b] : [b, a];
  const d1 = left.slope + right.slope - (3 * (left.loss - right.loss)) / (left.t - right.t);
  const square = d1 * d1 - left.slope * right.slope;
  if (!(square >= 0)) return (bounds[0] + bounds[1]) / 2;
  const d2 = Math.sqrt(square);
  const t = right.t - (right.t - left.t) * ((right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2));
  return Math.min(Math.max(t, bounds[0]), bounds[1]);
}

/**
 * The point that the search settles on.
 *
 * @param evaluate the objective at a step; called at most 26 times.
 * @param first the step to try first
 * @param start the point at step 0
 * @param largest the direction's largest component
 * @param tolerance the length of a bracket, times `largest`, that is not narrowed further
 */
export async function strongWolfe<G>(
  evaluate: (t: number) => Promise<Point<G>>,
  first: number,
  start: Point<G>,
  largest: number,
  tolerance: number,
): Promise<Point<G>> {
  const tooHigh = (p: Point<G>): boolean => p.loss > start.loss + DECREASE * p.t * start.slope;
  const flat = (p: Point<G>): boolean => Math.abs(p.slope) <= -CURVATURE * start.slope;

  let previous = start;
  let point = await evaluate(first);
  let steps = 0;
  for (; steps < MOST_STEPS; steps++) {
    if (tooHigh(point) || (steps > 1 && point.loss >= previous.loss)) break;
    if (flat(point)) return point;
    if (point.slope >= 0) break;
    const next = cubicMinimum(previous, point, [point.t + 0.01 * (point.t - previous.t), point.t * 10]);
    previous = point;
    point = await evaluate(next);
  }
  if (steps === MOST_STEPS) return start.loss <= point.loss ? start : point;

  let [low, high] = previous.loss <= point.loss ? [previous, point] : [point, previous];
  let stuck = false;
  for (; steps < MOST_STEPS && Math.abs(high.t - low.t) * largest >= tolerance; steps++) {
    const [least, most] = [Math.min(low.t, high.t), Math.max(low.t, high.t)];
    let t = cubicMinimum(low, high);
    const margin = 0.1 * (most - least);
    const nearEdge = Math.min(most - t, t - least) < margin;
    const push: boolean = nearEdge && (stuck || t >= most || t <= least);
    if (push) t = Math.abs(t - most) < Math.abs(t - least) ? most - margin : least + margin;
    stuck = nearEdge && !push;

    const trial = await evaluate(t);
    if (tooHigh(trial) || trial.loss >= low.loss) {
      [low, high] = low.loss <= trial.loss ? [low, trial] : [trial, low];
      continue;
    }
    if (flat(trial)) return trial;
    if (trial.slope * (high.t - low.t) >= 0) high = low;
    low = trial;
  }
  return low;
}
