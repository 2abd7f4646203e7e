/**
 * Composites with a gradient of their own: other ops compute the value, and a rule, better in accuracy or cost than the
 * one that would be inherited, says how gradients pass.
 *
 * Invariant: the recorded node is its value; it costs nothing, and no gradient passes through what computed it.
 *
 * Reference: JAX's `custom_vjp`.
 */
import { defineOp, noGrad, NO_ATTRS, record, type Attrs, type Grad, type Tensor } from '@sconce/core';

/**
 * Defines a composite. The result is called with the tensors that gradients go to, and a function that computes the
 * value; the rule sees those tensors as its inputs.
 */
export function composite(name: string, rule: Grad): (inputs: readonly Tensor[], compute: () => Tensor, attrs?: Attrs) => Tensor {
  const op = defineOp({
    name,
    form: 'element',
    lower: (ix, [value]) => value(ix),
    grad: (g, { inputs, needs, ...context }) => [null, ...rule(g, { ...context, inputs: inputs.slice(1), needs: needs.slice(1) })],
  });
  return (inputs, compute, attrs = NO_ATTRS) => {
    const value = noGrad(compute);
    return record(op, [value, ...inputs], attrs, value.shape, value.dtype);
  };
}

/** A value kept from a bound that is a guard and no function of the input: gradients pass it, as in PyTorch. */
export const guarded = /* @__PURE__ */ composite('guarded', (g) => [g]);
