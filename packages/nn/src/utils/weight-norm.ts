/**
 * Weight and spectral normalisation with the parameters that they compute from in the module itself, PyTorch's older form,
 * whose keys most checkpoints have. The newer form is in `parametrizations`.
 *
 * Invariant: the parameters and buffers are `weight_g`, `weight_v`, and `weight_orig`, `weight_u`, `weight_v`, as PyTorch's.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.utils.weight_norm.html
 */
import { ArgumentError, noGrad, shapeText } from '@sconce/core';
import { div } from '@sconce/ops';
import { checkOptions } from '@sconce/ops/families';
import { Buffer, Parameter, type Module } from '../index.js';
import { fieldNamed, fieldsOf, parameterNamed, replaceField, restoreField, tensorNamed } from './computed.js';
import { asMatrix, iterate, lengthsOf, randomDirection, spectralOf, valueBetween, withLengths, type SpectralOptions } from './norms.js';

/**
 * Has a module's weight computed as g · v / ‖v‖, from a length and a direction for each slice along `dim`.
 *
 * @param name the parameter's. Default 'weight'.
 * @param dim the dimension whose slices have lengths of their own; null, or −1, for one length of the whole. Default 0.
 * @throws ArgumentError when there is no such parameter; IndexError for a dimension that it has not.
 * @example
 * const layer = weightNorm(new Linear(20, 40));
 * Object.keys(layer.stateDict());      // ['bias', 'weight_g', 'weight_v']
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.weight_norm.html
 */
export function weightNorm<M extends Module>(module: M, name = 'weight', dim: number | null = 0): M {
  const op = 'weightNorm';
  const field = fieldNamed(op, module, name);
  const weight = parameterNamed(op, module, field);
  const lengths = new Parameter(noGrad(() => lengthsOf(op, weight, dim)));
  const rule = {
    kind: op,
    ends: ['G', 'V'],
    compute: (of: Module): ReturnType<typeof withLengths> => withLengths(op, tensorNamed(op, of, `${field}G`), tensorNamed(op, of, `${field}V`), dim),
  };
  replaceField(module, field, rule, [lengths, new Parameter(weight)]);
  return module;
}

/**
 * Makes the weight that `weightNorm` computes a parameter again.
 *
 * @throws ArgumentError when it is not computed by `weightNorm`.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.remove_weight_norm.html
 */
export function removeWeightNorm<M extends Module>(module: M, name = 'weight'): M {
  const field = fieldNamed('removeWeightNorm', module, name);
  restoreField('removeWeightNorm', module, field, 'weightNorm', () => new Parameter(tensorNamed('removeWeightNorm', module, field)));
  return module;
}

/**
 * Has a module's weight divided by its largest singular value, which power iteration follows from step to step.
 *
 * Whenever the weight is read in training mode, the iteration goes on.
 *
 * @param name the parameter's. Default 'weight'.
 * @throws ArgumentError when there is no such parameter, or for an option out of range; IndexError for a dimension that it has not.
 * @example
 * const layer = spectralNorm(new Linear(20, 40));
 * Object.keys(layer.stateDict());      // ['bias', 'weight_orig', 'weight_u', 'weight_v']
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.spectral_norm.html
 */
export function spectralNorm<M extends Module>(module: M, name = 'weight', options: SpectralOptions = {}): M {
  const op = 'spectralNorm';
  checkOptions(op, options, ['nPowerIterations', 'eps', 'dim']);
  const field = fieldNamed(op, module, name);
  const weight = parameterNamed(op, module, field);
  const spectral = spectralOf(op, module, weight, options);
  if (weight.ndim === 0) throw new ArgumentError(`${op}: got '${name}' of shape ${shapeText(weight.shape)}, expected at least one dimension.`);
  const [rows, columns] = asMatrix(weight, spectral).shape;
  const rule = {
    kind: op,
    ends: ['Orig', 'U', 'V'],
    compute: (of: Module): ReturnType<typeof div> => {
      const [orig, u, v] = ['Orig', 'U', 'V'].map((end) => tensorNamed(op, of, field + end));
      const matrix = asMatrix(orig, spectral);
      if (of.training) iterate(matrix, u, v, spectral, spectral.nPowerIterations, false);
      return div(orig, valueBetween(u, matrix, v));
    },
  };
  const directions = [rows, columns].map((size) => new Buffer(noGrad(() => randomDirection(size, weight, spectral))));
  replaceField(module, field, rule, [weight, ...directions]);
  return module;
}

/**
 * Makes the weight that `spectralNorm` computes a parameter again, without a further iteration.
 *
 * @throws ArgumentError when it is not computed by `spectralNorm`.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.remove_spectral_norm.html
 */
export function removeSpectralNorm<M extends Module>(module: M, name = 'weight'): M {
  const op = 'removeSpectralNorm';
  const field = fieldNamed(op, module, name);
  restoreField(op, module, field, 'spectralNorm', () => {
    const mode = module.training;
    module.training = false;
    try {
      return new Parameter(fieldsOf(module)[field] as Parameter);
    } finally {
      module.training = mode;
    }
  });
  return module;
}
