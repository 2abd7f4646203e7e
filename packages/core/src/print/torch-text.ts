/**
 * A tensor's text, to the character what PyTorch 1.13 prints.
 *
 * Two passes: a formatter looks at the elements that will be shown and settles notation (integers, fixed, scientific)
 * and width; the layout then places them, wrapping vectors at the line width and summarising beyond the threshold.
 * Invariant: a pure function of plain data. `values` hold what the dtype can represent, as a typed array of it does.
 * It comes with Node's console, and on demand elsewhere, so what `setPrintoptions` said is handed over.
 * One difference from PyTorch: int32, the default integer here, prints without its dtype, as int64 does.
 *
 * Reference: torch/_tensor_str.py; https://pytorch.org/docs/stable/generated/torch.set_printoptions.html
 */
import { isFloat, type DType } from '../tensor/dtype.js';
import { sizeOf, stridesOf } from '../tensor/shape.js';
import { fixed, scientific } from './decimal.js';
import { GAP, shownIndices, shownPositions } from './edges.js';
import { DEFAULTS, type PrintOptions, type Settings } from './options.js';

export interface TorchTextOptions extends PrintOptions {
  readonly requiresGrad?: boolean;
  /** Named where it is given; left out for the default device. */
  readonly device?: string;
  /** The op that made the tensor, where gradients pass through it: `grad_fn=<AddBackward0>` takes the place of `requires_grad`. */
  readonly madeBy?: string;
}

interface Formatter {
  readonly width: number;
  readonly format: (value: number | bigint) => string;
}

const PREFIX = 'tensor(';

/** Dtypes that the digits themselves imply. */
const IMPLIED: ReadonlySet<DType> = new Set<DType>(['float32', 'int32', 'int64', 'bool']);

/**
 * The text of a tensor.
 *
 * @param values the elements, flat and row-major
 * @param shape the sizes, `[]` for a scalar
 * @returns for example `tensor([0.6590, 0.2424, 0.0986])`
 */
export function torchText(
  values: ArrayLike<number | bigint>,
  shape: readonly number[],
  dtype: DType,
  options: TorchTextOptions = {},
): string {
  const settings = { ...DEFAULTS, ...options };
  const empty = shape.includes(0);
  const contents = empty ? '[]' : layOut(values, shape, dtype, settings);
  return addSuffixes(PREFIX + contents, suffixes(shape, dtype, empty, options), settings.linewidth);
}

// ── elements ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const boolText = (value: number | bigint): string => (Number(value) === 0 ? 'False' : 'True');

function formatterOf(shown: readonly (number | bigint)[], dtype: DType, settings: Settings): Formatter {
  if (isFloat(dtype)) return floatFormatter(shown.map(Number), settings);
  const text = dtype === 'bool' ? boolText : (value: number | bigint) => String(value);
  const width = widest(shown, text);
  return { width, format: (value) => text(value).padStart(width) };
}

function floatFormatter(shown: readonly number[], { precision, sciMode }: Settings): Formatter {
  const measured = shown.filter((x) => Number.isFinite(x) && x !== 0);
  let largest = 0;
  let smallest = Infinity;
  for (const x of measured) {
    largest = Math.max(largest, Math.abs(x));
    smallest = Math.min(smallest, Math.abs(x));
  }
  // Whole numbers print as `2.`; infinities and NaN among them get no point.
  const whole = measured.every(Number.isInteger);
  const spread =
    measured.length > 0 && (largest / smallest > 1000 || largest > 1e8 || (!whole && smallest < 1e-4));

  const text = (x: number, asScientific: boolean): string => {
    if (asScientific) return scientific(x, precision);
    if (!whole) return fixed(x, precision);
    return Number.isFinite(x) ? `${fixed(x, 0)}.` : fixed(x, 0);
  };
  // The values alone settle the width, even where `sciMode` overrules their notation; it cannot where all are zero.
  const width = widest(measured, (x) => text(x, spread));
  const asScientific = measured.length > 0 && (sciMode ?? spread);
  return { width, format: (value) => text(Number(value), asScientific).padStart(width) };
}

function widest<T>(values: readonly T[], text: (value: T) => string): number {
  return values.reduce((width, value) => Math.max(width, text(value).length), 1);
}

// ── layout ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function layOut(
  values: ArrayLike<number | bigint>,
  shape: readonly number[],
  dtype: DType,
  settings: Settings,
): string {
  const edge = sizeOf(shape) > settings.threshold ? settings.edgeitems : Infinity;
  const shown = shownPositions(shape, edge).map((position) => values[position]);
  const { width, format } = formatterOf(shown, dtype, settings);
  const strides = stridesOf(shape);

  const vector = (start: number, indent: number): string => {
    const items = shownIndices(shape[shape.length - 1], edge).map((i) => (i === GAP ? ' ...' : format(values[start + i])));
    const perLine = Math.max(1, Math.floor((settings.linewidth - indent) / (width + 2)));
    const lines: string[] = [];
    for (let i = 0; i < items.length; i += perLine) lines.push(items.slice(i, i + perLine).join(', '));
    return `[${lines.join(`,\n${' '.repeat(indent + 1)}`)}]`;
  };

  const block = (axis: number, start: number, indent: number): string => {
    if (axis === shape.length - 1) return vector(start, indent);
    const rows = shownIndices(shape[axis], edge).map((i) =>
      i === GAP ? '...' : block(axis + 1, start + i * strides[axis], indent + 1),
    );
    const blankLines = '\n'.repeat(shape.length - 1 - axis);
    return `[${rows.join(`,${blankLines}${' '.repeat(indent + 1)}`)}]`;
  };

  return shape.length === 0 ? format(values[0]) : block(0, 0, PREFIX.length);
}

// ── suffixes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function suffixes(shape: readonly number[], dtype: DType, empty: boolean, options: TorchTextOptions): string[] {
  const { device, requiresGrad = false, madeBy } = options;
  const list: string[] = [];
  if (device !== undefined) list.push(`device='${device}'`);
  if (empty && shape.length !== 1) list.push(`size=(${shape.join(', ')})`);
  // Without elements nothing implies a dtype but the default one.
  if (empty ? dtype !== 'float32' : !IMPLIED.has(dtype)) list.push(`dtype=torch.${dtype}`);
  if (madeBy !== undefined) list.push(`grad_fn=<${madeBy[0].toUpperCase()}${madeBy.slice(1)}Backward0>`);
  else if (requiresGrad) list.push('requires_grad=True');
  return list;
}

/** Puts each suffix on the last line, or on a line of its own where it does not fit. */
function addSuffixes(body: string, list: readonly string[], linewidth: number): string {
  let text = body;
  // Two more than the line holds: PyTorch counts so, and breaks lines by it.
  let lineLength = body.length - body.lastIndexOf('\n') + 1;
  for (const suffix of list) {
    if (lineLength + suffix.length + 2 > linewidth) {
      text += `,\n${' '.repeat(PREFIX.length)}${suffix}`;
      lineLength = PREFIX.length + suffix.length;
    } else {
      text += `, ${suffix}`;
      lineLength += suffix.length + 2;
    }
  }
  return `${text})`;
}
