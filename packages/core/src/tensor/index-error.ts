/**
 * What is wrong with an index that comes from data, or with another value that must lie in a range.
 *
 * Checks in expressions carry it along, so it is in a program when an op checks.
 */
import { ArgumentError, IndexError } from '../errors.js';
import type { IndexCheck } from '../expr/expr.js';

/** What is wrong with a value that is no index. */
const WRONG_VALUES: Readonly<Record<string, string>> = {
  probability: 'is not from 0 to 1',
  variance: 'is negative',
};

/** The error of a failed check; `position` is negative for an index that was computed. */
export function indexError({ op, noun, size, fromEnd = false }: IndexCheck, got: number, position: number): IndexError | ArgumentError {
  const where = position < 0 ? '' : ` at position ${position}`;
  if (noun in WRONG_VALUES) return new ArgumentError(`${op}: the ${noun}${where} ${WRONG_VALUES[noun]}.`);
  if (noun === 'class') {
    return new IndexError(`${op}: target ${got}${where} is not a class; input has ${size} classes (0 to ${size - 1}).`);
  }
  const given = fromEnd && got < 0 ? got - size : got;
  return new IndexError(`${op}: ${noun} ${given}${where} is out of range for a dimension of size ${size} (${fromEnd ? -size : 0} to ${size - 1}).`);
}
