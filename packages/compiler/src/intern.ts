/**
 * Interning: equal expressions become one object, so that equality is identity and shared work is computed once.
 *
 * Invariant: two expressions interned by one interner are equal exactly when they are the same object.
 */
import { follow, followValue, newBranch, type Branch, type Expr } from '@sconce/core';

/** Expressions by structure: equal ones are one object, with a number. */
export class Interner {
  private readonly start = newBranch<Expr>();
  private readonly ids = new Map<Expr, number>();

  /** The one object for this expression, whose children are interned already. */
  intern(x: Expr): Expr {
    if (this.ids.has(x)) return x;
    let at = follow(follow(this.start, x.op), x.dtype);
    for (const child of x.args) at = follow(at, child);
    at = followOwn(at, x);
    if (at.end === null) {
      at.end = x;
      this.ids.set(x, this.ids.size);
    }
    return at.end;
  }

  /** A number that names an interned expression. */
  idOf(x: Expr): number {
    const id = this.ids.get(x);
    if (id === undefined) throw new Error('idOf: the expression was not interned.');
    return id;
  }
}

/** On by what an expression says beside its op, type and children. An op fixes how much that is, but for a reduction's axes. */
function followOwn<E>(at: Branch<E>, x: Expr): Branch<E> {
  switch (x.op) {
    case 'const':
      return followValue(at, x.value);
    case 'axis':
      return follow(at, x.axis.id);
    case 'scalar':
      return follow(at, x.slot);
    case 'load':
      return follow(follow(at, x.slot), x.storage);
    case 'check':
      return follow(follow(follow(at, x.check.op), x.check.size), x.check.noun);
    case 'reduce':
      return followValue(follow(at, x.combine), x.axes.map((a) => a.id));
    case 'stage':
      return follow(at, x.id);
    case 'derived':
      return follow(at, x.row);
    default:
      return at;
  }
}
