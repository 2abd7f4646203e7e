/**
 * Which values get a name: those that are used more than once, and those in which too many instructions are nested, for
 * people and for compilers that recurse.
 *
 * Invariant: uses are counted among expressions that are interned and printed together, so that equal ones are one object.
 */
import type { Expr } from '@sconce/core';

/** Levels of nested instructions beyond which a value gets a name. */
const DEEP = 6;
const LEAVES = new Set(['const', 'axis', 'scalar', 'stage']);

/** Whether a value is a word of its own, which needs no name. */
export const isLeaf = (x: Expr): boolean => LEAVES.has(x.op);

export class Sharing {
  private uses = new Map<Expr, number>();
  private readonly heights = new Map<Expr, number>();

  /** Counts the uses in expressions that are printed together. */
  announce(roots: readonly Expr[]): void {
    const seen = new Set<Expr>();
    const count = (x: Expr): void => {
      this.uses.set(x, (this.uses.get(x) ?? 0) + 1);
      if (seen.has(x)) return;
      seen.add(x);
      x.args.forEach(count);
    };
    this.uses = new Map();
    roots.forEach(count);
  }

  wantsName(x: Expr): boolean {
    return (this.uses.get(x) ?? 0) > 1 || this.heightOf(x) === 0;
  }

  /** Levels of instructions down to what is a leaf or has a name; 0 for these. */
  private heightOf(x: Expr): number {
    let height = this.heights.get(x);
    if (height === undefined) {
      height = isLeaf(x) ? 0 : 1 + Math.max(0, ...x.args.map((a) => this.heightOf(a)));
      if (height > DEEP) height = 0;
      this.heights.set(x, height);
    }
    return height;
  }
}
