/**
 * What loss modules share: options that are checked when the module is made, and class weights as buffers.
 *
 * Invariant: a loss module computes what its function computes, with these options.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#loss-functions
 */
import type { Tensor } from '@sconce/core';
import { Buffer, Module } from '@sconce/nn';
import { checkLossOptions } from '../reduction.js';

/** A loss with options. */
export abstract class Loss<O extends { readonly reduction?: string }> extends Module {
  protected readonly options: O;

  /** `known` are the names of options besides the reduction, `reductions` what it may be besides the usual. */
  constructor(options: O, known: readonly string[] = [], reductions: readonly string[] = []) {
    super();
    const reduction = checkLossOptions<string>(this.constructor.name, options, known, reductions);
    this.options = { ...options, reduction };
  }

  /** What becomes of the single losses. */
  get reduction(): NonNullable<O['reduction']> {
    return this.options.reduction!;
  }
}

/** A loss with weights, which move with the module and are part of its state. */
export abstract class WeightedLoss<O extends { readonly reduction?: string; readonly weight?: Tensor | null }> extends Loss<O> {
  readonly weight: Buffer | null;

  constructor({ weight, ...options }: O, known: readonly string[] = []) {
    super(options as O, known);
    this.weight = weight ? new Buffer(weight) : null;
  }
}
