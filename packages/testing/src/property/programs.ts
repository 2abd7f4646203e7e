/**
 * Programs of what users chain: elementwise functions, operands that broadcast, reductions, products, scans, softmax, views
 * and reads at indices, each of what was computed before.
 *
 * Invariant: a program is one list of choices, so it can be run again with other inputs, on other devices, or with its
 * values stored on the way, and does the same.
 */
import { type Shape, type Tensor } from '@sconce/core';
import * as torch from '@sconce/ops';
import { picker, type Choice, type Pick } from './arbitraries.js';
import { sizeOf } from './plain.js';
import { viewOf } from './views.js';

/** Everything that has been computed; the last of it comes last. */
type Values = readonly Tensor[];
interface Operands {
  readonly x: Tensor;
  readonly values: Values;
  readonly pick: Pick;
}
/** What a step computes, and null where its operand does not allow it. */
type Step = (operands: Operands) => { readonly text: string; readonly y: Tensor } | null;

const MOST_ELEMENTS = 2000;
const step = (text: string, y: Tensor) => ({ text, y });
const one = (text: string, of: (x: Tensor) => Tensor): Step => ({ x }) => step(text, of(x));

/** A value that broadcasts with the operand to something not too large. */
function partner({ x, values, pick }: Operands): Tensor | undefined {
  const fits = values.filter((v) => {
    const [a, b] = [x.shape, v.shape].map((s) => [...s].reverse());
    const out = Array.from({ length: Math.max(a.length, b.length) }, (_, d) => Math.max(a[d] ?? 1, b[d] ?? 1));
    return out.every((n, d) => [a[d] ?? 1, b[d] ?? 1].every((m) => m === n || m === 1)) && sizeOf(out) <= MOST_ELEMENTS;
  });
  return fits.at(-1 - pick(fits.length));
}

const two = (text: string, of: (a: Tensor, b: Tensor) => Tensor): Step => (operands) => {
  const other = partner(operands);
  return other === undefined ? null : step(`${text} with ${operands.values.indexOf(other)}`, of(operands.x, other));
};

const over = (text: string, of: (x: Tensor, dim: number, keepdim: boolean) => Tensor): Step => ({ x, pick }) => {
  if (x.ndim === 0 || x.numel() === 0) return null;
  const [dim, keepdim] = [pick(x.ndim), pick(2) === 0];
  return step(`${text} over ${dim}${keepdim ? ', kept' : ''}`, of(x, dim, keepdim));
};

const matmul: Step = ({ x, values, pick }) => {
  const fits = values.filter((v) => v.ndim === 2 && x.ndim >= 2 && v.shape.includes(x.shape.at(-1)!));
  const other = fits[pick(fits.length)];
  if (other === undefined) return null;
  const right = other.shape[0] === x.shape.at(-1) ? other : torch.t(other);
  return step(`matmul with ${values.indexOf(other)}`, torch.mul(torch.matmul(x, right), 0.25));
};

const view: Step = ({ x, pick }) => {
  const chosen = viewOf({ kind: pick(1000), numbers: Array.from({ length: 6 }, () => pick(1000)) }, x.shape);
  return chosen === null || sizeOf(chosen.shape) === 0 ? null : step(chosen.text, chosen.of(x));
};

const pickRows: Step = ({ x, pick }) => {
  if (x.ndim === 0) return null;
  const [dim, count] = [pick(x.ndim), 1 + pick(4)];
  const rows = Array.from({ length: count }, () => pick(x.shape[dim]));
  return step(`rows ${rows.join()} of ${dim}`, torch.indexSelect(x, dim, torch.tensor(rows, { dtype: 'int32', device: x.device })));
};

const joined: Step = ({ x, values, pick }) => {
  const fits = values.filter((v) => v.ndim === x.ndim && v.ndim > 0 && v.shape.slice(1).every((n, d) => n === x.shape[d + 1]));
  const other = fits[pick(fits.length)];
  return other === undefined || x.numel() + other.numel() > MOST_ELEMENTS ? null : step(`cat with ${values.indexOf(other)}`, torch.cat([x, other], 0));
};

