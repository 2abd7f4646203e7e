/**
 * Guarding checks: an index that is only looked at on one side of a select is only checked there.
 *
 * Kernels compute both sides of a select. A check on the side that was not chosen must not fail, so it gets the condition
 * under which it is reached: check(x) becomes check(select(condition, x, 0)). Conditions are those of places, such as what
 * is padding, and of the indices themselves, such as which of them is to be ignored. A condition of other data guards
 * nothing: where(mask, a, b) takes elements of both, and so an index out of range on either side is one.
 *
 * Invariant: afterwards every check may be evaluated at every point. An expression is guarded once for each condition.
 */
import type { Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { exprsIn, mapKernel, type Kernel } from '../kernel/ir.js';
import { memoized } from '../expr/memoized.js';

/** Whether an expression looks at an index that must be checked. */
export const hasCheck: (x: Expr) => boolean = /* @__PURE__ */ memoized((x) => x.op === 'check' || x.args.some(hasCheck));

/** Whether a condition says where the checks on either side of it are reached. */
function guards([condition, ...sides]: readonly Expr[]): boolean {
  const indices = exprsIn(exprsIn(sides).filter((x) => x.op === 'check'));
  return exprsIn([condition]).every((x) => x.op !== 'stage' && (x.op !== 'load' || indices.some((i) => i.op === 'load' && i.slot === x.slot)));
}

/** Guards expressions that are looked at under a condition; null: always. */
function guardUnder(path: Expr | null): (x: Expr) => Expr {
  const under = (condition: Expr): ((x: Expr) => Expr) => guardUnder(path === null ? condition : e.and(path, condition));
  const guard = memoized((x: Expr): Expr => {
    if (!hasCheck(x)) return x;
    if (x.op === 'select' && guards(x.args)) {
      // The path holds the condition as it is guarded itself, or its checks would be evaluated at every point after all.
      const condition = guard(x.args[0]);
      return { ...x, args: [condition, under(condition)(x.args[1]), under(e.not(condition))(x.args[2])] };
    }
    const args = x.args.map(guard);
    return { ...x, args: x.op === 'check' && path !== null ? [e.select(path, args[0], 0)] : args };
  });
  return guard;
}

/** A kernel whose index checks hold for the points alone that use them. */
export const guardChecks = (kernel: Kernel): Kernel => mapKernel(kernel, guardUnder(null));
