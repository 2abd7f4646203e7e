/**
 * Tensors as anyone would write them down: a shape and its elements in row-major order, each result built element by
 * element from what its op says of an index. Slow, and too simple to be wrong in the way that kernels are.
 *
 * Invariant: float32 and float64 elements are JavaScript numbers, computed in float64.
 */
import { bfloat16Bits, float16Bits, fromHost, hostArray, numbersOf, type DType, type Shape, type Tensor, type TensorOptions } from '@sconce/core';

export type Index = readonly number[];

export interface Plain {
  readonly shape: Shape;
  readonly values: readonly number[];
}

export const sizeOf = (shape: Shape): number => shape.reduce((n, d) => n * d, 1);

/** Where the element at an index lies among the values. */
export const offsetOf = (index: Index, shape: Shape): number => shape.reduce((at, n, d) => at * n + index[d], 0);

/** The index of the element that lies there. */
export function indexAt(offset: number, shape: Shape): number[] {
  const index: number[] = [];
  for (let d = shape.length - 1, rest = offset; d >= 0; d--) {
    index.unshift(rest % shape[d]);
    rest = Math.floor(rest / shape[d]);
  }
  return index;
}

/** All indices of a shape, in row-major order. */
export const indicesOf = (shape: Shape): number[][] => Array.from({ length: sizeOf(shape) }, (_, i) => indexAt(i, shape));

export const build = (shape: Shape, element: (index: Index) => number): Plain => ({ shape, values: indicesOf(shape).map(element) });

export const at = (x: Plain, index: Index): number => x.values[offsetOf(index, x.shape)];

/** The element that an operand brings to this index of a result that it is broadcast to. */
export const atBroadcast = (x: Plain, index: Index): number =>
  at(x, x.shape.map((n, d) => (n === 1 ? 0 : index[index.length - x.shape.length + d])));

/** The values along some axes, in order, for each index of the others; those axes have size 1 in the result. */
export function fold(x: Plain, axes: readonly number[], combine: (values: readonly number[]) => number): Plain {
  const over = x.shape.map((n, d) => (axes.includes(d) ? n : 1));
  return build(x.shape.map((n, d) => (axes.includes(d) ? 1 : n)), (index) =>
    combine(indicesOf(over).map((along) => at(x, index.map((i, d) => i + along[d])))));
}

/** The lines along an axis, each replaced by what it becomes. */
export function alongLines(x: Plain, axis: number, line: (values: readonly number[]) => readonly number[]): Plain {
  const values: number[] = [];
  for (const start of indicesOf(x.shape.map((n, d) => (d === axis ? 1 : n)))) {
    const offsets = Array.from({ length: x.shape[axis] }, (_, i) => offsetOf(start.map((j, d) => (d === axis ? i : j)), x.shape));
    line(offsets.map((at) => x.values[at])).forEach((value, i) => (values[offsets[i]] = value));
  }
  return { shape: x.shape, values };
}

/** Without the axes of size 1 that are named. */
export const dropped = (x: Plain, axes: readonly number[]): Plain => ({ ...x, shape: x.shape.filter((_, d) => !axes.includes(d)) });

/** The tensor of these elements. */
export function toTensor({ shape, values }: Plain, dtype: DType = 'float32', options: TensorOptions = {}): Tensor {
  const host = hostArray(dtype, values.length);
  if (host instanceof BigInt64Array) values.forEach((x, i) => (host[i] = BigInt(x)));
  else host.set(dtype === 'float16' ? values.map(float16Bits) : dtype === 'bfloat16' ? values.map(bfloat16Bits) : values);
  return fromHost(host, shape, dtype, options);
}

/** The elements of a tensor as numbers; bools are 1 and 0. */
export const valuesOf = async (x: Tensor): Promise<number[]> => Array.from(numbersOf(await x.data(), x.dtype), Number);

/** The first element that differs by more than so much of its magnitude (at least 1), in words; undefined when none does. */
export function difference(got: readonly number[], want: readonly number[], tolerance = 0): string | undefined {
  if (got.length !== want.length) return `${got.length} elements, expected ${want.length}`;
  const wrong = want.findIndex((w, i) => !(Object.is(w + 0, got[i] + 0) || Math.abs(w - got[i]) <= tolerance * Math.max(1, Math.abs(w))));
  return wrong < 0 ? undefined : `element ${wrong} is ${got[wrong]}, expected ${want[wrong]}`;
}
