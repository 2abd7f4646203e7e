/**
 * `torch.autograd.gradcheck`: gradients beside differences of values, for functions with a gradient of their own.
 *
 *   numerical ∂y/∂xᵢ = (f(x + eps·eᵢ) − f(x − eps·eᵢ)) / 2eps
 *
 * Invariant: passes when |analytical − numerical| ≤ atol + rtol · |numerical| for every output, input and element.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.autograd.gradcheck.gradcheck.html
 */
import { ArgumentError, describe, DTypeError, fromHost, grad, hostArray, isFloat, isTensor, numbersOf, requireTensor, SconceError, type Tensor } from '@sconce/core';
import { jacobian } from '../autograd/index.js';
import { checkOptions } from '../families/options.js';
import { randnLike } from '../index.js';

/** A gradient that differs from differences of values. */
export class GradcheckError extends SconceError {
  static override readonly kind: string = 'GradcheckError';
}

export interface GradcheckOptions {
  /** How far inputs are moved. Default 1e-6. */
  readonly eps?: number;
  /** Absolute tolerance. Default 1e-5. */
  readonly atol?: number;
  /** Relative tolerance. Default 1e-3. */
  readonly rtol?: number;
  /** Throw where a gradient is wrong, in place of giving false. Default true. */
  readonly raiseException?: boolean;
}

const OPTIONS = ['eps', 'atol', 'rtol', 'raiseException'] as const;

type Tensors = Tensor | readonly Tensor[];
type Func = (...inputs: Tensor[]) => Tensors;

const listOf = (x: Tensors): readonly Tensor[] => (Array.isArray(x) ? (x as readonly Tensor[]) : [x as Tensor]);

/** A function of the inputs that are tracked, which gives the outputs that depend on them. */
interface Problem {
  readonly tracked: readonly Tensor[];
  readonly run: (...tracked: Tensor[]) => Tensor[];
}

function problemOf(op: string, func: Func, given: Tensors): Problem {
  if (typeof func !== 'function') throw new ArgumentError(`${op}: func must be a function, got ${describe(func)}.`);
  const inputs = listOf(given);
  inputs.forEach((x, i) => requireTensor(op, x, `input ${i}`));
  const tracked = inputs.filter((x) => x.requiresGrad);
  if (tracked.length === 0) throw new ArgumentError(`${op}: expects at least one input tensor to require a gradient, but none does. Use x.requiresGrad_().`);
  const half = tracked.find((x) => x.dtype !== 'float64' && x.dtype !== 'float32');
  if (half !== undefined) throw new DTypeError(`${op}: got an input of ${half.dtype}, expected float64. Use x.to('float64').`);
  const all = (moved: readonly Tensor[]): readonly Tensor[] => {
    let next = 0;
    const outputs = listOf(func(...inputs.map((x) => (x.requiresGrad ? moved[next++] : x))));
    outputs.forEach((y, i) => requireTensor(op, y, `output ${i} of func`));
    return outputs;
  };
  const depends = all(tracked.map((x) => x.detach().requiresGrad_())).map((y) => y.requiresGrad && isFloat(y.dtype));
  if (!depends.includes(true)) throw new ArgumentError(`${op}: no output of func requires a gradient.`);
  return { tracked, run: (...moved) => all(moved).filter((_, i) => depends[i]) };
}

const valuesOf = async (x: Tensor): Promise<Float64Array> => Float64Array.from(numbersOf(await x.data(), x.dtype));

function tensorOf(values: Float64Array, shape: readonly number[], { dtype, device }: Tensor): Tensor {
  const host = hostArray(dtype, values.length) as Float64Array;
  host.set(values);
  return fromHost(host, shape, dtype, { device });
}

/** For each output, the derivatives with respect to one input: a row for each element of the input. */
async function differences({ tracked, run }: Problem, position: number, eps: number): Promise<Float64Array[]> {
  const x = tracked[position];
  const values = await valuesOf(x);
  const at = async (i: number, by: number): Promise<Float64Array[]> => {
    const moved = tensorOf(values.map((v, k) => (k === i ? v + by : v)), x.shape, x);
    const outputs = run(...tracked.map((t, k) => (k === position ? moved : t.detach())));
    return Promise.all(outputs.map(valuesOf));
  };
  const rows: Float64Array[][] = [];
  for (let i = 0; i < values.length; i++) {
    const [above, below] = [await at(i, eps), await at(i, -eps)];
    rows.push(above.map((y, o) => y.map((value, k) => (value - below[o][k]) / (2 * eps))));
  }
  const outputs = rows.length === 0 ? 0 : rows[0].length;
  return Array.from({ length: outputs }, (_, o) => Float64Array.from(rows.flatMap((row) => [...row[o]])));
}

