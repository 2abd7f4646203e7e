/**
 * `torch.testing.assert_close`: whether values are close, within tolerances that follow from their dtypes, and in words
 * what is not.
 *
 * Invariant: messages are PyTorch's. Values are compared as float64; whole numbers of JavaScript must be equal, as ints.
 *
 * Reference: https://pytorch.org/docs/stable/testing.html
 */
import { ArgumentError, describe, isFloat, isTensor, numbersOf, SconceError, sameShape, stridesOf, type DType, type Tensor } from '@sconce/core';
import { checkOptions } from '../families/options.js';

/** Values that were asserted to be close and are not. */
export class AssertionError extends SconceError {
  static override readonly kind: string = 'AssertionError';
}

export interface AssertCloseOptions {
  /** Relative tolerance, given together with `atol`. Default: by the dtypes. */
  readonly rtol?: number | null;
  /** Absolute tolerance, given together with `rtol`. Default: by the dtypes. */
  readonly atol?: number | null;
  /** Whether NaN is close to NaN. Default false. */
  readonly equalNan?: boolean;
  /** Whether tensors must be on one device. Default true. */
  readonly checkDevice?: boolean;
  /** Whether tensors must have one dtype. Default true. */
  readonly checkDtype?: boolean;
  /** What the error says, or what it makes of PyTorch's words. */
  readonly msg?: string | ((message: string) => string) | null;
}

const OPTIONS = ['rtol', 'atol', 'equalNan', 'checkDevice', 'checkDtype', 'msg'] as const;

// ── tolerances ───────────────────────────────────────────────────────────────────────────────────────────────────────

type Tolerances = readonly [rtol: number, atol: number];

const BY_DTYPE: Readonly<Partial<Record<DType, Tolerances>>> = {
  float16: [1e-3, 1e-5], bfloat16: [1.6e-2, 1e-5], float32: [1.3e-6, 1e-5], float64: [1e-7, 1e-7],
};
const EXACT: Tolerances = [0, 0];

/** The wider of what two dtypes allow. */
function tolerancesFor(dtypes: readonly DType[], { rtol, atol }: AssertCloseOptions): Tolerances {
  if (typeof rtol === 'number' && typeof atol === 'number') return [rtol, atol];
  const all = [EXACT, ...dtypes.map((dtype) => BY_DTYPE[dtype] ?? EXACT)];
  return [Math.max(...all.map(([r]) => r)), Math.max(...all.map(([, a]) => a))];
}

// ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** As Python writes a float. */
function floatText(x: number): string {
  if (Number.isNaN(x)) return 'nan';
  if (!Number.isFinite(x)) return x > 0 ? 'inf' : '-inf';
  if (x !== 0 && (Math.abs(x) < 1e-4 || Math.abs(x) >= 1e16)) return x.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  return Number.isInteger(x) ? `${x}.0` : String(x);
}

const tupleText = (numbers: readonly number[]): string => `(${numbers.join(', ')}${numbers.length === 1 ? ',' : ''})`;

/** A greatest difference, and where it is. */
interface Greatest {
  readonly kind: 'Absolute' | 'Relative';
  readonly difference: string;
  readonly index: readonly number[] | null;
  readonly allowed: number;
}

function differenceText({ kind, difference, index, allowed }: Greatest, isExact: boolean): string {
  const upTo = isExact ? '' : ` (up to ${floatText(allowed)} allowed)`;
  return index === null ? `${kind} difference: ${difference}${upTo}` : `Greatest ${kind.toLowerCase()} difference: ${difference} at index ${tupleText(index)}${upTo}`;
}

// ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Values {
  readonly actual: ArrayLike<number>;
  readonly expected: ArrayLike<number>;
  /** Empty for numbers. */
  readonly shape: readonly number[];
  /** Whether differences are written as ints. */
  readonly isInt: boolean;
}

/** The position of the greatest number; NaN counts as greater than all. */
function greatestAt(x: Float64Array): number {
  const nan = x.findIndex(Number.isNaN);
  return nan >= 0 ? nan : x.reduce((best, value, i) => (value > x[best] ? i : best), 0);
}

