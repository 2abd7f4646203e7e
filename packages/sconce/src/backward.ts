/**
 * Backward from several tensors at once.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.autograd.backward.html
 */
import { ArgumentError, noGrad, type BackwardOptions, type Tensor } from '@sconce/core';
import { add, mul, onesLike, sum } from '@sconce/ops';

/**
 * Adds the gradients of the sum of tensors to the `grad` of the leaves that they depend on.
 *
 * @param gradTensors the cotangent of each tensor; null, or nothing at all, for those of one element.
 * @throws ArgumentError for lists of unequal lengths; AutogradError as `backward` of a tensor.
 * @see https://pytorch.org/docs/stable/generated/torch.autograd.backward.html
 */
export function backward(tensors: Tensor | readonly Tensor[], gradTensors?: Tensor | readonly (Tensor | null)[] | null, options: BackwardOptions = {}): void {
  const roots = Array.isArray(tensors) ? (tensors as readonly Tensor[]) : [tensors as Tensor];
  const given = gradTensors === null || gradTensors === undefined ? roots.map(() => null) : Array.isArray(gradTensors) ? (gradTensors as readonly (Tensor | null)[]) : [gradTensors as Tensor];
  if (roots.length === 0 || given.length !== roots.length) throw new ArgumentError(`backward: got ${roots.length} tensors and ${given.length} gradients, expected as many, and one at least.`);
  if (roots.length === 1) {
    roots[0].backward(given[0], options);
    return;
  }
  const weighted = roots.map((x, i) => {
    const gradient = given[i];
    if (gradient === null && x.numel() !== 1) throw new ArgumentError(`backward: tensor ${i} has ${x.numel()} elements, expected one, or a gradient of its shape.`);
    return sum(mul(x, gradient ?? noGrad(() => onesLike(x))));
  });
  weighted.reduce((all, x) => add(all, x)).backward(options);
}
