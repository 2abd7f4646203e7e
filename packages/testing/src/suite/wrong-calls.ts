/**
 * Calls that are wrong, and what each throws at once: the class, and words that stand in the message.
 */
import {
  ArgumentError,
  AutogradError,
  DeviceError,
  DisposedError,
  DTypeError,
  IndexError,
  SconceError,
  ShapeError,
  StateError,
  tensor,
  type Tensor,
} from '@sconce/core';
import { binaryCrossEntropy, crossEntropy, gaussianNllLoss } from '@sconce/losses';
import { functional, Linear } from '@sconce/nn';
import { add, amax, argmax, at, bernoulli, cat, gather, matmul, mul, oneHot, permute, reshape, scatter, softmax, sum } from '@sconce/ops';

type ErrorClass = abstract new (...args: never[]) => SconceError;

export interface Wrong {
  readonly what: string;
  readonly call: () => unknown;
  readonly type: ErrorClass;
  /** All of these stand in the message. */
  readonly words: readonly string[];
}

const ones = (...shape: number[]): Tensor => reshape(tensor(new Float32Array(shape.reduce((n, d) => n * d, 1)).fill(1)), shape);

export const WRONG_CALLS: readonly Wrong[] = [
  { what: 'shapes that do not multiply', call: () => matmul(ones(32, 784), ones(128, 10)), type: ShapeError, words: ['matmul', '[32, 784]', '[128, 10]', '784', '128'] },
  { what: 'a product that a transpose would mend', call: () => matmul(ones(4, 3), ones(5, 3)), type: ShapeError, words: ['Did you mean matmul(x, w.t())'] },
  { what: 'shapes that do not broadcast', call: () => add(ones(2, 3), ones(4)), type: ShapeError, words: ['add', '[2, 3]', '[4]'] },
  { what: 'a reshape to another size', call: () => reshape(ones(2, 3), [4, 2]), type: ShapeError, words: ['reshape', '6', '[4, 2]'] },
  { what: 'a dimension out of range', call: () => softmax(ones(2, 3), 2), type: IndexError, words: ['softmax', 'dimension 2', '-2 to 1'] },
  { what: 'a label that is no class', call: () => crossEntropy(ones(5, 5), tensor([0, 1, 2, 7, 4])), type: IndexError, words: ['crossEntropy: target 7 at position 3 is not a class; input has 5 classes (0 to 4)'] },
  { what: 'an index out of range', call: () => gather(ones(2, 3), 1, tensor([[0, 1], [2, 3]])), type: IndexError, words: ['gather: index 3 at position 3 is out of range for a dimension of size 3'] },
  { what: 'an index before the first', call: () => at(ones(4, 3), tensor([1, -5])), type: IndexError, words: ['index -5 at position 1', '(-4 to 3)'] },
  { what: 'a place that is not there', call: () => scatter(ones(3), 0, tensor([3]), ones(1)), type: IndexError, words: ['scatter: index 3 at position 0'] },
  { what: 'a row that is not in the table', call: () => functional.embedding(tensor([1, 9]), ones(9, 2)), type: IndexError, words: ['embedding: index 9 at position 1', 'size 9'] },
  { what: 'a class beyond their number', call: () => oneHot(tensor([0, 4]), 4), type: IndexError, words: ['oneHot: target 4 at position 1'] },
  { what: 'a dimension that appears twice', call: () => permute(ones(2, 3), [0, 0]), type: ArgumentError, words: ['permute'] },
  { what: 'a maximum of nothing', call: () => amax(tensor(new Float32Array(0))), type: SconceError, words: ['amax'] },
  { what: 'an argmax of nothing', call: () => argmax(tensor(new Float32Array(0))), type: SconceError, words: ['argmax'] },
  { what: 'tensors of different ranks in cat', call: () => cat([ones(2, 3), ones(2)]), type: ShapeError, words: ['cat'] },
  { what: 'a number where a tensor must be', call: () => matmul(3 as unknown as Tensor, ones(2, 2)), type: ArgumentError, words: ['matmul', 'Tensor', '3'] },
  { what: 'two plain numbers', call: () => mul(2, 3), type: ArgumentError, words: ['mul', 'Tensor'] },
  { what: 'a ragged list', call: () => tensor([[1, 2], [3]]), type: ShapeError, words: ['tensor', 'ragged'] },
  { what: 'NaN in an integer dtype', call: () => tensor([1, NaN], { dtype: 'int32' }), type: DTypeError, words: ['NaN', 'int32'] },
  { what: 'a number that its tensor cannot hold', call: () => add(tensor([1, 2]), 3e9), type: DTypeError, words: ['add', '3000000000', 'int32', "x.to('int64')"] },
  { what: 'an element beyond its dtype', call: () => tensor([1e20], { dtype: 'int32' }), type: DTypeError, words: ['100000000000000000000', 'int32'] },
  { what: 'a probability above 1', call: () => bernoulli(tensor([0.5, 1.5])), type: ArgumentError, words: ['bernoulli', '1.5', 'position 1'] },
  { what: 'logits as probabilities', call: () => binaryCrossEntropy(tensor([1.5]), ones(1)), type: ArgumentError, words: ['1.5', 'binaryCrossEntropyWithLogits'] },
  { what: 'a negative variance', call: () => gaussianNllLoss(ones(2), ones(2), tensor([0.5, -1])), type: ArgumentError, words: ['var', '-1', 'position 1'] },
  { what: 'a bag beyond the numbers', call: () => functional.embeddingBag(tensor([0, 1]), ones(2, 2), { offsets: tensor([0, 3]) }), type: ArgumentError, words: ['offsets', '3'] },
  { what: 'a state with other keys', call: () => new Linear(2, 3).loadStateDict({ weight: ones(2, 2), x: ones(1) }), type: StateError, words: [
    'Error(s) in loading state_dict for Linear:\n\tMissing key(s) in state_dict: "bias". \n\tUnexpected key(s) in state_dict: "x". \n\t',
    'size mismatch for weight: copying a param with shape torch.Size([2, 2]) from checkpoint, the shape in current model is torch.Size([3, 2]).',
  ] },
  { what: 'a dtype that does not exist', call: () => tensor([1], { dtype: 'float8' as 'float32' }), type: DTypeError, words: ['float8'] },
  { what: 'a device that does not exist', call: () => tensor([1], { device: 'tpu' }), type: DeviceError, words: ["'tpu'", 'not registered'] },
  { what: 'an integer that requires a gradient', call: () => tensor([1, 2], { requiresGrad: true }), type: AutogradError, words: ['int32', 'floating point'] },
  { what: 'the gradient of a tensor with several elements', call: () => mul(tensor([1.5, 2], { requiresGrad: true }), 2).backward(), type: AutogradError, words: ['scalar', '[2]'] },
  { what: 'a gradient of what has no graph', call: () => sum(ones(2)).backward(), type: AutogradError, words: ['does not require a gradient'] },
  { what: 'backward twice', call: backwardTwice, type: AutogradError, words: ['freed', 'retainGraph'] },
  { what: 'a disposed tensor', call: useDisposed, type: DisposedError, words: ['disposed'] },
  { what: 'a layer with the wrong input', call: () => new Linear(128, 10).forward(ones(32, 784)), type: ShapeError, words: ['784', '128', 'Linear(in_features=128, out_features=10, bias=True)'] },
];

function backwardTwice(): void {
  const x = tensor([1.5, 2], { requiresGrad: true });
  const loss = sum(mul(x, x));
  loss.backward();
  loss.backward();
}

function useDisposed(): void {
  const x = tensor([1.5, 2]);
  x.dispose();
  mul(x, 2);
}
