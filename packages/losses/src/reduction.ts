/**
 * From the losses of elements or samples to one: what `reduction` says.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#loss-functions
 */
import { ArgumentError, describe, DTypeError, isFloat, isTensor, requireTensor, sameShape, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { mean, sum } from '@sconce/ops';
import { checkOptions, keywords, noBoolDifference } from '@sconce/ops/families';

export type Reduction = 'none' | 'mean' | 'sum';

export interface ReductionOptions {
  /** What becomes of the single losses: kept, averaged (default), or summed. */
  readonly reduction?: Reduction;
}

const REDUCTIONS: Readonly<Record<Reduction, (loss: Tensor) => Tensor>> = { none: (loss) => loss, mean, sum };

/** Options that are numbers, in every loss that has them. */
const NUMBERS: ReadonlySet<string> = /* @__PURE__ */ new Set(['margin', 'p', 'eps', 'beta', 'delta', 'labelSmoothing', 'ignoreIndex', 'blank']);

/** Checks that the options of a loss are among `known`, and its reduction. Gives the reduction. */
export function checkLossOptions<R extends string = Reduction>(op: string, options: { readonly reduction?: R }, known: readonly string[] = [], more: readonly R[] = []): R {
  checkOptions(op, options, ['reduction', ...known]);
  for (const name in options) {
    const value: unknown = options[name as 'reduction'];
    if (typeof value !== 'number' && value !== undefined && NUMBERS.has(name)) throw new ArgumentError(`${op}: ${name} must be a number, got ${describe(value)}.`);
  }
  const { reduction = 'mean' as R } = options;
  if (!Object.hasOwn(REDUCTIONS, reduction) && !more.includes(reduction)) {
    const allowed = [...Object.keys(REDUCTIONS), ...more];
    throw new ArgumentError(`${op}: reduction must be ${allowed.map((r) => `'${r}'`).join(' or ')}, got '${reduction}'.`);
  }
  return reduction;
}

/**
 * The options of a loss, of which the first may stand by position. PyTorch's next ones are `size_average` and `reduce`, which
 * it gave up, so what follows has a name.
 */
export function lossOptions<O extends object>(op: string, rest: readonly unknown[], first: readonly (keyof O & string)[]): O {
  const last = rest.at(-1);
  const isNamed = typeof last === 'object' && last !== null && !Array.isArray(last) && !isTensor(last);
  const [leading, named] = isNamed ? [rest.slice(0, -1), last as O] : [rest, {} as O];
  const given = keywords<O>(op, first, leading);
  const twice = Object.keys(given).find((name) => name in named);
  if (twice !== undefined) throw new ArgumentError(`${op}: '${twice}' is given twice, by position and by name.`);
  return { ...given, ...named };
}

/** The losses under a reduction that has been checked. */
export const reduce = (loss: Tensor, reduction: Reduction): Tensor => REDUCTIONS[reduction](loss);

/** Throws unless these arguments are tensors. */
export function requireAll(op: string, tensors: Readonly<Record<string, unknown>>): void {
  for (const name in tensors) requireTensor(op, tensors[name], name);
}

/** As `requireAll`, of tensors that are subtracted, which truth values are not. */
export function requireNumbers(op: string, tensors: Readonly<Record<string, Tensor>>): void {
  requireAll(op, tensors);
  for (const { dtype } of Object.values(tensors)) noBoolDifference(dtype, op);
}

/** Throws a DTypeError unless the tensor is floating point. */
export function requireFloat(op: string, x: Tensor, name: string): void {
  if (!isFloat(x.dtype)) throw new DTypeError(`${op}: ${name} must be floating point, got ${x.dtype}. Use ${name}.to('float32').`);
}

/** Throws a ShapeError unless both have one shape. */
export function requireEqualShapes(op: string, input: Tensor, target: Tensor, name = 'target'): void {
  if (sameShape(input.shape, target.shape)) return;
  throw new ShapeError(`${op}: ${name} has shape ${shapeText(target.shape)}, expected ${shapeText(input.shape)}, the shape of input. Use reshape or expand.`);
}
