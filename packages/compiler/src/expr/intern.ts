/**
 * Interning: equal expressions become one object, so that equality is identity and shared work is computed once.
 *
 * Invariant: two expressions interned by one interner are equal exactly when they are the same object.
 */
import { follow, followValue, InternalError, newBranch, type Expr } from '@sconce/core';

/** Expressions by structure: equal ones are one object, with a number. */
export class Interner {
  private readonly start = newBranch<Expr>();
  private readonly ids = new Map<Expr, number>();

  /** The one object for this expression, whose children are interned already. */
  intern(x: Expr): Expr {
    if (this.ids.has(x)) return x;
    let at = follow(follow(this.start, x.op), x.dtype);
    for (const child of x.args) at = follow(at, child);
    const own = ownOf(x);
    if (own !== undefined) at = followValue(at, own);
    if (at.end === null) {
      at.end = x;
      this.ids.set(x, this.ids.size);
    }
    return at.end;
  }

  /** A number that names an interned expression. */
  idOf(x: Expr): number {
    const id = this.ids.get(x);
    if (id === undefined) throw new InternalError('idOf: not interned.');
    return id;
  }
}

/** What an expression says beside its op, type and children. */
export function ownOf(x: Expr): unknown {
  switch (x.op) {
    case 'const':
      return x.value;
    case 'axis':
      return x.axis.id;
    case 'scalar':
      return x.slot;
    case 'load':
      return [x.slot, x.storage];
    case 'check':
      return x.check;
    case 'reduce':
      return [x.combine, x.axes.map((a) => a.id)];
    case 'stage':
      return x.id;
    case 'derived':
      return x.row.name;
    default:
      return undefined;
  }
}
