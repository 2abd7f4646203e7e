// %% In [1]
import * as torch from 'sconce';
import { nn, print, type Tensor } from 'sconce';
import { clip, div, exp, log, mul, neg, sum } from '@sconce/ops';

// %% [markdown]
// ## Softmax
// Equation -
// $$S(y_i) = \frac{e^{y_i}}{\Sigma_j e^{y_j}}$$

// %% [markdown]
// ### Softmax Layer
//
// ![softmax](figure:softmax)
//
// **Important Points -**
// - Softmax Function-
//     - Applies the exponential function to each element
//     - Normalizes by dividing by the sum of all these exponentials
//     - Squashes the output to be between 0 and 1 = probability
// - Sum of all probabilities is 1

// %% In [2]
function softmax(x: Tensor): Tensor {
  return div(exp(x), sum(exp(x), 0));
}

// NumPy computes in float64, here as there.
let x = torch.tensor([2.0, 1.0, 0.1], { dtype: 'float64', device: 'cpu' });
let outputs = softmax(x);
console.log('softmax numpy:', await outputs.numpyText());

x = torch.tensor([2.0, 1.0, 0.1]);
outputs = torch.softmax(x, 0); // along values along first axis
await print('softmax torch:', outputs);

// %% [markdown]
// # Cross-entropy
//
// - Cross-entropy loss (or log loss) -
//     - Measures the performance of a classification model
//     - Whose output is a probability value between 0 and 1.
// - Loss increases as the predicted probability diverges from the actual label
//
// ![cross-entropy](figure:cross-entropy)

// %% In [17]
function crossEntropy(actual: Tensor, predicted: Tensor): Tensor {
  const EPS = 1e-15;
  predicted = clip(predicted, EPS, 1 - EPS); // Clipping the predicted value
  const loss = neg(sum(mul(actual, log(predicted))));
  return loss; // / float(predicted.shape[0])
}

// %% [markdown]
// **`y` must be one hot encoded**
// - if class **0**: [1 0 0]
// - if class **1**: [0 1 0]
// - if class **2**: [0 0 1]

// %% In [16]
const float64 = { dtype: 'float64', device: 'cpu' } as const;
let Y = torch.tensor([1, 0, 0], { device: 'cpu' });
let good = torch.tensor([0.7, 0.2, 0.1], float64);
let bad = torch.tensor([0.1, 0.3, 0.6], float64);
let l1 = crossEntropy(Y, good);
let l2 = crossEntropy(Y, bad);
console.log(`Loss1 numpy: ${(await l1.item()).toFixed(4)}`);
console.log(`Loss2 numpy: ${(await l2.item()).toFixed(4)}`);

// %% [markdown]
// ### CrossEntropyLoss in PyTorch
// - Applies Softmax
// - `nn.LogSoftmax` + `nn.NLLLoss`
// - `NLLLoss` = negative log likelihood loss
//
// ![nn.CrossEntropyLoss](figure:cross-entropy-loss)

// %% In [46]
let loss = new nn.CrossEntropyLoss();
Y = torch.tensor([1]); // Y (=target) contains only the class label, not one-hot
good = torch.tensor([[2, 3, 1, 0.2]]); // input is of size nSamples x nClasses = 1 x 4 here, automatically picks it up
bad = torch.tensor([[2, 1, 1.2, 4]]);
l1 = loss.forward(good, Y);
l2 = loss.forward(bad, Y);
console.log(`Loss good = ${(await l1.item()).toFixed(4)}`);
console.log(`Loss bad = ${(await l2.item()).toFixed(4)}`);

// %% In [47]
// get predictions
let [, predictions1] = torch.max(good, 1);
let [, predictions2] = torch.max(bad, 1);
console.log(`Actual class: ${await Y.item()}, Y_pred1: ${await predictions1.item()}, Y_pred2: ${await predictions2.item()}`);

// %% In [48]
loss = new nn.CrossEntropyLoss();

Y = torch.tensor([0]);

