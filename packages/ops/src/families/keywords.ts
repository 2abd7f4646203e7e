/**
 * Arguments as PyTorch takes them: the optional ones by position, in PyTorch's order, or by name in one trailing object.
 *
 *   maxPool2d(x, 3, 2)    maxPool2d(x, 3, { stride: 2 })    maxPool2d(x, 3, 2, { padding: 1 })
 *
 * Invariant: an argument is given once; a name that is not among the known ones is an error, not a default.
 *
 * Reference: Python's calling convention, https://docs.python.org/3/reference/expressions.html#calls
 */
import { ArgumentError, isTensor } from '@sconce/core';
import { checkOptions } from './options.js';

/** What may follow the required arguments: any number of `Names` by position, then the rest by name. */
export type Rest<Options, Names extends readonly (keyof Options)[], Before extends readonly unknown[] = readonly []> =
  | Before
  | readonly [...Before, Options]
  | (Names extends readonly [infer Name extends keyof Options, ...infer More extends readonly (keyof Options)[]]
      ? Rest<Options, More, readonly [...Before, Options[Name]]>
      : never);

const isOptions = (x: unknown): x is object =>
  typeof x === 'object' && x !== null && !Array.isArray(x) && !isTensor(x) && Object.getPrototypeOf(x) === Object.prototype;

/** The optional arguments by name. */
export function keywords<Options extends object>(op: string, names: readonly (keyof Options & string)[], rest: readonly unknown[]): Options {
  const last = rest.at(-1);
  const options = isOptions(last) ? last : {};
  const positional = isOptions(last) ? rest.slice(0, -1) : rest;
  checkOptions(op, options, names);
  if (positional.length > names.length) {
    throw new ArgumentError(`${op}: got ${positional.length} optional arguments, it takes ${names.length}: ${names.join(', ')}.`);
  }
  const given: Record<string, unknown> = { ...options };
  positional.forEach((value, i) => {
    if (names[i] in options) throw new ArgumentError(`${op}: '${names[i]}' is given twice, by position and by name.`);
    if (value !== undefined) given[names[i]] = value;
  });
  return given as Options;
}
