/**
 * Parametrisations that PyTorch brings: weight and spectral normalisation; orthogonal matrices are in `orthogonal.ts`.
 *
 * Invariant: keys are PyTorch's: `parametrizations.weight.original0` and `original1` are lengths and directions,
 * `parametrizations.weight.0._u` and `_v` singular vectors.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#utilities
 */
import { noGrad, type Tensor } from '@sconce/core';
import { div, normalize } from '@sconce/ops';
import { checkOptions } from '@sconce/ops/families';
import { Buffer, Module } from '../index.js';
import { fieldNamed, tensorNamed } from './computed.js';
import { asMatrix, iterate, lengthsOf, randomDirection, spectralOf, valueBetween, withLengths, type Spectral, type SpectralOptions } from './norms.js';
import { registerParametrization } from './parametrize.js';

export { orthogonal, type OrthogonalMap, type OrthogonalOptions } from './orthogonal.js';

class WeightNorm extends Module {
  constructor(private readonly dim: number | null) {
    super();
  }
  override forward(g: Tensor, v: Tensor): Tensor {
    return withLengths('weightNorm', g, v, this.dim);
  }
  rightInverse(weight: Tensor): Tensor[] {
    return [lengthsOf('weightNorm', weight, this.dim), weight];
  }
  protected override reprName(): string {
    return '_WeightNorm';
  }
}

/**
 * Has a tensor of a module be g · v / ‖v‖, with a length for each slice along `dim`.
 *
 * @param name the tensor's. Default 'weight'.
 * @param dim as of `weightNorm` in `utils`: null, or −1, for one length of the whole. Default 0.
 * @example
 * const layer = parametrizations.weightNorm(new Linear(20, 40));
 * layer.stateDict()['parametrizations.weight.original0'].shape;      // [40, 1]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.parametrizations.weight_norm.html
 */
export const weightNorm = <M extends Module>(module: M, name = 'weight', dim: number | null = 0): M =>
  registerParametrization(module, name, new WeightNorm(dim), { unsafe: true });

class SpectralNorm extends Module {
  readonly _u: Buffer | null;
  readonly _v: Buffer | null;

  constructor(
    weight: Tensor,
    private readonly spectral: Spectral,
  ) {
    super();
    [this._u, this._v] = [null, null];
    if (weight.ndim < 2) return;
    const matrix = noGrad(() => asMatrix(weight, spectral));
    const [u, v] = matrix.shape.map((size) => new Buffer(noGrad(() => randomDirection(size, weight, spectral))));
    [this._u, this._v] = [u, v];
    iterate(matrix, u, v, spectral, 15, true);
  }
  override forward(weight: Tensor): Tensor {
    const { _u: u, _v: v, spectral } = this;
    if (u === null || v === null) return normalize(weight, 2, 0, { eps: spectral.eps });
    const matrix = asMatrix(weight, spectral);
    if (this.training) iterate(matrix, u, v, spectral, spectral.nPowerIterations, true);
    return div(weight, valueBetween(u, matrix, v));
  }
  rightInverse(value: Tensor): Tensor {
    return value;
  }
  protected override reprName(): string {
    return '_SpectralNorm';
  }
}

/**
 * Has a tensor of a module divided by its largest singular value, which power iteration follows whenever it is read in
 * training mode.
 *
 * @param name the tensor's. Default 'weight'.
 * @throws ArgumentError for an option out of range; IndexError for a dimension that it has not.
 * @example
 * const layer = parametrizations.spectralNorm(new Linear(20, 40)).eval();
 * matrixNorm(layer.weight, 2);      // about 1
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.parametrizations.spectral_norm.html
 */
export function spectralNorm<M extends Module>(module: M, name = 'weight', options: SpectralOptions = {}): M {
  const op = 'spectralNorm';
  checkOptions(op, options, ['nPowerIterations', 'eps', 'dim']);
  const weight = tensorNamed(op, module, fieldNamed(op, module, name));
  return registerParametrization(module, name, new SpectralNorm(weight, spectralOf(op, module, weight, options)));
}
