/**
 * The notebook's two networks, for training: the same layers under a hidden size that learns.
 */
import { nn, sigmoid, type Tensor } from 'sconce';

/** Binary: one output through a sigmoid, trained with BCELoss. */
export class NeuralNet1 extends nn.Module {
  readonly linear1: nn.Linear;
  readonly relu = new nn.ReLU();
  readonly linear2: nn.Linear;

  constructor(inputSize: number, hiddenSize: number) {
    super();
    this.linear1 = new nn.Linear(inputSize, hiddenSize);
    this.linear2 = new nn.Linear(hiddenSize, 1);
  }
  override forward(x: Tensor): Tensor {
    return sigmoid(this.linear2.forward(this.relu.forward(this.linear1.forward(x))));
  }
}

/** Multi-class: one logit a class, trained with CrossEntropyLoss, which applies the softmax. */
export class NeuralNet2 extends nn.Module {
  readonly linear1: nn.Linear;
  readonly relu = new nn.ReLU();
  readonly linear2: nn.Linear;

  constructor(inputSize: number, hiddenSize: number, numClasses: number) {
    super();
    this.linear1 = new nn.Linear(inputSize, hiddenSize);
    this.linear2 = new nn.Linear(hiddenSize, numClasses);
  }
  override forward(x: Tensor): Tensor {
    return this.linear2.forward(this.relu.forward(this.linear1.forward(x)));
  }
}