/** What is wrong, in PyTorch's words, or null. */
async function mismatch(problem: Problem, { eps = 1e-6, atol = 1e-5, rtol = 1e-3 }: GradcheckOptions): Promise<string | null> {
  const { tracked, run } = problem;
  const matrices = jacobian((...moved: Tensor[]) => run(...moved) as readonly Tensor[], tracked);
  for (const [position, x] of tracked.entries()) {
    const numerical = await differences(problem, position, eps);
    for (const [o, wanted] of numerical.entries()) {
      const columns = wanted.length / x.numel();
      const byOutput = await valuesOf(matrices[o][position]);
      const analytical = wanted.map((_, k) => byOutput[(k % columns) * x.numel() + Math.floor(k / columns)]);
      if (analytical.every((value, k) => Math.abs(value - wanted[k]) <= atol + rtol * Math.abs(wanted[k]))) continue;
      const [n, a] = await Promise.all([wanted, analytical].map((m) => tensorOf(m, [x.numel(), columns], x).text()));
      const why = x.dtype === 'float64' ? '' : `Differences of ${x.dtype} are coarse: use inputs of float64.\n`;
      return `Jacobian mismatch for output ${o} with respect to input ${position},\nnumerical:${n}\nanalytical:${a}\n${why}`;
    }
  }
  return null;
}

async function checked(op: string, func: Func, inputs: Tensors, options: GradcheckOptions): Promise<boolean> {
  checkOptions(op, options, OPTIONS);
  const wrong = await mismatch(problemOf(op, func, inputs), options);
  if (wrong !== null && options.raiseException !== false) throw new GradcheckError(wrong);
  return wrong === null;
}

/**
 * Whether the gradients of a function are those of its values, by central differences.
 *
 * @param func a function of tensors that gives one tensor or several
 * @param inputs a tensor or several, of float64, as differences in float32 are too coarse; those that require gradients are
 *   checked
 * @returns a promise of true
 * @throws GradcheckError with both Jacobians, a row for each element of the input; ArgumentError when no input requires a
 *   gradient or no output depends on one; DTypeError for halves.
 * @example
 * await gradcheck(tanh, tensor([0.5, -1], { dtype: 'float64', requiresGrad: true }))       // true
 * @see https://pytorch.org/docs/stable/generated/torch.autograd.gradcheck.gradcheck.html
 */
export const gradcheck = (func: Func, inputs: Tensors, options: GradcheckOptions = {}): Promise<boolean> => checked('gradcheck', func, inputs, options);

/**
 * Whether the gradients of a function's gradients are those of their values.
 *
 * @param gradOutputs the weights of the outputs. Default: normal numbers.
 * @returns a promise of true
 * @throws as `gradcheck`
 * @example
 * await gradgradcheck(tanh, tensor([0.5, -1], { dtype: 'float64', requiresGrad: true }))       // true
 * @see https://pytorch.org/docs/stable/generated/torch.autograd.gradcheck.gradgradcheck.html
 */
export async function gradgradcheck(func: Func, inputs: Tensors, gradOutputs: Tensors | null = null, options: GradcheckOptions = {}): Promise<boolean> {
  const { tracked, run } = problemOf('gradgradcheck', func, inputs);
  const weights = gradOutputs === null ? run(...tracked).map((y) => randnLike(y.detach()).requiresGrad_()) : listOf(gradOutputs);
  const slopes: Func = (...all) => {
    const own = all.slice(0, tracked.length).map((x) => (x.requiresGrad ? x : x.detach().requiresGrad_()));
    return grad(run(...own), own, { gradOutputs: all.slice(tracked.length), createGraph: true, allowUnused: true }).filter(isTensor);
  };
  return checked('gradgradcheck', slopes, [...tracked, ...weights], options);
}