// here, input is of size nSamples x nClasses = 1 x 3
good = torch.tensor([[2.0, 1.0, 0.1]]);
bad = torch.tensor([[0.5, 2.0, 0.3]]);
l1 = loss.forward(good, Y);
l2 = loss.forward(bad, Y);

console.log(`PyTorch Loss1: ${(await l1.item()).toFixed(4)}`);
console.log(`PyTorch Loss2: ${(await l2.item()).toFixed(4)}`);

// %% In [49]
// get predictions
[, predictions1] = torch.max(good, 1);
[, predictions2] = torch.max(bad, 1);
console.log(`Actual class: ${await Y.item()}, Y_pred1: ${await predictions1.item()}, Y_pred2: ${await predictions2.item()}`);

// %% [markdown]
// - Allows batch loss for multiple samples
// - Target is of size nBatch = 3
// - Each element has class label: 0, 1, or 2
// - Input is of size nBatch x nClasses = 3 x 3
// - Y_pred are logits (not softmax)

// %% In [6]
Y = torch.tensor([2, 0, 1]); // 3 samples to be predicted

good = torch.tensor([
  [0.1, 0.2, 3.9], // predict class 2
  [1.2, 0.1, 0.3], // predict class 0
  [0.3, 2.2, 0.2], // predict class 1
]);

bad = torch.tensor([
  [0.9, 0.2, 0.1],
  [0.1, 0.3, 1.5],
  [1.2, 0.2, 0.5],
]);

l1 = loss.forward(good, Y);
l2 = loss.forward(bad, Y);
console.log(`Batch Loss1:  ${(await l1.item()).toFixed(4)}`); // Final loss/cost is the average loss in each sample
console.log(`Batch Loss2: ${(await l2.item()).toFixed(4)}`); // Similarly for this

// %% In [7]
// get predictions
[, predictions1] = torch.max(good, 1);
[, predictions2] = torch.max(bad, 1);
console.log(`Actual class: ${await Y.text()}, Y_pred1: ${await predictions1.text()}, Y_pred2: ${await predictions2.text()}`);

// %% [markdown]
// Can account for larger batches as well and will work fine, as it will automatically pick up

// %% [markdown]
// # Neural Networks
//
// ## Binary Classification Problem
//
// ![binary classification](figure:neural-net-1)

// %% In [12]
class NeuralNet1 extends nn.Module {
  readonly linear1: nn.Linear;
  readonly relu: nn.ReLU;
  readonly linear2: nn.Linear;

  constructor(inputSize: number, hiddenSize: number) {
    super();
    this.linear1 = new nn.Linear(inputSize, hiddenSize);
    this.relu = new nn.ReLU();
    this.linear2 = new nn.Linear(hiddenSize, 1);
  }

  override forward(x: Tensor): Tensor {
    let out = this.linear1.forward(x);
    out = this.relu.forward(out);
    out = this.linear2.forward(out);
    // sigmoid at the end
    return torch.sigmoid(out);
  }
}

// %% In [13]
const model1 = new NeuralNet1(28 * 28, 5);
const criterion1 = new nn.BCELoss();

// %% [markdown]
// ## Multi-class Problem
//
// ![multi-class classification](figure:neural-net-2)

// %% In [14]
class NeuralNet2 extends nn.Module {
  readonly linear1: nn.Linear;
  readonly relu: nn.ReLU;
  readonly linear2: nn.Linear;

  constructor(inputSize: number, hiddenSize: number, numClasses: number) {
    super();
    this.linear1 = new nn.Linear(inputSize, hiddenSize);
    this.relu = new nn.ReLU();
    this.linear2 = new nn.Linear(hiddenSize, numClasses); // Output = number of classes
  }

  override forward(x: Tensor): Tensor {
    let out = this.linear1.forward(x);
    out = this.relu.forward(out);
    out = this.linear2.forward(out);
    // no softmax at the end
    return out;
  }
}

// %% In [15]
const model2 = new NeuralNet2(28 * 28, 5, 3);
const criterion2 = new nn.CrossEntropyLoss(); // (applies Softmax)

// %% [markdown]
// All pic credits - Python Engineer

// What cells declare, for whoever runs them as one program.
export { criterion1, criterion2, model1, model2 };
