/**
 * Arguments of layers: optional ones by position or by name, and sizes along spatial dimensions.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.Conv2d.html, for numbers that stand for every dimension
 */
import { ArgumentError, describe } from '@sconce/core';
import { requireInteger } from '@sconce/ops/families';

export { keywords, type Rest } from '@sconce/ops/families';

/** One number for all spatial dimensions, or one for each. */
export type Size = number | readonly number[];

/** Numbers for `count` spatial dimensions; a single one counts for all. Each is an integer of at least `least`. */
export function sizes(op: string, name: string, x: Size, count: number, least = 1): number[] {
  const list = typeof x === 'number' ? [x] : x;
  if (!Array.isArray(list) || (list.length !== count && list.length !== 1)) {
    throw new ArgumentError(`${op}: ${name} must be an integer${count > 1 ? ` or a list of ${count}` : ''}, got ${describe(x)}.`);
  }
  return Array.from({ length: count }, (_, d) => requireInteger(op, name, list[list.length === 1 ? 0 : d], least));
}
