/**
 * Interning: equal expressions become one object, so that equality is identity and shared work is computed once.
 *
 * Invariant: two expressions interned by one interner are equal exactly when they are the same object.
 */
import type { Expr } from '@sconce/core';

export class Interner {
  private readonly byKey = new Map<string, Expr>();
  private readonly ids = new Map<Expr, number>();

  /** The one object for this expression, whose children are interned already. */
  intern(x: Expr): Expr {
    if (this.ids.has(x)) return x;
    const key = this.keyOf(x);
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    this.byKey.set(key, x);
    this.ids.set(x, this.ids.size);
    return x;
  }

  /** A number that names an interned expression. */
  idOf(x: Expr): number {
    const id = this.ids.get(x);
    if (id === undefined) throw new Error('idOf: the expression was not interned.');
    return id;
  }

  private keyOf(x: Expr): string {
    const args = x.args.map((a) => this.idOf(a)).join();
    return `${x.op}:${x.dtype}:${args}:${own(x)}`;
  }
}

/** What an expression says beside its op, type and children. */
export function own(x: Expr): string {
  switch (x.op) {
    case 'const':
      return Object.is(x.value, -0) ? '-0' : String(x.value);
    case 'axis':
      return String(x.axis.id);
    case 'scalar':
      return String(x.slot);
    case 'load':
      return `${x.slot}:${x.storage}`;
    case 'check':
      return `${x.check.op}:${x.check.size}:${x.check.noun}`;
    case 'reduce':
      return `${x.combine}:${x.axes.map((a) => a.id).join()}`;
    case 'stage':
      return String(x.id);
    default:
      return '';
  }
}
