/**
 * What the functions of `torch.autograd.functional` are given: a function, and one tensor or several to call it with.
 *
 * Invariant: the function sees tensors that require gradients; only with `createGraph` are they parts of the caller's
 * graph. Where a result does not depend on an input its derivative is zeros, or with `strict` an error.
 *
 * Reference: https://pytorch.org/docs/stable/autograd.html#functional-higher-level-api
 */
import { alias, ArgumentError, AutogradError, describe, enableGrad, grad, isTensor, requireTensor, sameShape, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { checkOptions } from '../families/index.js';
import { onesLike, zerosLike } from '../index.js';

/** One tensor, or several in order. */
export type Tensors = Tensor | readonly Tensor[];

/** `R` where there is one tensor, and a list of them where there are several. */
export type Each<T extends Tensors, R> = T extends Tensor ? R : R[];

export interface FunctionalOptions {
  /** Record the derivative's own graph, for derivatives of it. Default: false. */
  readonly createGraph?: boolean;
  /** Throw where a result does not depend on an input, in place of zeros. Default: false. */
  readonly strict?: boolean;
}

/** A function that was called, and what with. */
export interface Call {
  readonly op: string;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly options: FunctionalOptions;
  /** One tensor for one, lists for lists. */
  like<T extends Tensors, R>(given: T, results: readonly R[]): Each<T, R>;
  /** What the function gave, one tensor or several. */
  readonly given: Tensors;
}

const listOf = (x: Tensors): readonly Tensor[] => (Array.isArray(x) ? (x as readonly Tensor[]) : [x as Tensor]);

/** Calls the function on inputs of its own. */
export function called(op: string, func: (...inputs: Tensor[]) => Tensors, inputs: Tensors, options: FunctionalOptions): Call {
  checkOptions(op, options, ['createGraph', 'strict']);
  if (typeof func !== 'function') throw new ArgumentError(`${op}: func must be a function, got ${describe(func)}.`);
  const own = listOf(inputs).map((x, i) => {
    requireTensor(op, x, `input ${i}`);
    return options.createGraph === true && x.requiresGrad ? alias(x) : x.detach().requiresGrad_();
  });
  const outputs = enableGrad(() => func(...own));
  listOf(outputs).forEach((y, i) => requireTensor(op, y, `output ${i} of func`));
  return {
    op,
    inputs: own,
    outputs: listOf(outputs),
    options,
    given: outputs,
    like: (given, results) => (isTensor(given) ? results[0] : results) as never,
  };
}

/** The output of a function that must give one number. */
export function scalarOf({ op, outputs: [y], given }: Call): Tensor {
  if (!isTensor(given) || y.numel() !== 1) {
    throw new ShapeError(`${op}: func must give one tensor of one element, got ${isTensor(given) ? `shape ${shapeText(y.shape)}` : `${given.length} tensors`}.`);
  }
  return y;
}

/** Vectors beside tensors, one for each and of its shape. Left out, it is 1 where there is a single number. */
export function vectorsFor(op: string, v: Tensors | null | undefined, beside: readonly Tensor[], noun: string): readonly Tensor[] {
  if (v === null || v === undefined) {
    if (beside.length === 1 && beside[0].numel() === 1) return [onesLike(beside[0])];
    throw new ArgumentError(`${op}: v must be given, unless ${noun} is one tensor of one element.`);
  }
  const vectors = listOf(v);
  if (vectors.length !== beside.length) throw new ArgumentError(`${op}: v has ${vectors.length} tensors, expected ${beside.length}, one for each ${noun}.`);
  vectors.forEach((x, i) => {
    requireTensor(op, x, 'v');
    if (!sameShape(x.shape, beside[i].shape)) throw new ShapeError(`${op}: v has shape ${shapeText(x.shape)}, expected ${shapeText(beside[i].shape)}, that of ${noun} ${i}.`);
  });
  return vectors;
}

/** The gradients of `outputs`, weighted by `vectors`, with respect to the inputs. */
export function gradients({ op, inputs, options }: Call, outputs: readonly Tensor[], vectors: readonly Tensor[], createGraph: boolean): Tensor[] {
  const tracked = Array.from(outputs.keys()).filter((i) => outputs[i].requiresGrad);
  const found =
    tracked.length === 0
      ? inputs.map(() => null)
      : grad(tracked.map((i) => outputs[i]), inputs, { gradOutputs: tracked.map((i) => vectors[i]), retainGraph: true, createGraph, allowUnused: true });
  return found.map((g, i) => {
    if (g === null && options.strict === true) throw new AutogradError(`${op}: the result does not depend on input ${i}. Without strict its derivative is zeros.`);
    return g ?? zerosLike(inputs[i]);
  });
}
