/**
 * Tensors whose elements are a function of their index: sequences and the identity.
 *
 * Invariant: only the number of elements is structure; first values and steps are runtime scalars.
 */
import {
  ArgumentError,
  computeType,
  defineOp,
  fromHost,
  hostArray,
  isFloat,
  NO_ATTRS,
  type ComputeType,
  type Expr,
  type Tensor,
  type TensorOptions,
} from '@sconce/core';
import * as e from '@sconce/core/e';
import { requireInteger } from '../families/arguments.js';
import { noBool } from '../families/checks.js';
import { constantFor, made, requireNumber, scalarFor, targetOf, type Target } from './make.js';

// ── arange ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const ARANGE = /* @__PURE__ */ defineOp({
  name: 'arange',
  form: 'element',
  lower: ([i], [start, step], { dtype }) => e.add(start([]), e.mul(e.cast(i, computeType(dtype)), step([]))),
});

/** Numbers before options. */
type NumbersWith<Options> = readonly number[] | readonly [...number[], Options];

/**
 * start, start + step, … up to but without `end`: `arange(end)`, `arange(start, end)` or `arange(start, end, step)`, then
 * options.
 *
 * The dtype is int32 when all numbers are integers, and float32 otherwise.
 * @throws ArgumentError when the step is 0 or leads away from `end`, or for an infinite bound; DTypeError for bool.
 * @example
 * arange(3);             // [0, 1, 2]
 * arange(1, 2, 0.5);     // [1.0, 1.5]
 * @see https://pytorch.org/docs/stable/generated/torch.arange.html
 */
export function arange(...given: NumbersWith<TensorOptions>): Tensor {
  const op = 'arange';
  const last = given.at(-1);
  const options = typeof last === 'object' ? last : {};
  const numbers = (typeof last === 'object' ? given.slice(0, -1) : given).map((x, i) => Number(requireNumber(op, `argument ${i}`, x)));
  if (numbers.length < 1 || numbers.length > 3) {
    throw new ArgumentError(`${op}: got ${numbers.length} numbers, expected end, or start and end, or start, end and step.`);
  }
  const [start, end, step = 1] = numbers.length === 1 ? [0, numbers[0]] : numbers;
  const target = targetOf(op, options, numbers.every(Number.isInteger) ? 'int32' : 'float32');
  noBool(target.dtype, op);
  // PyTorch counts int64 in integers, and every other dtype in float64.
  const [from, to, by] = target.dtype === 'int64' ? [start, end, step].map(Math.trunc) : [start, end, step];
  const length = Math.ceil((to - from) / by);
  if (step === 0 || !Number.isFinite(step)) throw new ArgumentError(`${op}: step must be a finite number other than 0, got ${step}.`);
  if (!Number.isFinite(length)) throw new ArgumentError(`${op}: cannot count from ${start} to ${end}: bounds must be finite.`);
  if ((end - start) * step < 0) throw new ArgumentError(`${op}: a step of ${step} does not lead from ${start} to ${end}.`);
  return made(ARANGE, [scalarFor(op, target, start), scalarFor(op, target, step)], NO_ATTRS, [Math.abs(length)], target);
}

/**
 * start, start + step, … up to `end`, which is included.
 *
 * The dtype is float32 unless `dtype` says otherwise: PyTorch's users are told to use `arange`.
 * @throws ArgumentError when the step is 0 or leads away from `end`, or for an infinite bound; DTypeError for bool.
 * @example
 * range(1, 2, 0.5);      // [1.0, 1.5, 2.0]
 * @see https://pytorch.org/docs/stable/generated/torch.range.html
 */
export function range(start: number, end: number, step: number | TensorOptions = 1, options: TensorOptions = {}): Tensor {
  const op = 'range';
  if (typeof step === 'object') return range(start, end, 1, step);
  const given = Object.entries({ start, end, step }).map(([name, x]) => Number(requireNumber(op, name, x)));
  const target = targetOf(op, options, 'float32');
  noBool(target.dtype, op);
  const [from, to, by] = isFloat(target.dtype) ? given : given.map(Math.trunc);
  const length = Math.floor((to - from) / by) + 1;
  if (by === 0 || !Number.isFinite(length)) throw new ArgumentError(`${op}: cannot count from ${from} to ${to} by ${by}: bounds must be finite and the step not 0.`);
  if ((to - from) * by < 0) throw new ArgumentError(`${op}: a step of ${by} does not lead from ${from} to ${to}.`);
  return made(ARANGE, [scalarFor(op, target, from), scalarFor(op, target, by)], NO_ATTRS, [length], target);
}

// ── linspace and logspace ────────────────────────────────────────────────────────────────────────────────────────────

