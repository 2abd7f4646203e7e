/**
 * Membership: whether elements are among others.
 *
 * Few test elements are compared with each element; many are sorted, and each element is looked for at its place.
 *
 * Invariant: NaN is not in anything, as it equals nothing.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.isin.html
 */
import { cast, DTypeError, isTensor, operandType, toTensors, type Operand, type Tensor } from '@sconce/core';
import { clampMax, eq, logicalNot, ne } from '../elementwise/index.js';
import { checkOptions } from '../families/options.js';
import { describeOp } from '../families/sample.js';
import { gather } from '../index/gather.js';
import { any } from '../reduce/truth.js';
import { reshape } from '../view/index.js';
import { sort } from './argsort.js';
import { searchsorted } from './search.js';

/** Test elements up to which comparing with each of them is quicker than sorting. */
const FEW = 64;

export interface IsinOptions {
  /** Both hold every value once. It makes no difference here. */
  readonly assumeUnique?: boolean;
  /** Ask for the elements that are not among the test elements. Default: false. */
  readonly invert?: boolean;
}

/** The flattened elements that are in a list, both of one dtype. */
function found(elements: Tensor, tests: Tensor): Tensor {
  const [n, m] = [elements.numel(), tests.numel()];
  if (n === 0 || m === 0) return ne(elements, elements);
  if (m <= FEW) return any(eq(reshape(elements, [n, 1]), reshape(tests, [1, m])), 1);
  const sorted = sort(tests).values;
  const at = clampMax(searchsorted(sorted, elements), m - 1);
  return eq(gather(sorted, 0, at), elements);
}

/**
 * Whether each element is among the test elements: out[i] = any_j (elements[i] = testElements[j]).
 *
 * @param elements a tensor, or a number
 * @param testElements a tensor of any shape, or a number; one of the two is a tensor
 * @param options `invert`: whether it is not; `assumeUnique` changes nothing
 * @returns bool, of the shape of `elements`
 * @throws DTypeError for bool; ArgumentError for two numbers.
 * @example
 * isin(tensor([[1, 2], [3, 4]]), tensor([2, 3]));        // [[false, true], [true, false]]
 * @see https://pytorch.org/docs/stable/generated/torch.isin.html
 */
export const isin = /* @__PURE__ */ describeOp(
  (elements: Operand, testElements: Operand, options: IsinOptions = {}): Tensor => {
    checkOptions('isin', options, ['assumeUnique', 'invert']);
    const dtype = operandType([elements, testElements]);
    if ([elements, testElements].some((x) => isTensor(x) && x.dtype === 'bool')) {
      throw new DTypeError("isin: got bool, expected numbers. Use x.to('int32').");
    }
    const [x, tests] = toTensors('isin', [elements, testElements], dtype).map((t) => cast(t, dtype));
    const inside = reshape(found(reshape(x, [-1]), reshape(tests, [-1])), x.shape);
    return options.invert === true ? logicalNot(inside) : inside;
  },
  { name: 'isin', samples: [], differentiable: false },
);
