/**
 * Options: the trailing object of keywords. A name that an op does not know is an error, not a default.
 */
import { ArgumentError, describe } from '@sconce/core';

/** Throws an ArgumentError unless `options` is an object whose names are among `known`. */
export function checkOptions(op: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ArgumentError(`${op}: options must be an object such as { ${known[0]}: … }, got ${describe(options)}.`);
  }
  for (const name in options) {
    if (known.includes(name)) continue;
    throw new ArgumentError(`${op}: there is no option '${name}'. It takes ${known.map((n) => `'${n}'`).join(', ') || 'none'}.`);
  }
}
