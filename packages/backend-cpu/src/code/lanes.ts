/**
 * Where the elements of four lanes lie: how far each is from the first lane's, when that is the same wherever the vector
 * stands. Along a linear form lanes are evenly spaced; quotients and remainders, of which pooling and repeating are made,
 * give patterns such as 0 0 1 1.
 *
 * Invariant: vectors start at multiples of LANES along their axis, or patterns are not asked for.
 */
import type { Axis, Expr } from '@sconce/core';
import { axesIn, linearOf } from '@sconce/compiler';
import { eachLane, LANES } from './vector.js';

/** By lane; the first is 0. */
export type Offsets = readonly number[];

/** The largest step at which four elements share two vectors. */
export const NEIGHBOURHOOD = 3;

export const SAME: Offsets = eachLane(() => 0);
export const IN_ORDER: Offsets = eachLane((lane) => lane);

/** The sum of one form and a multiple of another. */
export const addTo = (a: Offsets, b: Offsets, times: number): Offsets => (b === SAME ? a : eachLane((l) => a[l] + b[l] * times));

/** The distance from each lane to the next; null when it differs. */
export const stepOf = (offsets: Offsets): number | null => (offsets.every((o, l) => o === l * offsets[1]) ? offsets[1] : null);

/** The offsets of a quotient or remainder of the vectors' axis by a constant; null where they are not the same everywhere. */
export function patternOf(atom: Expr, axis: number): Offsets | null {
  const [x, divisor] = atom.args;
  if ((atom.op !== 'quot' && atom.op !== 'rem') || divisor.op !== 'const') return null;
  const d = Number(divisor.value);
  const { constant, terms } = linearOf(x);
  const [[inside, k]] = terms.size === 1 ? terms : [[x, 0]];
  if (inside.op !== 'axis' || inside.axis.id !== axis || k <= 0 || constant < 0 || d <= 0) return null;
  const step = k * LANES;
  // A vector starts at a multiple of d, or at one of its own length, which never reaches over one of d.
  if (step % d !== 0 && (d % step !== 0 || constant % step !== 0)) return null;
  const first = step % d === 0 ? constant % d : 0;
  const value = (lane: number): number => (atom.op === 'quot' ? Math.floor((first + k * lane) / d) : (first + k * lane) % d);
  return eachLane((lane) => value(lane) - value(0));
}

/** The offsets of an index along an axis; null where they are not the same everywhere. */
export function offsetsAlong(index: Expr, axis: Axis): Offsets | null {
  let offsets = SAME;
  for (const [atom, k] of linearOf(index).terms) {
    const own = atom.op === 'axis' ? (atom.axis === axis ? IN_ORDER : SAME) : axesIn(atom).has(axis.id) ? patternOf(atom, axis.id) : SAME;
    if (own === null) return null;
    offsets = addTo(offsets, own, k);
  }
  return offsets;
}
