/**
 * `utils`: PyTorch's `torch.nn.utils`. Clipping of gradients is in `@sconce/optim`.
 */
export * as rnn from './rnn.js';
export { parametersToVector, vectorToParameters } from './vectors.js';
