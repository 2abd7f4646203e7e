/**
 * Samplers: a number for each element of a shape, drawn by JavaScript from parameters of that element.
 *
 * Invariant: it is a routine, in float64 inside, the same on every backend; the numbers it takes are reserved at the
 * call, so the order of calls alone decides who gets which.
 */
import { cast, computeType, defineOp, numbersOf, record, type Grad, type Shape, type Tensor } from '@sconce/core';
import { randint } from '@sconce/ops';
import { expandTo } from '../numbers.js';
import { generator, type Random } from './generator.js';

/** Draws numbers of a shape; parameters broadcast to it. */
export type Sampler = (shape: Shape, ...params: Tensor[]) => Tensor;

/**
 * Defines a sampler.
 *
 * @param grad gradients of the parameters; the first input of its context holds the random words
 */
export function sampler(name: string, draw: (random: Random, ...params: number[]) => number, grad?: Grad): Sampler {
  const op = defineOp({
    name,
    form: 'routine',
    routine: ([words, ...params], { data }) => {
      const bits = words.data as Int32Array;
      const values = params.map((p) => numbersOf(p.data, p.dtype));
      for (let i = 0; i < data.length; i++) data[i] = draw(generator(bits[i], bits[data.length + i]), ...values.map((v) => v[i]));
    },
    grad,
  });
  return (shape, ...params) => {
    const { dtype, device } = params[0];
    const compute = computeType(dtype);
    const words = randint(-(2 ** 31), 2 ** 31 - 1, [2, ...shape], { device });
    const sample = record(op, [words, ...params.map((p) => cast(expandTo(p, shape), compute))], {}, shape, compute);
    return cast(sample, dtype);
  };
}
