/**
 * SparseAdam, which PyTorch has for gradients of a few rows: it refuses, and says what to use.
 *
 * Gradients of embeddings are dense here, so which rows were looked up is not known when the step comes, and PyTorch's
 * SparseAdam refuses dense gradients too.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.optim.SparseAdam.html
 */
import { ArgumentError } from '@sconce/core';

/** @throws ArgumentError always: there are no sparse gradients. Use Adam. */
export class SparseAdam {
  constructor(..._given: readonly unknown[]) {
    throw new ArgumentError('SparseAdam: gradients are dense, those of embeddings with { sparse: true } too, and SparseAdam steps along sparse ones. Use Adam.');
  }
}
