/**
 * @sconce/ops/autograd: `torch.autograd.functional`: derivatives of functions as matrices, and products with them.
 *
 * Invariant: reverse mode throughout. A Jacobian takes one backward pass for each element of the result; a product with
 * it takes one or two in all.
 *
 * Reference: https://pytorch.org/docs/stable/autograd.html#functional-higher-level-api; Townsend, A new trick for
 * calculating Jacobian vector products (2017), for products from the left of what backward passes give.
 */
import type { Tensor } from '@sconce/core';
import { onesLike, reshape, select, stack, zeros, zerosLike } from '../index.js';
import { called, gradients, scalarOf, vectorsFor, type Call, type Each, type FunctionalOptions, type Tensors } from './given.js';

export type { Each, FunctionalOptions, Tensors } from './given.js';

type Func<O extends Tensors> = (...inputs: Tensor[]) => O;

// ── matrices ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The derivatives of every element of `y`: for each input, a tensor of the shape of `y` followed by the input's. */
function derivatives(call: Call, y: Tensor): Tensor[] {
  const flat = reshape(y, [-1]);
  const rows = Array.from({ length: y.numel() }, (_, i) => {
    const element = select(flat, 0, i);
    return gradients(call, [element], [onesLike(element)], call.options.createGraph === true);
  });
  return call.inputs.map((x, j) => {
    const shape = [...y.shape, ...x.shape];
    return rows.length === 0 ? zeros(shape, { dtype: x.dtype, device: x.device }) : reshape(stack(rows.map((row) => row[j])), shape);
  });
}

/**
 * The Jacobian of `func` at `inputs`: ∂outputᵢ/∂inputⱼ, of the shape of the output followed by the input's.
 *
 * @returns a tensor; a list of them for several inputs or outputs, and a list of lists, outputs first, for several of both.
 * @throws AutogradError with `strict`, where an output does not depend on an input.
 * @example
 * jacobian((x) => mul(x, x), tensor([1.5, 2]));      // [[3, 0], [0, 4]]
 * @see https://pytorch.org/docs/stable/generated/torch.autograd.functional.jacobian.html
 */
export function jacobian<O extends Tensors, I extends Tensors>(func: Func<O>, inputs: I, options: FunctionalOptions = {}): Each<O, Each<I, Tensor>> {
  const call = called('jacobian', func, inputs, options);
  return call.like(call.given, call.outputs.map((y) => call.like(inputs, derivatives(call, y)))) as Each<O, Each<I, Tensor>>;
}

/**
 * The Hessian at `inputs` of a function that gives one number: ∂²output / ∂inputᵢ ∂inputⱼ, of the shapes of the two.
 *
 * @returns a tensor, or a list of lists for several inputs.
 * @throws ShapeError when `func` gives more than one number; AutogradError with `strict`, where it does not depend on an input.
 * @example
 * hessian((x) => sum(pow(x, 3)), tensor([1.5, 2]));      // [[9, 0], [0, 12]]
 * @see https://pytorch.org/docs/stable/generated/torch.autograd.functional.hessian.html
 */
export function hessian<I extends Tensors>(func: Func<Tensor>, inputs: I, options: FunctionalOptions = {}): Each<I, Each<I, Tensor>> {
  const call = called('hessian', func, inputs, options);
  return call.like(inputs, slopes(call).map((g) => call.like(inputs, derivatives(call, g))));
}

/** The gradients of the only number that the function gives, to be differentiated again. */
function slopes(call: Call): Tensor[] {
  const y = scalarOf(call);
  return gradients(call, [y], [onesLike(y)], true);
}

// ── products ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What the function gives, and a product; both leave its graph behind unless one is wanted. */
function answer<O extends Tensors, T extends Tensors>(call: Call, of: T, products: readonly Tensor[]): [O, Each<T, Tensor>] {
  const outputs = call.options.createGraph === true ? call.outputs : call.outputs.map((y) => y.detach());
  return [call.like(call.given, outputs) as unknown as O, call.like(of, products)];
}

