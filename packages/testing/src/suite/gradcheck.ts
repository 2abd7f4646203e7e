/**
 * Gradient check: an op's gradient against differences of its values.
 *
 * The differences are taken in float64 on a reference device; the gradient under test may come from any device, in the
 * widest float that it has.
 *
 * Invariant: passes when |analytic − numeric| ≤ atol + rtol · |numeric| for every element of every input.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.autograd.gradcheck.gradcheck.html
 */
import { backendOf, fromHost, grad, isFloat, numbersOf, Tensor, type DType } from '@sconce/core';
import type { Sample, TensorSample } from '@sconce/ops';
import { uniform } from '../property/fill.js';

export interface GradcheckOptions {
  /** Where gradients are computed. */
  readonly device: string;
  /** Where values are computed for the differences; it must have float64. */
  readonly reference: string;
  readonly eps: number;
  readonly atol: number;
  readonly rtol: number;
}

export const FLOAT64: Omit<GradcheckOptions, 'device' | 'reference'> = { eps: 1e-6, atol: 1e-5, rtol: 1e-3 };
export const FLOAT32: Omit<GradcheckOptions, 'device' | 'reference'> = { eps: 1e-6, atol: 1e-3, rtol: 1e-2 };

/** The drawn arguments of a sample: values of its tensors, and what follows them. */
export interface Drawn {
  readonly tensors: readonly { readonly shape: readonly number[]; readonly dtype: DType; readonly values: readonly number[] }[];
  readonly rest: readonly unknown[];
}

/** A sample's tensors with values drawn from a seed. */
export function draw(sample: Sample, seed: number): Drawn {
  const next = uniform(seed);
  const { tensors, rest = [] } = 'tensors' in sample ? sample : { tensors: [sample] };
  const values = ({ shape, low = -2, high = 2, dtype = 'float64' }: TensorSample): number[] =>
    Array.from({ length: shape.reduce((n, d) => n * d, 1) }, () => {
      const x = low + (high - low) * next();
      return dtype === 'float64' ? x : dtype === 'bool' ? Number(x > (low + high) / 2) : Math.floor(x);
    });
  return { tensors: tensors.map((t) => ({ shape: t.shape, dtype: t.dtype ?? 'float64', values: values(t) })), rest };
}

type Fn = (...args: never[]) => unknown;

/** The floating tensors among an op's results. */
function floats(result: unknown): Tensor[] {
  if (result instanceof Tensor) return isFloat(result.dtype) ? [result] : [];
  if (Array.isArray(result)) return result.flatMap(floats);
  if (typeof result === 'object' && result !== null) return Object.values(result).flatMap(floats);
  return [];
}

function call(fn: Fn, { tensors, rest }: Drawn, device: string, requiresGrad: boolean): { inputs: Tensor[]; outputs: Tensor[] } {
  const wide: DType = backendOf(device).dtypes.includes('float64') ? 'float64' : 'float32';
  const inputs = tensors.map(({ shape, dtype, values }) => {
    const type = dtype === 'float64' ? wide : dtype;
    const host = type === 'float64' ? Float64Array.from(values) : type === 'float32' ? Float32Array.from(values) : type === 'bool' ? Uint8Array.from(values) : Int32Array.from(values);
    return fromHost(host, shape, type, { device, requiresGrad: requiresGrad && isFloat(type) });
  });
  return { inputs, outputs: floats(fn(...([...inputs, ...rest] as never[]))) };
}

/** Weights of the sum that is differentiated, so that no two elements of a result count the same. */
const weightAt = (i: number): number => 1 + (i % 7) / 7;

async function objective(fn: Fn, drawn: Drawn, device: string): Promise<number> {
  let sum = 0;
  for (const y of call(fn, drawn, device, false).outputs) {
    const values = numbersOf(await y.data(), y.dtype);
    for (let i = 0; i < values.length; i++) sum += values[i] * weightAt(i);
  }
  return sum;
}

/** The first disagreement in words, or undefined when the gradient is right. */
export async function gradcheck(fn: Fn, drawn: Drawn, options: GradcheckOptions): Promise<string | undefined> {
  const { device, reference, eps, atol, rtol } = options;
  const { inputs, outputs } = call(fn, drawn, device, true);
  const differentiable = outputs.filter((y) => y.requiresGrad);
  if (differentiable.length === 0) return 'no result requires a gradient';
  const wanted = inputs.filter((x) => x.requiresGrad);
  const weights = differentiable.map((y) => {
    const w = Float64Array.from({ length: y.numel() }, (_, i) => weightAt(i));
    return fromHost(y.dtype === 'float64' ? w : Float32Array.from(w), y.shape, y.dtype, { device });
  });
  const analytic = grad(differentiable, wanted, { gradOutputs: weights, allowUnused: true });
  let next = 0;
  for (const [position, input] of inputs.entries()) {
    if (!input.requiresGrad) continue;
    const g = analytic[next++];
    const got = g === null ? undefined : numbersOf(await g.data(), g.dtype);
    const { values } = drawn.tensors[position];
    for (let i = 0; i < values.length; i++) {
      const moved = (by: number): Drawn => ({
        ...drawn,
        tensors: drawn.tensors.map((t, k) => (k === position ? { ...t, values: values.map((v, j) => (j === i ? v + by : v)) } : t)),
      });
      const numeric = ((await objective(fn, moved(eps), reference)) - (await objective(fn, moved(-eps), reference))) / (2 * eps);
      const value = got === undefined ? 0 : got[i];
      if (!(Math.abs(value - numeric) <= atol + rtol * Math.abs(numeric))) {
        return `input ${position}, element ${i}: the gradient is ${value}, differences give ${numeric}`;
      }
    }
  }
  return undefined;
}