/** Element i of `steps` from start to end. Each half is counted from its own end, so both ends are exact. */
function between(i: Expr, steps: number, [start, end, step]: readonly Expr[], type: ComputeType): Expr {
  const forwards = e.add(start, e.mul(e.cast(i, type), step));
  const backwards = e.sub(end, e.mul(e.cast(e.sub(steps - 1, i), type), step));
  return e.select(e.lt(i, Math.floor(steps / 2)), forwards, backwards);
}

const LINSPACE = /* @__PURE__ */ defineOp({
  name: 'linspace',
  form: 'element',
  lower: ([i], inputs, { shape, dtype }) => between(i, shape[0], inputs.map((x) => x([])), computeType(dtype)),
});

const LOGSPACE = /* @__PURE__ */ defineOp({
  name: 'logspace',
  form: 'element',
  lower: ([i], [base, ...ends], { shape, dtype }) => e.pow(base([]), between(i, shape[0], ends.map((x) => x([])), computeType(dtype))),
});

interface Span {
  readonly start: number;
  readonly end: number;
  readonly steps: number;
  readonly step: number;
}

function spanOf(op: string, start: number, end: number, steps: number): Span {
  const [first, last] = [Number(requireNumber(op, 'start', start)), Number(requireNumber(op, 'end', end))];
  requireInteger(op, 'steps', steps, 0);
  return { start: first, end: steps === 1 ? first : last, steps, step: steps > 1 ? (last - first) / (steps - 1) : 0 };
}

/** Integer sequences are rounded towards zero from float64, which not every device has: they are made here. */
function wholeSpan({ start, end, steps }: Span, { dtype, device }: Target, element: (x: number) => number): Tensor {
  const [first, last] = [Math.trunc(start), Math.trunc(end)];
  const step = steps > 1 ? (last - first) / (steps - 1) : 0;
  const host = hostArray(dtype, steps);
  for (let i = 0; i < steps; i++) {
    const x = Math.trunc(element(i < Math.floor(steps / 2) ? first + step * i : last - step * (steps - 1 - i)));
    Reflect.set(host, i, dtype === 'int64' ? BigInt(x) : x);
  }
  return fromHost(host, [steps], dtype, { device });
}

const endsOf = (op: string, span: Span, target: Target): Tensor[] => [span.start, span.end, span.step].map((x) => scalarFor(op, target, x));

/**
 * `steps` numbers from `start` to `end`, both included, at equal distances.
 *
 * @throws ArgumentError for a negative number of steps.
 * @example
 * linspace(0, 1, 5);      // [0.00, 0.25, 0.50, 0.75, 1.00]
 * @see https://pytorch.org/docs/stable/generated/torch.linspace.html
 */
export function linspace(start: number, end: number, steps: number, options: TensorOptions = {}): Tensor {
  const span = spanOf('linspace', start, end, steps);
  const target = targetOf('linspace', options, 'float32');
  if (!isFloat(target.dtype)) return wholeSpan(span, target, (x) => x);
  return made(LINSPACE, endsOf('linspace', span, target), NO_ATTRS, [steps], target);
}

/**
 * `steps` powers of `base`, from base^start to base^end, whose exponents have equal distances.
 *
 * @throws ArgumentError for a negative number of steps.
 * @example
 * logspace(0, 2, 3);      // [1, 10, 100]
 * @see https://pytorch.org/docs/stable/generated/torch.logspace.html
 */
export function logspace(start: number, end: number, steps: number, base = 10, options: TensorOptions = {}): Tensor {
  const span = spanOf('logspace', start, end, steps);
  const root = Number(requireNumber('logspace', 'base', base));
  const target = targetOf('logspace', options, 'float32');
  if (!isFloat(target.dtype)) return wholeSpan(span, target, (x) => root ** x);
  return made(LOGSPACE, [scalarFor('logspace', target, root), ...endsOf('logspace', span, target)], NO_ATTRS, [steps], target);
}

// ── eye ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const EYE = /* @__PURE__ */ defineOp({
  name: 'eye',
  form: 'element',
  lower: ([i, j], [one], { dtype }) => e.select(e.eq(i, j), one([]), e.const(0, computeType(dtype))),
});

/**
 * The matrix with ones on its diagonal and 0 elsewhere.
 *
 * @param n rows. @param m columns, as many as rows when left out.
 * @throws ArgumentError for negative sizes.
 * @see https://pytorch.org/docs/stable/generated/torch.eye.html
 */
export function eye(n: number, m?: number | TensorOptions, options: TensorOptions = {}): Tensor {
  if (typeof m === 'object' && m !== null && !Array.isArray(m)) return eye(n, n, m);
  requireInteger('eye', 'n', n, 0);
  const columns = requireInteger('eye', 'm', m ?? n, 0);
  const target = targetOf('eye', options, 'float32');
  return made(EYE, [constantFor(target, 1)], NO_ATTRS, [n, columns], target);
}
