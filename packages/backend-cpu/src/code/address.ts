/**
 * Where elements lie: the address of the first lane's, as a term and a constant, and how much further the others are.
 *
 * Invariant: indices are linear forms whose terms are added outermost loop first, so that their sums can leave inner
 * loops; and what an instruction adds its constant to never lies before the buffer, because it adds without wrapping.
 */
import type { Expr } from '@sconce/core';
import { axesIn, linearOf, rangeOf } from '@sconce/compiler';
import { addTo, IN_ORDER, NEIGHBOURHOOD, patternOf, SAME, stepOf, type Offsets } from './lanes.js';
import { bytesOf } from './memory.js';
import { axisAt, type Frame, type Place } from './place.js';
import type { Address, Term } from './term.js';

/** Where the first lane's element lies, and how many bytes further those of all lanes, and that of the next companion. */
export interface Access extends Address {
  readonly offsets: Offsets;
  /** NaN where companions are not evenly spaced. */
  readonly across: number;
}

/** Values of the parts of an index at a place. */
export interface IndexValues {
  readonly frame: Frame;
  readonly place: Place;
  scalar(x: Expr): Term;
  /** Whether the value is the same in all lanes. */
  isUniform(x: Expr): boolean;
}

/** Whether elements are neighbours along the companion axis and far apart along the lanes. */
export const isTurned = ({ offsets, across }: Access, bytes: number): boolean =>
  across === bytes && bytes >= 4 && Math.abs(stepOf(offsets) ?? 0) > NEIGHBOURHOOD * bytes;

/** The address of an element in the first lane; null where how far the other lanes' lie depends on the place. */
export function accessOf(values: IndexValues, slot: number, index: Expr): Access | null {
  const { frame, place } = values;
  const t = frame.terms;
  const { pointer, storage, isRow } = frame.slots[slot];
  const lanes = isRow && place.vector !== null ? place.rowLanes : 1;
  const bytes = bytesOf(storage) * lanes;
  const { constant, terms } = linearOf(index);
  const parts: { term: Term; by: number }[] = [];
  let offsets = lanes > 1 ? addTo(SAME, IN_ORDER, bytesOf(storage)) : SAME;
  let across = 0;
  let ascending = true;
  let plus = 0;
  for (const [atom, k] of terms) {
    if (atom.op === 'axis') {
      const value = axisAt(place.axes, atom.axis.id);
      parts.push({ term: value.term, by: k * bytes });
      plus += k * value.plus;
      if (atom.axis.id === place.vector) offsets = addTo(offsets, IN_ORDER, k * bytes);
      if (atom.axis.id === place.companion?.axis) across += k * bytes;
    } else {
      const pattern = values.isUniform(atom) ? SAME : place.aligned === true ? patternOf(atom, place.vector!) : null;
      if (pattern === null) return null;
      offsets = addTo(offsets, pattern, k * bytes);
      if (place.companion && axesIn(atom).has(place.companion.axis)) across = NaN;
      parts.push({ term: values.scalar(atom), by: k * bytes });
      ascending &&= (rangeOf(atom)?.[0] ?? -1) >= 0;
    }
    ascending &&= k > 0;
  }
  const total = constant + plus;
  const offset = ascending && total >= 0 ? total : Math.max(plus, 0);
  const base = parts
    .sort((a, b) => a.term.rank - b.term.rank)
    .reduce((sum, { term, by }) => t.add(sum, t.scale(term, by)), t.add(pointer, (total - offset) * bytes));
  return { base, offset: offset * bytes, offsets, across };
}

/** Addresses of elements whose indices are computed, lane by lane. */
export function scatteredOf({ frame, place }: IndexValues, slot: number, indices: readonly Term[]): Address[] {
  const t = frame.terms;
  const { pointer, storage, isRow } = frame.slots[slot];
  const lanes = isRow ? place.rowLanes : 1;
  const bytes = bytesOf(storage);
  return indices.map((i, lane) => ({ base: t.add(pointer, t.scale(i, lanes * bytes)), offset: lanes > 1 ? lane * bytes : 0 }));
}
