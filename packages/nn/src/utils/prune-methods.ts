/**
 * Which elements or channels of a tensor pruning leaves: a mask of ones and zeros, from scores and an amount.
 *
 * How many are left of a tensor that was pruned before is data, and so are the ranks of scores: masks are computed where
 * the tensor is, and nothing is read.
 *
 * Invariant: what a mask has cut stays cut; an amount that is a share counts what is left.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.BasePruningMethod.html
 */
import { ArgumentError, describe, IndexError, sameShape, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { abs, argsort, expand, ge, mul, ne, norm, onesLike, rand, reshape, round, sum, where } from '@sconce/ops';

/** Which part of a tensor a method looks at. */
export type PruningType = 'unstructured' | 'structured' | 'global';

/**
 * A way to prune. Extend it: `computeMask` gets scores and the mask so far, and gives a mask; it is multiplied by the
 * earlier one.
 *
 * @example
 * class BelowHalf extends prune.BasePruningMethod {
 *   computeMask(t) {
 *     return ge(abs(t), 0.5);
 *   }
 * }
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.BasePruningMethod.html
 */
export abstract class BasePruningMethod {
  readonly pruningType: PruningType = 'unstructured';

  /** A mask of the shape of the scores. */
  abstract computeMask(scores: Tensor, defaultMask: Tensor | null): Tensor;

  /** A tensor with what the method cuts set to 0. `defaultMask` and `importanceScores` have its shape. */
  prune(t: Tensor, defaultMask: Tensor | null = null, importanceScores: Tensor | null = null): Tensor {
    return mul(t, nextMask(this, importanceScores ?? t, defaultMask).to(t.dtype));
  }
}

/** The mask so far, cut further. */
export function nextMask(method: BasePruningMethod, scores: Tensor, before: Tensor | null): Tensor {
  const mask = method.computeMask(scores.detach(), before);
  if (!sameShape(mask.shape, scores.shape)) {
    throw new ShapeError(`prune: computeMask gave a mask of shape ${shapeText(mask.shape)}, expected ${shapeText(scores.shape)}.`);
  }
  const typed = mask.to(scores.dtype);
  return before === null ? typed : mul(typed, before.to(scores.dtype));
}

// ── amounts ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function requireAmount(op: string, amount: number): number {
  if (typeof amount === 'number' && amount >= 0 && (Number.isInteger(amount) || amount <= 1)) return amount;
  throw new ArgumentError(`${op}: amount must be a whole number of what to prune, or a share between 0 and 1, got ${describe(amount)}.`);
}

/** Python's rounding: halves go to the even number. */
const halfEven = (x: number): number => (x % 1 === 0.5 && Math.floor(x) % 2 === 0 ? Math.floor(x) : Math.round(x));

/** How many to cut, of a known number or of those that are left. */
function countOf(op: string, amount: number, size: number, left: Tensor | null): number | Tensor {
  if (Number.isInteger(amount)) {
    if (amount > size) throw new ArgumentError(`${op}: got an amount of ${amount}, expected at most ${size}, which is how many there are.`);
    return amount;
  }
  return left === null ? halfEven(amount * size) : round(mul(sum(left.to('float32')), amount));
}

/** Ones but for the places of the lowest scores among those that are left. */
function keepHighest(scores: Tensor, count: number | Tensor, left: Tensor | null): Tensor {
  const ranked = left === null ? scores : where(left, scores, Infinity);
  return ge(argsort(argsort(ranked, 0), 0), count);
}

const leftOf = (mask: Tensor | null): Tensor | null => mask && ne(reshape(mask, [-1]), 0);

// ── elements ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Cuts elements by a score of each. */
abstract class ByElement extends BasePruningMethod {
  readonly amount: number;

  constructor({ amount }: { readonly amount: number }) {
    super();
    this.amount = requireAmount(this.constructor.name, amount);
  }
  protected abstract scoreOf(t: Tensor): Tensor;

  override computeMask(scores: Tensor, defaultMask: Tensor | null): Tensor {
    const left = leftOf(defaultMask);
    const count = countOf(this.constructor.name, this.amount, scores.numel(), left);
    return reshape(keepHighest(reshape(this.scoreOf(scores), [-1]), count, left), scores.shape);
  }
}

/** Cuts elements at random. @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.RandomUnstructured.html */
export class RandomUnstructured extends ByElement {
  protected override scoreOf(t: Tensor): Tensor {
    return rand(t.shape, { device: t.device });
  }
}

/** Cuts the elements of the least magnitude. @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.L1Unstructured.html */
export class L1Unstructured extends ByElement {
  protected override scoreOf(t: Tensor): Tensor {
    return abs(t);
  }
}

/** Cuts nothing. @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.Identity.html */
export class Identity extends BasePruningMethod {
  override computeMask(scores: Tensor): Tensor {
    return onesLike(scores);
  }
}

/** Cuts what a mask says. @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.CustomFromMask.html */
export class CustomFromMask extends BasePruningMethod {
  override readonly pruningType = 'global';
  readonly mask: Tensor;

  constructor({ mask }: { readonly mask: Tensor }) {
    super();
    this.mask = mask;
  }
  override computeMask(): Tensor {
    return this.mask;
  }
}

// ── channels ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Cuts whole slices along a dimension by a score of each. */
abstract class ByChannel extends BasePruningMethod {
  override readonly pruningType = 'structured';
  readonly amount: number;
  readonly dim: number;

  constructor({ amount, dim = -1 }: { readonly amount: number; readonly dim?: number }) {
    super();
    this.amount = requireAmount(this.constructor.name, amount);
    this.dim = dim;
  }
  protected abstract scoreOf(t: Tensor, others: number[]): Tensor;

  override computeMask(scores: Tensor, defaultMask: Tensor | null): Tensor {
    const op = this.constructor.name;
    const { ndim, shape } = scores;
    if (ndim < 2) throw new ShapeError(`${op}: got a tensor of shape ${shapeText(shape)}, expected at least two dimensions.`);
    if (!Number.isInteger(this.dim) || this.dim < -ndim || this.dim >= ndim) throw new IndexError(`${op}: dim must be from ${-ndim} to ${ndim - 1}, got ${describe(this.dim)}.`);
    const dim = this.dim < 0 ? this.dim + ndim : this.dim;
    const others = shape.flatMap((_, d) => (d === dim ? [] : [d]));
    const left = defaultMask && ne(sum(defaultMask.to('float32'), others), 0);
    const kept = keepHighest(this.scoreOf(scores, others), countOf(op, this.amount, shape[dim], left), left);
    const along = reshape(kept, shape.map((n, d) => (d === dim ? n : 1)));
    return expand(along, shape);
  }
}

/** Cuts channels at random. @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.RandomStructured.html */
export class RandomStructured extends ByChannel {
  protected override scoreOf(t: Tensor, others: number[]): Tensor {
    return rand(t.shape.filter((_, d) => !others.includes(d)), { device: t.device });
  }
}

/** Cuts the channels of the least n-norm. @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.LnStructured.html */
export class LnStructured extends ByChannel {
  readonly n: number | 'fro';

  constructor(options: { readonly amount: number; readonly n: number | 'fro'; readonly dim?: number }) {
    super(options);
    this.n = options.n;
  }
  protected override scoreOf(t: Tensor, others: number[]): Tensor {
    return norm(t, this.n, others);
  }
}
