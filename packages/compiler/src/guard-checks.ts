/**
 * Guarding checks: an index that is only looked at on one side of a select is only checked there.
 *
 * Kernels compute both sides of a select. A check on the side that was not chosen must not fail, so it gets the condition
 * under which it is reached: check(x) becomes check(select(condition, x, 0)).
 *
 * Invariant: afterwards every check may be evaluated at every point.
 */
import type { Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { mapKernel, type Kernel } from './ir.js';
import { memoized } from './memoized.js';

/** Whether an expression looks at an index that must be checked. */
export const hasCheck: (x: Expr) => boolean = /* @__PURE__ */ memoized((x) => x.op === 'check' || x.args.some(hasCheck));

/** `path` is the condition under which `x` is looked at; null: always. */
function guard(x: Expr, path: Expr | null): Expr {
  if (!hasCheck(x)) return x;
  if (x.op === 'select') {
    const condition = guard(x.args[0], path);
    const onTrue = path === null ? x.args[0] : e.and(path, x.args[0]);
    const not = e.not(x.args[0]);
    const onFalse = path === null ? not : e.and(path, not);
    return { ...x, args: [condition, guard(x.args[1], onTrue), guard(x.args[2], onFalse)] };
  }
  const args = x.args.map((a) => guard(a, path));
  if (x.op === 'check' && path !== null) return { ...x, args: [e.select(path, args[0], 0)] };
  return { ...x, args };
}

/** A kernel whose index checks hold for the points alone that use them. */
export const guardChecks = (kernel: Kernel): Kernel => mapKernel(kernel, (x) => guard(x, null));