/** What is not close, or null. */
function mismatch({ actual, expected, shape, isInt }: Values, [rtol, atol]: Tolerances, equalNan: boolean): string | null {
  const count = actual.length;
  const [absolute, relative] = [new Float64Array(count), new Float64Array(count)];
  let wrong = 0;
  for (let i = 0; i < count; i++) {
    const [a, b] = [actual[i], expected[i]];
    const apart = Math.abs(a - b);
    if (a === b || (equalNan && Number.isNaN(a) && Number.isNaN(b)) || (Number.isFinite(apart) && apart <= atol + rtol * Math.abs(b))) continue;
    wrong++;
    absolute[i] = apart;
    relative[i] = b === 0 ? Infinity : apart / Math.abs(b);
  }
  if (wrong === 0) return null;
  const isExact = rtol === 0 && atol === 0;
  const indexOf = (i: number): number[] | null => (shape.length === 0 ? null : stridesOf(shape).map((stride, d) => Math.floor(i / stride) % shape[d]));
  const [farthest, worst] = [greatestAt(absolute), greatestAt(relative)];
  const ratio = isInt && shape.length > 0 ? Math.fround(relative[worst]) : relative[worst];
  const lines = [
    ...(shape.length === 0 ? [] : [`Mismatched elements: ${wrong} / ${count} (${((100 * wrong) / count).toFixed(1)}%)`]),
    differenceText({ kind: 'Absolute', difference: isInt ? String(absolute[farthest]) : floatText(absolute[farthest]), index: indexOf(farthest), allowed: atol }, isExact),
    differenceText({ kind: 'Relative', difference: floatText(ratio), index: indexOf(worst), allowed: rtol }, isExact),
  ];
  return `${shape.length === 0 ? 'Scalars' : 'Tensor-likes'} are not ${isExact ? 'equal' : 'close'}!\n\n${lines.join('\n')}`;
}

async function differenceOfTensors(actual: Tensor, expected: Tensor, options: AssertCloseOptions): Promise<string | null> {
  const differ = (attribute: string, a: string, b: string): string => `The values for attribute '${attribute}' do not match: ${a} != ${b}.`;
  const size = (x: Tensor): string => `torch.Size([${x.shape.join(', ')}])`;
  if (!sameShape(actual.shape, expected.shape)) return differ('shape', size(actual), size(expected));
  if (options.checkDevice !== false && actual.device !== expected.device) return differ('device', actual.device, expected.device);
  if (options.checkDtype !== false && actual.dtype !== expected.dtype) return differ('dtype', `torch.${actual.dtype}`, `torch.${expected.dtype}`);
  const [a, b] = [numbersOf(await actual.data(), actual.dtype), numbersOf(await expected.data(), expected.dtype)];
  const isInt = !isFloat(actual.dtype) && !isFloat(expected.dtype);
  return mismatch({ actual: a, expected: b, shape: actual.shape, isInt }, tolerancesFor([actual.dtype, expected.dtype], options), options.equalNan === true);
}

function differenceOfNumbers(actual: number, expected: number, options: AssertCloseOptions): string | null {
  const isInt = Number.isInteger(actual) && Number.isInteger(expected);
  return mismatch({ actual: [actual], expected: [expected], shape: [], isInt }, tolerancesFor(isInt ? [] : ['float64'], options), options.equalNan === true);
}

// ── pairs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Pair {
  readonly actual: unknown;
  readonly expected: unknown;
  /** Where in what was given, as Python writes it. */
  readonly item: string;
}

const failure = (message: string, item: string): AssertionError =>
  new AssertionError(item === '' ? message : `${message}\n\nThe failure occurred for item ${item}`);

const isPlain = (x: unknown): x is Readonly<Record<string, unknown>> =>
  typeof x === 'object' && x !== null && [Object.prototype, null].includes(Object.getPrototypeOf(x) as object | null);

const listText = (keys: readonly string[]): string => `[${keys.map((key) => `'${key}'`).join(', ')}]`;

