/**
 * What was used recently: a cache of a bounded number of things that can be made again.
 *
 * Invariant: it holds at most `most` entries; the one used longest ago goes first.
 */
export interface Recent<K, V> {
  /** What is kept under the key, or what `make` makes, which is kept from then on. */
  of(key: K, make: () => V): V;
  readonly size: number;
}

/** A cache of the `most` values that were used last. */
export function recent<K, V>(most: number): Recent<K, V> {
  // A map hands out its keys in the order in which they were set.
  const entries = new Map<K, V>();
  return {
    get size() {
      return entries.size;
    },
    of(key, make) {
      const isKnown = entries.has(key);
      const value = isKnown ? entries.get(key)! : make();
      if (isKnown) entries.delete(key);
      else if (entries.size >= most) entries.delete(entries.keys().next().value!);
      entries.set(key, value);
      return value;
    },
  };
}
