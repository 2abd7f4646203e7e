/**
 * Remembering what was found out about an object that does not change: an expression, a stage, a kernel.
 *
 * Invariant: an answer lives as long as the object that it is about.
 */

/** `f`, asked once of each object. */
export function memoized<K extends object, V>(f: (x: K) => V): (x: K) => V {
  const known = new WeakMap<K, V>();
  return (x) => {
    let answer = known.get(x);
    if (answer === undefined) known.set(x, (answer = f(x)));
    return answer;
  };
}
