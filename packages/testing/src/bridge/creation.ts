/**
 * The bridge to functions that make tensors.
 */
import * as torch from '@sconce/ops';
import { argument, call, type OpBridge } from './call.js';

const OPTIONS = ['dtype', 'device', 'requires_grad'];

export const creation: OpBridge = {
  arange: ({ args, named }) => {
    const numbers = ['start', 'end', 'step'].map((name, i) => argument({ args, named }, i, name));
    return call(torch.arange, [], OPTIONS)({ args: numbers.filter((x) => x !== undefined), named });
  },
  range: call(torch.range, ['start', 'end', 'step'], OPTIONS),
  linspace: call(torch.linspace, ['start', 'end', 'steps'], OPTIONS),
  logspace: call(torch.logspace, ['start', 'end', 'steps', 'base'], OPTIONS),
  eye: call(torch.eye, ['n', 'm'], OPTIONS),
  zeros: call(torch.zeros, ['size'], OPTIONS),
  ones: call(torch.ones, ['size'], OPTIONS),
  full: call(torch.full, ['size', 'fill_value'], OPTIONS),
  zeros_like: call(torch.zerosLike, ['input'], OPTIONS),
  ones_like: call(torch.onesLike, ['input'], OPTIONS),
  full_like: call(torch.fullLike, ['input', 'fill_value'], OPTIONS),
  new_zeros: call(torch.newZeros, ['self', 'size'], OPTIONS),
  new_ones: call(torch.newOnes, ['self', 'size'], OPTIONS),
  new_full: call(torch.newFull, ['self', 'size', 'fill_value'], OPTIONS),
};