/** The pairs in two arrays or objects of the same form. */
function pairsIn({ actual, expected, item }: Pair): Pair[] {
  if (Array.isArray(actual) && Array.isArray(expected)) {
    if (actual.length !== expected.length) throw failure(`The length of the sequences mismatch: ${actual.length} != ${expected.length}`, item);
    return actual.flatMap((x: unknown, i) => pairsIn({ actual: x, expected: (expected as unknown[])[i], item: `${item}[${i}]` }));
  }
  if (!isPlain(actual) || !isPlain(expected)) return [{ actual, expected, item }];
  const missing = Object.keys(expected).filter((key) => !Object.hasOwn(actual, key));
  const additional = Object.keys(actual).filter((key) => !Object.hasOwn(expected, key));
  if (missing.length + additional.length > 0) {
    const said = [['Missing', missing], ['Additional', additional]] as const;
    const lines = said.filter(([, keys]) => keys.length > 0).map(([word, keys]) => `${word} keys in the actual mapping: ${listText([...keys].sort())}`);
    throw failure(`The keys of the mappings do not match:\n${lines.join('\n')}`, item);
  }
  return Object.keys(actual).flatMap((key) => pairsIn({ actual: actual[key], expected: expected[key], item: `${item}['${key}']` }));
}

const pythonOf = (x: unknown): string => (x === null ? 'None' : x === true ? 'True' : x === false ? 'False' : describe(x));

async function differenceOf({ actual, expected }: Pair, options: AssertCloseOptions): Promise<string | null> {
  if (isTensor(actual) && isTensor(expected)) return differenceOfTensors(actual, expected, options);
  if (typeof actual === 'number' && typeof expected === 'number') return differenceOfNumbers(actual, expected, options);
  if (actual === null || expected === null) return actual === expected ? null : `None mismatch: ${pythonOf(actual)} is not ${pythonOf(expected)}`;
  if (typeof actual === 'boolean' && typeof expected === 'boolean') return actual === expected ? null : `Booleans mismatch: ${pythonOf(actual)} is not ${pythonOf(expected)}`;
  throw new ArgumentError(`assertClose: cannot compare ${describe(actual)} with ${describe(expected)}. It takes two tensors, numbers or booleans, and arrays and objects of them.`);
}

/**
 * Throws where |actual − expected| > atol + rtol · |expected|, or shapes, dtypes or devices differ.
 *
 * Tolerances are rtol 1.3e-6 and atol 1e-5 for float32, 1e-7 both for float64, 1e-3 and 1e-5 for float16, 1.6e-2 and 1e-5
 * for bfloat16, and 0 for integers; of two dtypes the wider.
 *
 * @param actual a tensor, a number or a boolean, or an array or object of them
 * @returns a promise, because the values are read
 * @throws AssertionError, with PyTorch's words; ArgumentError for what cannot be compared, and for one tolerance without the
 *   other.
 * @example
 * await assertClose(sum(softmax(x, 1), 1), ones([6]));
 * await assertClose([tensor(1.5), 2], [tensor(1.500001), 2]);
 * @see https://pytorch.org/docs/stable/testing.html#torch.testing.assert_close
 */
export async function assertClose(actual: unknown, expected: unknown, options: AssertCloseOptions = {}): Promise<void> {
  checkOptions('assertClose', options, OPTIONS);
  const { rtol = null, atol = null, msg = null } = options;
  if ((rtol === null) !== (atol === null)) {
    throw new ArgumentError(`assertClose: both 'rtol' and 'atol' must be either specified or omitted, but got no '${rtol === null ? 'rtol' : 'atol'}'.`);
  }
  try {
    for (const pair of pairsIn({ actual, expected, item: '' })) {
      const difference = await differenceOf(pair, options);
      if (difference !== null) throw failure(difference, pair.item);
    }
  } catch (error) {
    if (!(error instanceof AssertionError) || msg === null) throw error;
    throw new AssertionError(typeof msg === 'string' ? msg : msg(error.message));
  }
}
