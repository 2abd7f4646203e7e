/**
 * The two tasks that the networks are trained on, as data: which digits, which model, which loss, what counts as right.
 */
import { argmax, eq, ge, losses, mean, squeeze, type nn, type Tensor } from 'sconce';
import { renderDigits, type Digits } from '../digits/render.js';
import { NeuralNet1, NeuralNet2 } from './models.js';

export interface Task {
  readonly name: string;
  readonly train: Digits;
  readonly test: Digits;
  readonly makeModel: () => nn.Module & { forward(x: Tensor): Tensor };
  readonly loss: (output: Tensor, labels: Tensor) => Tensor;
  /** Share of right answers, 0 to 1. */
  readonly accuracy: (output: Tensor, labels: Tensor) => Tensor;
}

export interface TaskSize {
  readonly train: number;
  readonly test: number;
  readonly hidden: number;
}

const INPUTS = 28 * 28;
const asFloat = (t: Tensor): Tensor => t.to('float32');

/** Is it a one or a seven? NeuralNet1 with BCELoss. */
export function binaryTask({ train, test, hidden }: TaskSize): Task {
  const criterion = new losses.BCELoss();
  return {
    name: 'NeuralNet1: one or seven',
    train: renderDigits(train, 1, [1, 7]),
    test: renderDigits(test, 2, [1, 7]),
    makeModel: () => new NeuralNet1(INPUTS, hidden),
    loss: (output, labels) => criterion.forward(squeeze(output, 1), asFloat(labels)),
    accuracy: (output, labels) => mean(asFloat(eq(asFloat(ge(squeeze(output, 1), 0.5)), asFloat(labels)))),
  };
}

/** Which of ten digits? NeuralNet2 with CrossEntropyLoss. `data` replaces the rendered digits, for example by MNIST. */
export function digitsTask({ train, test, hidden }: TaskSize, data?: { train: Digits; test: Digits }): Task {
  const criterion = new losses.CrossEntropyLoss();
  return {
    name: 'NeuralNet2: which digit',
    train: data?.train ?? renderDigits(train, 3),
    test: data?.test ?? renderDigits(test, 4),
    makeModel: () => new NeuralNet2(INPUTS, hidden, 10),
    loss: (output, labels) => criterion.forward(output, labels),
    accuracy: (output, labels) => mean(asFloat(eq(argmax(output, 1), labels))),
  };
}
