/**
 * Parameters as one vector, and back: for methods that see a model as a point.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.utils.parameters_to_vector.html
 */
import { assign, noGrad, requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { cat, narrow, reshape } from '@sconce/ops';

/**
 * The elements of all parameters in one vector; gradients pass through.
 *
 * @example parametersToVector(new Linear(3, 2).parameters()).shape;      // [8]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.parameters_to_vector.html
 */
export const parametersToVector = (parameters: Iterable<Tensor>): Tensor => cat([...parameters].map((p) => reshape(p, [-1])), 0);

/**
 * Puts the elements of a vector into the parameters, in place.
 *
 * @throws ShapeError when it has not as many elements as all parameters.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.vector_to_parameters.html
 */
export function vectorToParameters(vector: Tensor, parameters: Iterable<Tensor>): void {
  requireTensor('vectorToParameters', vector, 'vector');
  const list = [...parameters];
  const total = list.reduce((n, p) => n + p.numel(), 0);
  if (vector.ndim !== 1 || vector.numel() !== total) {
    throw new ShapeError(`vectorToParameters: got a vector of shape ${shapeText(vector.shape)}, expected [${total}], the elements of the parameters.`);
  }
  let start = 0;
  noGrad(() => {
    for (const p of list) {
      assign(p, reshape(narrow(vector, 0, start, p.numel()), p.shape), 'vectorToParameters');
      start += p.numel();
    }
  });
}
