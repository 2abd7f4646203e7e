/**
 * Views as maps of indices: what each does to a tensor, and which element of its operand an element of its result is.
 *
 * A stanza takes a shape and decisions, and gives a view, or null where the shape has none.
 */
import type { Shape, Tensor } from '@sconce/core';
import * as torch from '@sconce/ops';
import type { Choice, Pick } from './arbitraries.js';
import { picker } from './arbitraries.js';
import { at, build, indexAt, offsetOf, sizeOf, type Index, type Plain } from './plain.js';

export interface View {
  readonly text: string;
  readonly shape: Shape;
  readonly of: (x: Tensor) => Tensor;
  /** Where the element comes from; null for padding, which is 0. */
  readonly source: (index: Index) => Index | null;
}

const MOST_ELEMENTS = 1000;
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const replaced = (list: readonly number[], d: number, ...by: number[]): number[] => [...list.slice(0, d), ...by, ...list.slice(d + 1)];
const moved = (index: Index, d: number, to: (i: number) => number): number[] => replaced(index, d, to(index[d]));

/** Numbers in any order. */
function shuffled(list: readonly number[], pick: Pick): number[] {
  const rest = [...list];
  return list.map(() => rest.splice(pick(rest.length), 1)[0]);
}

/** Sizes of so many elements. */
function sizesOf(size: number, pick: Pick): number[] {
  const sizes: number[] = [];
  let rest = size;
  while (sizes.length < 4 && (rest > 1 || pick(3) === 1)) {
    const divisors = range(rest).map((i) => i + 1).filter((n) => rest % n === 0);
    sizes.push(divisors[pick(divisors.length)]);
    rest /= sizes.at(-1)!;
  }
  return rest > 1 ? [...sizes, rest] : sizes;
}

/** Python's slice with bounds of any sign. */
function sliceOf(n: number, pick: Pick): { start: number; end: number; step: number; from: number; length: number } {
  const [start, end, step] = [pick(2 * n + 2) - n - 1, pick(2 * n + 2) - n - 1, 1 + pick(3)];
  const clamp = (i: number): number => Math.min(n, Math.max(0, i < 0 ? i + n : i));
  return { start, end, step, from: clamp(start), length: Math.max(0, Math.ceil((clamp(end) - clamp(start)) / step)) };
}

