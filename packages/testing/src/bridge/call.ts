/**
 * How a recorded PyTorch call becomes one of ours: arguments by position, keywords as the trailing options.
 *
 * Invariant: renames and reorders, computes nothing.
 */
import { ArgumentError } from '@sconce/core';

/** A decoded call: positional arguments, and the same by name where PyTorch's names are known, with keywords. */
export interface Call {
  readonly args: readonly unknown[];
  readonly named: Readonly<Record<string, unknown>>;
}

export type OpBridge = Readonly<Record<string, (call: Call) => unknown>>;

type Fn = (...args: never[]) => unknown;

export const camelCase = (name: string): string => name.replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase());

/** Argument i: where it stands, or by its name. Python's None is nothing. */
export const argument = ({ args, named }: Call, i: number, name: string): unknown =>
  (i < args.length ? args[i] : named[name]) ?? undefined;

/** The keywords that a call has among these, in our spelling. */
export function keywords({ named }: Call, names: readonly string[]): Record<string, unknown> {
  const given = names.filter((name) => (named[name] ?? undefined) !== undefined);
  return Object.fromEntries(given.map((name) => [camelCase(name), named[name]]));
}

/** Rejects keywords that ask for what is no part of Sconce: results are values, so nothing is written into a tensor. */
export function rejectOut({ named }: Call): void {
  if ((named['out'] ?? undefined) !== undefined) {
    throw new ArgumentError('out: a result cannot be written into a given tensor. Use the result, or assign it in place with copy_.');
  }
}

/**
 * Calls `fn` with these arguments in this order, which is PyTorch's; further positional arguments follow, and keywords
 * become the last argument where there are any.
 */
export const call =
  (fn: Fn, names: readonly string[], options: readonly string[] = []) =>
  (given: Call): unknown => {
    rejectOut(given);
    const values = names.map((name, i) => argument(given, i, name));
    values.push(...given.args.slice(names.length));
    while (values.length > 0 && values[values.length - 1] === undefined) values.pop();
    const named = keywords(given, options);
    if (Object.keys(named).length > 0) {
      while (values.length < names.length) values.push(undefined);
      values.push(named);
    }
    return (fn as (...args: unknown[]) => unknown)(...values);
  };
