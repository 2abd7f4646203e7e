/**
 * Guarding checks: an index that is only looked at on one side of a select is only checked there.
 *
 * Kernels compute both sides of a select. A check on the side that was not chosen must not fail, so it gets the condition
 * under which it is reached: check(x) becomes check(select(condition, x, 0)). Conditions are those of places, such as what
 * is padding, and of the indices themselves, such as which of them is to be ignored. A condition of other data guards
 * nothing: where(mask, a, b) takes elements of both, and so an index out of range on either side is one.
 *
 * Invariant: afterwards every check may be evaluated at every point. What is reached on both sides of a condition, or to
 * find out about it, is not guarded by it: a binary search, where each step chooses between what the last one found, would
 * be written out for every way through it.
 */
import type { Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { exprsIn, mapKernel, stageExprs, type Kernel } from '../kernel/ir.js';
import { memoized } from '../expr/memoized.js';

const isCheck = (x: Expr): boolean => x.op === 'check';

/** Whether an expression looks at an index that must be checked. */
export const hasCheck: (x: Expr) => boolean = /* @__PURE__ */ memoized((x) => isCheck(x) || x.args.some(hasCheck));

/** The checks in an expression. */
export const checksIn: (x: Expr) => readonly Expr[] = /* @__PURE__ */ memoized((x) => exprsIn([x]).filter(isCheck));

/** Whether a choice is by a condition that says where the checks on either side of it are reached. */
function guards({ op, args: [condition, ...sides] }: Expr): boolean {
  if (op !== 'select') return false;
  const indices = exprsIn(sides.flatMap(checksIn));
  return exprsIn([condition]).every((x) => x.op !== 'stage' && (x.op !== 'load' || indices.some((i) => i.op === 'load' && i.slot === x.slot)));
}

/** The checks that are reached wherever an expression is looked at: those of a condition, and those of both its sides. */
const surelyIn: (x: Expr) => readonly Expr[] = /* @__PURE__ */ memoized((x) => {
  if (!hasCheck(x)) return [];
  const [first, ...others] = x.args.map(surelyIn);
  if (guards(x)) return [...first, ...others[0].filter((check) => others[1].includes(check))];
  return [...new Set([...first, ...others.flat(), x])].filter(isCheck);
});

/** Guards what is looked at under a condition (null: always), of which `outside` guards what is reached there in any case. */
function guardUnder(path: Expr | null, roots: readonly Expr[], reached: readonly Expr[], outside: (x: Expr) => Expr): (x: Expr) => Expr {
  const surely = [...reached, ...roots.flatMap(surelyIn)];
  const guard = memoized((x: Expr): Expr => {
    if (!hasCheck(x)) return x;
    if (checksIn(x).every((check) => reached.includes(check))) return outside(x);
    if (guards(x)) {
      // The path holds the condition as it is guarded itself, or its checks would be evaluated at every point after all.
      const condition = guard(x.args[0]);
      const side = (y: Expr, c: Expr): Expr => guardUnder(path === null ? c : e.and(path, c), [y], surely, guard)(y);
      return { ...x, args: [condition, side(x.args[1], condition), side(x.args[2], e.not(condition))] };
    }
    const args = x.args.map(guard);
    return { ...x, args: isCheck(x) && path !== null ? [e.select(path, args[0], 0)] : args };
  });
  return guard;
}

/** A kernel whose index checks hold for the points alone that use them. */
export const guardChecks = (kernel: Kernel): Kernel => mapKernel(kernel, guardUnder(null, kernel.stages.flatMap(stageExprs), [], (x) => x));
