/**
 * Activations that also bind their input's handle to the result. What was made from it before keeps the old value, since
 * tensors are values.
 *
 * Reference: https://pytorch.org/docs/stable/nn.functional.html#non-linear-activation-functions
 */
import { assign, type Tensor } from '@sconce/core';
import { celu, relu, selu, threshold } from '@sconce/ops';
import { hardtanh, leakyRelu } from './activation.js';
import { rrelu } from './random-activation.js';
import { elu } from './smooth-activation.js';

const inPlace =
  <A extends readonly unknown[]>(name: string, activation: (input: Tensor, ...rest: A) => Tensor) =>
  (input: Tensor, ...rest: A): Tensor =>
    assign(input, activation(input, ...rest), name);

/** As `celu`, in place. @see https://pytorch.org/docs/stable/nn.functional.html */
export const celu_ = /* @__PURE__ */ inPlace('celu_', celu);
/** As `elu`, in place. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.elu_.html */
export const elu_ = /* @__PURE__ */ inPlace('elu_', elu);
/** As `hardtanh`, in place. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.hardtanh_.html */
export const hardtanh_ = /* @__PURE__ */ inPlace('hardtanh_', hardtanh);
/** As `leakyRelu`, in place. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.leaky_relu_.html */
export const leakyRelu_ = /* @__PURE__ */ inPlace('leakyRelu_', leakyRelu);
/** As `relu`, in place. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.relu_.html */
export const relu_ = /* @__PURE__ */ inPlace('relu_', (input) => relu(input));
/** As `rrelu`, in place. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.rrelu_.html */
export const rrelu_ = /* @__PURE__ */ inPlace('rrelu_', rrelu);
/** As `selu`, in place. @see https://pytorch.org/docs/stable/nn.functional.html */
export const selu_ = /* @__PURE__ */ inPlace('selu_', (input) => selu(input));
/** As `threshold`, in place. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.threshold_.html */
export const threshold_ = /* @__PURE__ */ inPlace('threshold_', threshold);
