/**
 * Helper functions in WGSL: what the language leaves open or gets wrong for NaN, infinities, signed zeros, conversions
 * that saturate, sums that must not lose small terms, and the order of sums.
 *
 * WGSL lets an implementation assume that NaN and infinities do not exist, so they are recognised by their bits, and
 * their constants hide in variables, because a constant expression may not be one.
 *
 * Invariant: a helper is printed only into kernels that use it, once for each width that they use it in.
 *
 * Reference: WGSL sections 15.7.2 (differences from IEEE 754) and 15.7.5 (reassociation and fusion); Kahan, Further remarks on reducing truncation errors (1965).
 */

/** Elements that an expression computes at once: one, or four as a vector. */
export type Width = 1 | 4;

interface Helper {
  /** In terms of F, I, U and B: f32, i32, u32 and bool, or vectors of four. */
  readonly text: string;
  readonly needs?: readonly HelperName[];
}

export type HelperName =
  | 'nan_bits' | 'infinity_bits' | 'is_nan' | 'larger' | 'smaller' | 'equal' | 'less' | 'less_equal'
  | 'to_int' | 'quotient' | 'remainder' | 'times_zero' | 'rounded' | 'add_up' | 'beats_max' | 'beats_min';

const HELPERS: Readonly<Record<HelperName, Helper>> = {
  nan_bits: { text: 'var<private> nan_bits: u32 = 0x7fc00000u;' },
  infinity_bits: { text: 'var<private> infinity_bits: u32 = 0x7f800000u;' },
  is_nan: { text: 'fn is_nan(x: F) -> B { return (bitcast<U>(x) & U(0x7fffffffu)) > U(0x7f800000u); }' },
  larger: { text: 'fn larger(a: F, b: F) -> F { return select(select(max(a, b), b, is_nan(b)), a, is_nan(a)); }', needs: ['is_nan'] },
  smaller: { text: 'fn smaller(a: F, b: F) -> F { return select(select(min(a, b), b, is_nan(b)), a, is_nan(a)); }', needs: ['is_nan'] },
  equal: { text: 'fn equal(a: F, b: F) -> B { return (a == b) & !(is_nan(a) | is_nan(b)); }', needs: ['is_nan'] },
  less: { text: 'fn less(a: F, b: F) -> B { return (a < b) & !(is_nan(a) | is_nan(b)); }', needs: ['is_nan'] },
  less_equal: { text: 'fn less_equal(a: F, b: F) -> B { return (a <= b) & !(is_nan(a) | is_nan(b)); }', needs: ['is_nan'] },
  to_int: {
    text: `fn to_int(x: F) -> I {
  let high = select(I(x), I(2147483647), x >= F(2147483648.0));
  let both = select(high, I(i32(-2147483648)), x <= F(-2147483648.0));
  return select(both, I(0), is_nan(x));
}`,
    needs: ['is_nan'],
  },
  quotient: { text: 'fn quotient(a: I, b: I) -> I { return select(a / b, I(0), b == I(0)); }' },
  remainder: { text: 'fn remainder(a: I, b: I) -> I { return select(a % b, I(0), b == I(0)); }' },
  times_zero: {
    text: `fn times_zero(x: F) -> F {
  let bits = bitcast<U>(x);
  return bitcast<F>(select(bits & U(0x80000000u), U(0x7fc00000u), (bits & U(0x7f800000u)) == U(0x7f800000u)));
}`,
  },
  // WGSL lets (a + b) - a become b. Nothing becomes of bits that meet a number known at run time only: it is 0.
  rounded: { text: 'fn rounded(x: F) -> F { return bitcast<F>(bitcast<U>(x) ^ U(params.zero)); }' },
  // x: the sum; y: what the last addition lost.
  add_up: {
    text: `fn add_up(sum: vec2<f32>, x: f32) -> vec2<f32> {
  let term = x - sum.y;
  let next = rounded(sum.x + term);
  let isFinite = (bitcast<u32>(next) & 0x7f800000u) != 0x7f800000u;
  return vec2<f32>(next, select(0.0, rounded(next - sum.x) - term, isFinite));
}`,
    needs: ['rounded'],
  },
  beats_max: { text: 'fn beats_max(x: f32, best: f32) -> bool { return !is_nan(best) && (is_nan(x) || x > best); }', needs: ['is_nan'] },
  beats_min: { text: 'fn beats_min(x: f32, best: f32) -> bool { return !is_nan(best) && (is_nan(x) || x < best); }', needs: ['is_nan'] },
};

const SCALAR: Readonly<Record<string, string>> = { F: 'f32', I: 'i32', U: 'u32', B: 'bool' };

const WIDTHLESS = new Set<HelperName>(['nan_bits', 'infinity_bits', 'add_up', 'beats_max', 'beats_min']);

/** The name of a helper in this width. */
const helperName = (name: HelperName, width: Width): string => (width === 1 || WIDTHLESS.has(name) ? name : `${name}_4`);

/** A literal needs no constructor around it where nothing is splatted. */
const literalOr = (whole: string, inner: string): string => (/^-?\d/.test(inner) ? inner : whole);

/** Collects the helpers that a kernel uses. */
export function helperSet(): { use(name: HelperName, width?: Width): string; has(name: HelperName): boolean; text(): string } {
  const texts = new Map<string, string>();
  const use = (name: HelperName, width: Width = 1): string => {
    const called = helperName(name, width);
    if (texts.has(called)) return called;
    const { text, needs = [] } = HELPERS[name];
    needs.forEach((n) => use(n, width));
    let printed = width === 1 ? text.replace(/\b[FIU]\((-?[\w.]+)\)/g, literalOr) : text;
    printed = printed.replace(/\b[FIUB]\b/g, (t) => (width === 1 ? SCALAR[t] : `vec4<${SCALAR[t]}>`));
    for (const n of [name, ...needs]) printed = printed.replaceAll(new RegExp(`\\b${n}\\b`, 'g'), helperName(n, width));
    texts.set(called, printed);
    return called;
  };
  return { use, has: (name) => texts.has(name) || texts.has(helperName(name, 4)), text: () => [...texts.values()].join('\n') };
}