/** Steps whose results are integers, or quarters of them, where their operands are: exact, however they are computed. */
const EXACT: readonly Step[] = [
  one('neg', torch.neg),
  one('relu', torch.relu),
  one('abs', torch.abs),
  one('plus 3', (x) => torch.add(x, 3)),
  one('bounded', (x) => torch.remainder(x, 5)),
  two('add', (a, b) => torch.add(a, b)),
  two('sub', (a, b) => torch.sub(a, b)),
  two('maximum', torch.maximum),
  two('where', (a, b) => torch.where(torch.gt(a, b), a, torch.neg(b))),
  over('sum', (x, d, keepdim) => torch.sum(x, d, { keepdim })),
  over('amax', (x, d, keepdim) => torch.amax(x, d, { keepdim })),
  over('cumsum', (x, d) => torch.cumsum(x, d)),
  over('argmin', (x, d, keepdim) => torch.argmin(x, d, { keepdim }).to(x.dtype)),
  over('sort', (x, d) => torch.sort(x, d).values),
  matmul,
  view,
  view,
  pickRows,
  joined,
];

/** Smooth steps, whose values stay small. */
const SMOOTH: readonly Step[] = [
  one('tanh', torch.tanh),
  one('sigmoid', torch.sigmoid),
  one('sin', torch.sin),
  one('exp', (x) => torch.exp(torch.mul(torch.tanh(x), 0.5))),
  one('log', (x) => torch.log(torch.add(torch.square(torch.tanh(x)), 1))),
  one('sqrt', (x) => torch.sqrt(torch.add(torch.square(torch.tanh(x)), 0.5))),
  two('add', (a, b) => torch.add(a, b)),
  two('mul', (a, b) => torch.mul(torch.tanh(a), b)),
  two('div', (a, b) => torch.div(a, torch.add(torch.square(b), 1))),
  over('mean', (x, d, keepdim) => torch.mean(x, d, { keepdim })),
  over('logsumexp', (x, d, keepdim) => torch.logsumexp(x, d, { keepdim })),
  over('softmax', (x, d) => torch.softmax(x, d)),
  over('var', (x, d, keepdim) => torch.var(x, d, { keepdim, correction: 0 })),
  over('cumsum', (x, d) => torch.mul(torch.cumsum(x, d), 0.5)),
  over('prod', (x, d, keepdim) => torch.prod(torch.tanh(x), d, { keepdim })),
  matmul,
  view,
  view,
  pickRows,
  joined,
];

export const TABLES = { exact: EXACT, smooth: SMOOTH } as const;

export interface Run {
  readonly values: Values;
  readonly text: string;
}

/** The inputs' shapes: some broadcast, some can be multiplied. */
export const INPUTS: readonly Shape[] = [[4, 6], [6, 3], [6], [4, 1], [2, 4, 6]];

/** Runs a program on inputs; `after` sees each value before the next step uses it, and may store it. */
export async function run(table: keyof typeof TABLES, program: readonly Choice[], inputs: Values, after: (y: Tensor) => unknown = () => undefined): Promise<Run> {
  const values = [...inputs];
  const texts: string[] = [];
  for (const { kind, numbers } of program) {
    const pick = picker(numbers);
    // Mostly what was computed last, so that programs are chains rather than bushes.
    const x = values.at(-1 - Math.min(pick(values.length), pick(values.length)))!;
    const made = TABLES[table][kind % TABLES[table].length]({ x, values, pick });
    if (made === null || made.y.numel() > MOST_ELEMENTS) continue;
    texts.push(`${values.length} = ${values.indexOf(x)}: ${made.text}`);
    values.push(made.y);
    await after(made.y);
  }
  return { values, text: texts.join('\n') };
}
