/**
 * An array's text, to the character what NumPy prints: `str(a)`, or `repr(a)` with commas, `array(` and the dtype.
 *
 * Rows are filled word by word up to the line width; beyond the threshold only the edges of every axis are shown.
 * Invariant: a pure function of plain data. `values` hold what the dtype can represent, as a typed array of it does.
 * One difference from NumPy: int32, the default integer here, is implied by its digits, as int64 is there.
 *
 * Reference: numpy/core/arrayprint.py (1.24); https://numpy.org/doc/stable/reference/generated/numpy.set_printoptions.html
 */
import type { DType } from '../tensor/dtype.js';
import { sizeOf, stridesOf } from '../tensor/shape.js';
import { GAP, shownIndices, shownPositions } from './edges.js';
import { floatFormatter, floatScalarText } from './numpy-float.js';

export interface NumpyTextOptions {
  /** `repr(a)` in place of `str(a)`. */
  readonly repr?: boolean;
  /** At most this many digits after the point. */
  readonly precision?: number;
  /** More elements than this are summarised. */
  readonly threshold?: number;
  /** How many entries a summary shows at each end of an axis. */
  readonly edgeitems?: number;
  /** Characters on a line. */
  readonly linewidth?: number;
}

type Settings = Required<Omit<NumpyTextOptions, 'repr'>>;
type Value = number | bigint;

const PREFIX = 'array(';

/** Dtypes that the digits themselves imply. */
const IMPLIED: ReadonlySet<DType> = new Set<DType>(['float64', 'int32', 'int64', 'bool']);

/**
 * The text of an array.
 *
 * @param values the elements, flat and row-major
 * @param shape the sizes; `[]` prints as a NumPy scalar does, `3.5`
 */
export function numpyText(
  values: ArrayLike<Value>,
  shape: readonly number[],
  dtype: DType,
  options: NumpyTextOptions = {},
): string {
  const { repr = false, precision = 8, threshold = 1000, edgeitems = 3, linewidth = 75 } = options;
  const settings: Settings = { precision, threshold, edgeitems, linewidth };
  if (repr) return reprText(values, shape, dtype, settings);
  if (shape.includes(0)) return '[]';
  if (shape.length === 0) return scalarText(values[0], dtype);
  return layOut(values, shape, dtype, settings, { separator: ' ', prefix: '', suffix: '' });
}

function reprText(values: ArrayLike<Value>, shape: readonly number[], dtype: DType, settings: Settings): string {
  const empty = shape.includes(0);
  const implied = IMPLIED.has(dtype) && !empty;
  const suffix = implied ? ')' : ',';
  const sizes = shape.length === 1 ? '' : `, shape=(${shape.join(', ')})`;
  const contents = empty
    ? `[]${sizes}`
    : layOut(values, shape, dtype, settings, { separator: ', ', prefix: PREFIX, suffix });
  const text = PREFIX + contents + suffix;
  if (implied) return text;

  const type = `dtype=${dtype})`;
  const lastLine = text.length - (text.lastIndexOf('\n') + 1);
  const fits = lastLine + type.length + 1 <= settings.linewidth;
  return text + (fits ? ' ' : `\n${' '.repeat(PREFIX.length)}`) + type;
}

// ── elements ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const boolText = (value: Value): string => (Number(value) === 0 ? 'False' : 'True');

function scalarText(value: Value, dtype: DType): string {
  switch (dtype) {
    case 'bool':
      return boolText(value);
    case 'float64':
    case 'float32':
    case 'float16':
    case 'bfloat16':
      return floatScalarText(Number(value), dtype);
    default:
      return String(value);
  }
}

/** How every element is printed, from the elements that will be shown. */
function formatterOf(shown: readonly Value[], dtype: DType, precision: number): (value: Value) => string {
  switch (dtype) {
    case 'float64':
    case 'float32':
    case 'float16':
    case 'bfloat16': {
      const format = floatFormatter(shown.map(Number), dtype, precision);
      return (value) => format(Number(value));
    }
    default: {
      const text = dtype === 'bool' ? boolText : String;
      const width = dtype === 'bool' ? 'False'.length : shown.reduce<number>((w, v) => Math.max(w, text(v).length), 0);
      return (value) => text(value).padStart(width);
    }
  }
}

// ── layout ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What stands between elements, and what will stand around the brackets. */
interface Surroundings {
  readonly separator: string;
  readonly prefix: string;
  readonly suffix: string;
}

function layOut(
  values: ArrayLike<Value>,
  shape: readonly number[],
  dtype: DType,
  settings: Settings,
  { separator, prefix, suffix }: Surroundings,
): string {
  const edge = sizeOf(shape) > settings.threshold ? settings.edgeitems : Infinity;
  const shown = shownPositions(shape, edge).map((position) => values[position]);
  if (shape.length === 0 && dtype === 'bool') return boolText(values[0]);
  const format = formatterOf(shown, dtype, settings.precision);
  if (shape.length === 0) return format(values[0]);

  const strides = stridesOf(shape);
  const rowSeparator = separator.trimEnd();

  const row = (start: number, indent: string, width: number): string => {
    const words = shownIndices(shape[shape.length - 1], edge).map((i) => (i === GAP ? '...' : format(values[start + i])));
    // Room is kept for what must follow a word on its line: a comma, or the closing bracket.
    const limit = width - Math.max(rowSeparator.length, ']'.length);
    let done = '';
    let line = indent;
    words.forEach((word, i) => {
      if (line.length + word.length > limit && line.length > indent.length) {
        done += `${line.trimEnd()}\n`;
        line = indent;
      }
      line += i < words.length - 1 ? word + separator : word;
    });
    return `[${(done + line).slice(indent.length)}]`;
  };

  const block = (axis: number, start: number, indent: string, width: number): string => {
    if (axis === shape.length - 1) return row(start, indent, width);
    const rows = shownIndices(shape[axis], edge).map((i) =>
      i === GAP ? '...' : block(axis + 1, start + i * strides[axis], `${indent} `, width - ']'.length),
    );
    const lineBreaks = '\n'.repeat(shape.length - 1 - axis);
    return `[${rows.join(rowSeparator + lineBreaks + indent)}]`;
  };

  const indent = ' '.repeat(prefix.length + 1);
  return block(0, 0, indent, settings.linewidth - suffix.length);
}