/** Σⱼ ∂resultᵢ/∂inputⱼ · vⱼ: backward passes are linear in their weights, so their own gradient at v is the product. */
function forwards(call: Call, results: readonly Tensor[], v: readonly Tensor[]): Tensor[] {
  const weights = results.map((y) => zerosLike(y).requiresGrad_());
  const back = gradients(call, results, weights, true);
  return gradients({ ...call, inputs: weights }, back, v, call.options.createGraph === true);
}

/**
 * Vector times Jacobian: Σᵢ vᵢ · ∂outputᵢ/∂input, by one backward pass.
 *
 * @param v one tensor for each output, of its shape. Default: 1, for an output of one element.
 * @returns the output and the product, which has the shapes of `inputs`.
 * @throws ShapeError when `v` has another shape than the output.
 * @see https://pytorch.org/docs/stable/generated/torch.autograd.functional.vjp.html
 */
export function vjp<O extends Tensors, I extends Tensors>(func: Func<O>, inputs: I, v: Tensors | null = null, options: FunctionalOptions = {}): [output: O, vjp: Each<I, Tensor>] {
  const call = called('vjp', func, inputs, options);
  return answer(call, inputs, gradients(call, call.outputs, vectorsFor('vjp', v, call.outputs, 'output'), options.createGraph === true));
}

/**
 * Jacobian times vector: Σⱼ ∂output/∂inputⱼ · vⱼ, by two backward passes.
 *
 * @param v one tensor for each input, of its shape. Default: 1, for an input of one element.
 * @returns the output and the product, which has the shapes of the output.
 * @throws ShapeError when `v` has another shape than the input.
 * @see https://pytorch.org/docs/stable/generated/torch.autograd.functional.jvp.html
 */
export function jvp<O extends Tensors, I extends Tensors>(func: Func<O>, inputs: I, v: Tensors | null = null, options: FunctionalOptions = {}): [output: O, jvp: Each<O, Tensor>] {
  const call = called('jvp', func, inputs, options);
  const products = forwards(call, call.outputs, vectorsFor('jvp', v, call.inputs, 'input'));
  return answer(call, call.given as O, products);
}

/**
 * Vector times Hessian: Σᵢ vᵢ · ∂²output / ∂inputᵢ ∂input, by two backward passes.
 *
 * @param v one tensor for each input, of its shape. Default: 1, for an input of one element.
 * @returns the output and the product, which has the shapes of `inputs`.
 * @throws ShapeError when `func` gives more than one number, or `v` has another shape than the input.
 * @see https://pytorch.org/docs/stable/generated/torch.autograd.functional.vhp.html
 */
export function vhp<I extends Tensors>(func: Func<Tensor>, inputs: I, v: Tensors | null = null, options: FunctionalOptions = {}): [output: Tensor, vhp: Each<I, Tensor>] {
  const call = called('vhp', func, inputs, options);
  return answer(call, inputs, gradients(call, slopes(call), vectorsFor('vhp', v, call.inputs, 'input'), options.createGraph === true));
}

/**
 * Hessian times vector: Σⱼ ∂²output / ∂input ∂inputⱼ · vⱼ. Equal to `vhp`, which takes a pass less, wherever second
 * derivatives are continuous.
 *
 * @param v one tensor for each input, of its shape. Default: 1, for an input of one element.
 * @returns the output and the product, which has the shapes of `inputs`.
 * @throws ShapeError when `func` gives more than one number, or `v` has another shape than the input.
 * @see https://pytorch.org/docs/stable/generated/torch.autograd.functional.hvp.html
 */
export function hvp<I extends Tensors>(func: Func<Tensor>, inputs: I, v: Tensors | null = null, options: FunctionalOptions = {}): [output: Tensor, hvp: Each<I, Tensor>] {
  const call = called('hvp', func, inputs, options);
  return answer(call, inputs, forwards(call, slopes(call), vectorsFor('hvp', v, call.inputs, 'input')));
}
