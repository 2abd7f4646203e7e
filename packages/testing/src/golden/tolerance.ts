/**
 * When a value counts as PyTorch's: the tolerance of each dtype on each backend, and a comparison that says what differs.
 *
 * An element agrees when |got - want| <= atol + rtol * |want|; NaN agrees with NaN, an infinity with itself. Integers,
 * booleans, shapes and dtypes agree exactly, but for int64, which may be int32 here. Expected float32 values were
 * computed in float64 and rounded, so they are the true ones and not one library's rounding.
 *
 * Reference: https://pytorch.org/docs/stable/testing.html#torch.testing.assert_close
 */
import type { DType } from '@sconce/core';
import type { PlainTensor } from './decode.js';

export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

export type Quantity = 'output' | 'gradient';

type Row = Readonly<Record<Quantity, Tolerance>>;

const row = (rtol: number, atol: number, gradientRtol: number, gradientAtol: number): Row => ({
  output: { rtol, atol },
  gradient: { rtol: gradientRtol, atol: gradientAtol },
});

const EXACT = row(0, 0, 0, 0);

/** Storage types compute in float32 and round at the end, everywhere alike. */
const COMMON: Partial<Record<DType, Row>> = {
  float64: row(1e-7, 1e-7, 1e-6, 1e-6),
  float16: row(1e-3, 1e-3, 1e-2, 1e-2),
  bfloat16: row(1.6e-2, 1e-2, 1.6e-2, 1e-2),
};

const FLOAT32 = row(2e-5, 1e-5, 1e-4, 2e-5);

/** Backends whose float32 differs from the CPU's. */
const FLOAT32_OF: Readonly<Record<string, Row>> = {
  webgpu: row(2e-4, 5e-5, 1e-3, 1e-4),
};

/** How far a value of this dtype may be off on a backend. */
export function toleranceOf(dtype: DType, backend: string, quantity: Quantity): Tolerance {
  const found = dtype === 'float32' ? (FLOAT32_OF[backend] ?? FLOAT32) : (COMMON[dtype] ?? EXACT);
  return found[quantity];
}

export function agrees(got: number, want: number, { rtol, atol }: Tolerance): boolean {
  if (got === want || (Number.isNaN(got) && Number.isNaN(want))) return true;
  // An infinite expectation would allow an infinite error.
  return Number.isFinite(want) && Math.abs(got - want) <= atol + rtol * Math.abs(want);
}

export type Comparison = { readonly close: true } | { readonly close: false; readonly message: string };

const CLOSE: Comparison = { close: true };
const apart = (message: string): Comparison => ({ close: false, message });

/** Compares dtype, shape and every element; says the first difference, how many there are, and the largest. */
export function allClose(got: PlainTensor, want: PlainTensor, tolerance: Tolerance): Comparison {
  if (got.dtype !== want.dtype && !(want.dtype === 'int64' && got.dtype === 'int32')) {
    return apart(`got dtype ${got.dtype}, want ${want.dtype}`);
  }
  if (got.shape.length !== want.shape.length || got.shape.some((size, axis) => size !== want.shape[axis])) {
    return apart(`got shape [${got.shape.join(', ')}], want [${want.shape.join(', ')}]`);
  }
  if (got.data.length !== want.data.length) {
    return apart(`got ${got.data.length} elements, want ${want.data.length}`);
  }
  const wrong: number[] = [];
  for (let i = 0; i < want.data.length; i++) if (!agrees(got.data[i], want.data[i], tolerance)) wrong.push(i);
  return wrong.length === 0 ? CLOSE : apart(describe(got, want, wrong, tolerance));
}

function describe(got: PlainTensor, want: PlainTensor, wrong: readonly number[], { rtol, atol }: Tolerance): string {
  const at = (i: number): string => `at [${indexOf(i, want.shape).join(', ')}] got ${got.data[i]}, want ${want.data[i]}`;
  const error = (i: number): number => Math.abs(got.data[i] - want.data[i]);
  const worst = wrong.reduce((a, b) => (error(b) > error(a) ? b : a));
  const allowed = rtol === 0 && atol === 0 ? 'exactly' : `within rtol ${rtol}, atol ${atol}`;
  const furthest = worst === wrong[0] ? '' : `, furthest ${at(worst)}`;
  return `${at(wrong[0])} ${allowed}; ${wrong.length} of ${want.data.length} differ${furthest}`;
}

/** The index of a flat position. */
function indexOf(position: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = position;
  for (const size of [...shape].reverse()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index;
}