const STANZAS: ((shape: Shape, pick: Pick) => View | null)[] = [
  function permute(shape, pick) {
    const order = shuffled(range(shape.length), pick);
    const named = pick(2) === 0 ? order : order.map((d) => d - shape.length);
    return {
      text: `permute ${named.join()}`,
      shape: order.map((d) => shape[d]),
      of: (x) => torch.permute(x, named),
      source: (index) => range(shape.length).map((d) => index[order.indexOf(d)]),
    };
  },
  function reshape(shape, pick) {
    const size = sizeOf(shape);
    const to = size === 0 ? [pick(3), 0] : sizesOf(size, pick);
    const open = size > 0 && to.length > 0 ? pick(to.length + 1) : to.length;
    const named = to.map((n, d) => (d === open ? -1 : n));
    return { text: `reshape ${named.join()}`, shape: to, of: (x) => torch.reshape(x, named), source: (index) => indexAt(offsetOf(index, to), shape) };
  },
  function slice(shape, pick) {
    if (shape.length === 0) return null;
    const d = pick(shape.length);
    const { start, end, step, from, length } = sliceOf(shape[d], pick);
    return {
      text: `slice ${[d, start, end, step].join()}`,
      shape: replaced(shape, d, length),
      of: (x) => torch.slice(x, d, start, end, step),
      source: (index) => moved(index, d, (i) => from + i * step),
    };
  },
  function subscript(shape, pick) {
    if (shape.length === 0) return null;
    const d = shape.length - 1;
    const { start, end, step, from, length } = sliceOf(shape[d], pick);
    return {
      text: `[..., ${start}:${end}:${step}]`,
      shape: replaced(shape, d, length),
      of: (x) => torch.at(x, `..., ${start}:${end}:${step}`),
      source: (index) => moved(index, d, (i) => from + i * step),
    };
  },
  function select(shape, pick) {
    const d = pick(shape.length);
    if (!(shape[d] > 0)) return null;
    const i = pick(2 * shape[d]) - shape[d];
    return {
      text: `select ${d},${i}`,
      shape: replaced(shape, d, ...[]),
      of: (x) => torch.select(x, d, i),
      source: (index) => [...index.slice(0, d), i < 0 ? i + shape[d] : i, ...index.slice(d)],
    };
  },
  function expand(shape, pick) {
    const front = range(pick(3)).map(() => 1 + pick(3));
    const to = [...front, ...shape.map((n) => (n === 1 ? 1 + pick(4) : n))];
    const named = to.map((n, d) => (d >= front.length && pick(2) === 0 && n === shape[d - front.length] ? -1 : n));
    return {
      text: `expand ${named.join()}`,
      shape: to,
      of: (x) => torch.expand(x, named),
      source: (index) => shape.map((n, d) => (n === 1 ? 0 : index[front.length + d])),
    };
  },
  function flip(shape, pick) {
    const dims = range(shape.length).filter(() => pick(2) === 0);
    return {
      text: `flip ${dims.join()}`,
      shape,
      of: (x) => torch.flip(x, dims),
      source: (index) => index.map((i, d) => (dims.includes(d) ? shape[d] - 1 - i : i)),
    };
  },
  function roll(shape, pick) {
    const d = pick(shape.length);
    if (!(shape[d] > 0)) return null;
    const by = pick(9) - 4;
    const n = shape[d];
    return { text: `roll ${by},${d}`, shape, of: (x) => torch.roll(x, by, d), source: (index) => moved(index, d, (i) => (((i - by) % n) + n) % n) };
  },
  function unsqueeze(shape, pick) {
    const d = pick(shape.length + 1);
    const named = pick(2) === 0 ? d : d - shape.length - 1;
    return {
      text: `unsqueeze ${named}`,
      shape: [...shape.slice(0, d), 1, ...shape.slice(d)],
      of: (x) => torch.unsqueeze(x, named),
      source: (index) => replaced(index, d, ...[]),
    };
  },
  function squeeze(shape) {
    return {
      text: 'squeeze',
      shape: shape.filter((n) => n !== 1),
      of: (x) => torch.squeeze(x),
      source: (index) => shape.map((n, d) => (n === 1 ? 0 : index[shape.slice(0, d).filter((m) => m !== 1).length])),
    };
  },
  function diagonal(shape, pick) {
    if (shape.length < 2) return null;
    const [a, b] = shuffled(range(shape.length), pick);
    const offset = pick(5) - 2;
    const [down, along] = [Math.max(0, -offset), Math.max(0, offset)];
    const length = Math.max(0, Math.min(shape[a] - down, shape[b] - along));
    const others = range(shape.length).filter((d) => d !== a && d !== b);
    return {
      text: `diagonal ${[offset, a, b].join()}`,
      shape: [...others.map((d) => shape[d]), length],
      of: (x) => torch.diagonal(x, offset, a, b),
      source: (index) => shape.map((_, d) => (d === a ? index.at(-1)! + down : d === b ? index.at(-1)! + along : index[others.indexOf(d)])),
    };
  },
  function unfold(shape, pick) {
    const d = pick(shape.length);
    if (!(shape[d] > 0)) return null;
    const [size, step] = [1 + pick(shape[d]), 1 + pick(3)];
    return {
      text: `unfold ${[d, size, step].join()}`,
      shape: [...replaced(shape, d, Math.floor((shape[d] - size) / step) + 1), size],
      of: (x) => torch.unfold(x, d, size, step),
      source: (index) => moved(index.slice(0, -1), d, (i) => i * step + index.at(-1)!),
    };
  },
  function repeat(shape, pick) {
    const counts = range(shape.length + pick(2)).map(() => 1 + pick(3));
    const fresh = counts.length - shape.length;
    return {
      text: `repeat ${counts.join()}`,
      shape: counts.map((n, d) => (d < fresh ? n : n * shape[d - fresh])),
      of: (x) => torch.repeat(x, counts),
      source: (index) => shape.map((n, d) => index[d + fresh] % n),
    };
  },
  function pad(shape, pick) {
    if (shape.length === 0) return null;
    const d = shape.length - 1;
    const [before, after] = [pick(3), pick(3)];
    return {
      text: `pad ${before},${after}`,
      shape: replaced(shape, d, shape[d] + before + after),
      of: (x) => torch.pad(x, [before, after]),
      source: (index) => (index[d] < before || index[d] >= before + shape[d] ? null : moved(index, d, (i) => i - before)),
    };
  },
];

/** The view that a step is, for an operand of this shape. */
export function viewOf({ kind, numbers }: Choice, shape: Shape): View | null {
  const view = STANZAS[kind % STANZAS.length](shape, picker(numbers));
  return view !== null && sizeOf(view.shape) <= MOST_ELEMENTS && view.shape.length <= 6 ? view : null;
}

/** The view of elements. */
export const viewed = (x: Plain, { shape, source }: View): Plain =>
  build(shape, (index) => {
    const from = source(index);
    return from === null ? 0 : at(x, from);
  });
