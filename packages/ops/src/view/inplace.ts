/**
 * In-place forms of views, which change the shape of a tensor's handle.
 *
 * Invariant: the handle is bound to the view; whatever was made from the tensor before keeps its shape.
 *
 * Reference: https://pytorch.org/docs/stable/tensors.html
 */
import { detach, replace, requireTensor, type Tensor } from '@sconce/core';
import { t, transpose } from './permute.js';
import { squeeze, unsqueeze } from './shape.js';

const inPlace =
  <Args extends readonly unknown[]>(name: string, op: (x: Tensor, ...args: Args) => Tensor) =>
  (x: Tensor, ...args: Args): Tensor =>
    replace(x, op(x, ...args), name);

/** As `squeeze`, in place. */
export const squeeze_ = /* @__PURE__ */ inPlace('squeeze_', squeeze);
/** As `unsqueeze`, in place. */
export const unsqueeze_ = /* @__PURE__ */ inPlace('unsqueeze_', unsqueeze);
/** As `t`, in place. */
export const t_ = /* @__PURE__ */ inPlace('t_', t);
/** As `transpose`, in place. */
export const transpose_ = /* @__PURE__ */ inPlace('transpose_', transpose);
/** As `transpose_`. */
export const swapaxes_ = transpose_;
/** As `transpose_`. */
export const swapdims_ = transpose_;

/**
 * Takes `x` out of the graph of gradients: it becomes a leaf that requires none.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.detach_.html
 */
export function detach_(x: Tensor): Tensor {
  requireTensor('detach_', x);
  return x.isLeaf ? x.requiresGrad_(false) : replace(x, detach(x), 'detach_');
}
