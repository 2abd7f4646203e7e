/**
 * Values as Python writes them, for the printed form of modules: True, None, (3, 3), 1e-05.
 *
 * Invariant: what Python holds as a float is written with a point or an exponent; the caller says which those are.
 *
 * Reference: `float.__repr__`, https://docs.python.org/3/tutorial/floatingpoint.html
 */

/** A value of a module's argument. Strings stand as they are. */
export type Shown = number | boolean | string | null | readonly Shown[];

/** A Python float: the shortest digits that read back as the same number. */
export function float(x: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'nan' : x > 0 ? 'inf' : '-inf';
  const [digits, exponent] = x.toExponential().split('e');
  const power = Number(exponent);
  if (x !== 0 && (power < -4 || power >= 16)) return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  const text = Object.is(x, -0) ? '-0' : String(x);
  return text.includes('.') ? text : `${text}.0`;
}

/** A value as Python writes it; numbers that are whole as integers, lists as tuples. */
export function shown(x: Shown): string {
  if (x === null) return 'None';
  if (typeof x === 'boolean') return x ? 'True' : 'False';
  if (typeof x === 'string') return x;
  if (typeof x === 'number') return Number.isInteger(x) ? String(x) : float(x);
  return `(${x.map(shown).join(', ')}${x.length === 1 ? ',' : ''})`;
}

/** `in_features=3, bias=True`: arguments by name, in this order; undefined ones are left out. */
export const listed = (args: Readonly<Record<string, Shown | undefined>>): string =>
  Object.entries(args)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${shown(value)}`]))
    .join(', ');

/** Parts of a printed form, of which empty ones are left out. */
export const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(', ');
