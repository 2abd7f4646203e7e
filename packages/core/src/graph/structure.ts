/**
 * Structures: what is known of one is found by writing it down as a sequence of tokens, which is a path in a tree whose
 * ends carry what is known: a number that equal structures share, or the one expression that stands for all equal ones.
 *
 * Nothing is hashed and no text is made: a step of the path compares a token with the one that came here first, which in
 * a program that repeats itself is nearly always the one.
 *
 * Invariant: the sequence can be read back, so that no two structures share one.
 *
 * Reference: Fredkin, Trie memory (CACM 1960).
 */

/** Where the paths that begin alike have come to. */
export interface Branch<E> {
  /** The first token that came here and where it leads; the others in `more`. */
  token: unknown;
  next: Branch<E> | null;
  more: Map<unknown, Branch<E>> | null;
  /** The first list or object that came here, if it cannot change, and where it leads: what is made once is read once. */
  value: object | null;
  after: Branch<E> | null;
  /** What is known of the structure that ends here. */
  end: E | null;
}

/** The start of a tree of its own. */
export const newBranch = <E>(): Branch<E> => ({ token: undefined, next: null, more: null, value: null, after: null, end: null });

/** One token on from `at`. */
export function follow<E>(at: Branch<E>, token: unknown): Branch<E> {
  if (at.next !== null && Object.is(at.token, token)) return at.next;
  if (at.next === null) {
    at.token = token;
    return (at.next = newBranch());
  }
  at.more ??= new Map<unknown, Branch<E>>();
  let next = at.more.get(token);
  if (next === undefined) at.more.set(token, (next = newBranch()));
  return next;
}

/** Marks that are no values; -0 has one because it equals 0. */
const LIST = Symbol('[');
const RECORD = Symbol('{');
const END = Symbol('end');
const NEGATIVE_ZERO = Symbol('-0');

/** On from `at` by a value: a number, text, truth value or bigint, or lists and plain objects of such. */
export function followValue<E>(at: Branch<E>, value: unknown): Branch<E> {
  if (typeof value !== 'object' || value === null) return follow(at, Object.is(value, -0) ? NEGATIVE_ZERO : value);
  if (at.value === value) return at.after!;
  const from = at;
  if (Array.isArray(value)) {
    at = follow(at, LIST);
    for (const x of value) at = followValue(at, x);
  } else {
    at = follow(at, RECORD);
    for (const key of Object.keys(value)) at = followValue(follow(at, key), (value as Record<string, unknown>)[key]);
  }
  at = follow(at, END);
  if (from.value === null) {
    from.value = isFixed(value) ? value : CHANGING;
    from.after = at;
  }
  return at;
}

/** What stands for a list or object that may be another when it comes again. */
const CHANGING = {};

const isFixed = (value: object): boolean => Object.isFrozen(value) && Object.values(value).every((x) => typeof x !== 'object');
