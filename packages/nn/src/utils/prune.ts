/**
 * `prune`: parameters with elements or channels cut. The parameter becomes `weight_orig`, which is learnt on, and the mask
 * `weight_mask`, a buffer; the weight is their product.
 *
 * Invariant: a tensor is pruned as often as one likes; its mask holds all that was cut, and `remove` makes it for good.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#utilities
 */
import { ArgumentError, assign, describe, isTensor, noGrad, sameShape, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { cat, mul, narrow, onesLike, reshape } from '@sconce/ops';
import { checkOptions } from '@sconce/ops/families';
import { Buffer, type Module, type Parameter } from '../index.js';
import { fieldNamed, fieldsOf, parameterNamed, replaceField, restoreField, ruleOf, tensorNamed, type Rule } from './computed.js';
import { CustomFromMask, Identity, L1Unstructured, LnStructured, nextMask, RandomStructured, RandomUnstructured, type BasePruningMethod } from './prune-methods.js';

export { BasePruningMethod, CustomFromMask, Identity, L1Unstructured, LnStructured, RandomStructured, RandomUnstructured, type PruningType } from './prune-methods.js';

const KIND = 'prune';

const RULE: Rule = {
  kind: KIND,
  ends: ['Orig', 'Mask'],
  compute: (module, field) => {
    const original = tensorNamed(KIND, module, `${field}Orig`);
    return mul(tensorNamed(KIND, module, `${field}Mask`).to(original.dtype), original);
  },
};

const maskOf = (module: Module, field: string): Buffer | null => (ruleOf(module, field)?.kind === KIND ? (fieldsOf(module)[`${field}Mask`] as Buffer) : null);

/** What scores elements in place of their values. */
export interface ScoreOptions {
  /** A score for each element; the least are cut. Default: the tensor itself. */
  readonly importanceScores?: Tensor | null;
}

function scoresFor(op: string, tensor: Tensor, scores: Tensor | null | undefined): Tensor {
  if (scores === null || scores === undefined) return tensor;
  if (isTensor(scores) && sameShape(scores.shape, tensor.shape)) return scores;
  throw new ShapeError(`${op}: importanceScores must have the shape of the tensor, ${shapeText(tensor.shape)}, got ${isTensor(scores) ? shapeText(scores.shape) : describe(scores)}.`);
}

/**
 * Prunes a parameter by a method, one of these or one's own.
 *
 * @throws ArgumentError when there is no such parameter; ShapeError for scores or a mask of another shape.
 * @example
 * const layer = prune.apply(new Linear(4, 2), 'weight', new prune.L1Unstructured({ amount: 0.25 }));
 * Object.keys(layer.stateDict());      // ['bias', 'weight_orig', 'weight_mask']
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.BasePruningMethod.html#torch.nn.utils.prune.BasePruningMethod.apply
 */
export function apply<M extends Module>(module: M, name: string, method: BasePruningMethod, options: ScoreOptions = {}): M {
  const op = method.constructor.name;
  checkOptions(op, options, ['importanceScores']);
  const field = fieldNamed(op, module, name);
  const before = maskOf(module, field);
  const tensor = before === null ? parameterNamed(op, module, field) : tensorNamed(op, module, field);
  const scores = scoresFor(op, tensor, options.importanceScores);
  const mask = noGrad(() => nextMask(method, scores, before));
  if (before !== null) noGrad(() => assign(before, mask, op));
  else replaceField(module, field, RULE, [tensor, new Buffer(mask)]);
  return module;
}

/** Puts a mask of ones in, so that a parameter counts as pruned. @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.identity.html */
export const identity = <M extends Module>(module: M, name: string): M => apply(module, name, new Identity());

/**
 * Cuts random elements.
 *
 * @param amount how many, or which share of those that are left: 1 is one element.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.random_unstructured.html
 */
export const randomUnstructured = <M extends Module>(module: M, name: string, amount: number): M => apply(module, name, new RandomUnstructured({ amount }));

/**
 * Cuts the elements of the least magnitude, or of the least `importanceScores`.
 *
 * @param amount how many, or which share of those that are left: 1 is one element.
 * @throws ArgumentError for an amount that is no share and more than there are.
 * @example
 * const layer = prune.l1Unstructured(new Linear(4, 2), 'weight', 0.5);
 * countNonzero(layer.weight);      // 4
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.l1_unstructured.html
 */
export const l1Unstructured = <M extends Module>(module: M, name: string, amount: number, options: ScoreOptions = {}): M => apply(module, name, new L1Unstructured({ amount }), options);

/** Cuts random slices along `dim`. @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.random_structured.html */
export const randomStructured = <M extends Module>(module: M, name: string, amount: number, dim: number): M => apply(module, name, new RandomStructured({ amount, dim }));

/**
 * Cuts the slices along `dim` whose n-norm is least.
 *
 * @param n the order of the norm; Infinity, −Infinity and 'fro' are ones too.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.ln_structured.html
 */
export const lnStructured = <M extends Module>(module: M, name: string, amount: number, n: number | 'fro', dim: number, options: ScoreOptions = {}): M =>
  apply(module, name, new LnStructured({ amount, n, dim }), options);

/** Cuts where a mask is 0. @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.custom_from_mask.html */
export const customFromMask = <M extends Module>(module: M, name: string, mask: Tensor): M => apply(module, name, new CustomFromMask({ mask }));

// ── over several parameters ──────────────────────────────────────────────────────────────────────────────────────────

/** A parameter of a module, by its name. */
export type Pruned = readonly [module: Module, name: string];

const flat = (tensors: readonly Tensor[]): Tensor => cat(tensors.map((x) => reshape(x, [-1])), 0);

/**
 * Prunes several parameters as if they were one: what is cut is the least of all.
 *
 * @param pruningMethod the class of a method that looks at elements, made with `options` but for `importanceScores`: tensors
 * in the order of the parameters, or null for those that score themselves.
 * @throws ArgumentError for a method that looks at channels.
 * @example
 * const net = new Sequential(new Linear(4, 8), new Linear(8, 2));
 * prune.globalUnstructured([[net.at(0), 'weight'], [net.at(1), 'weight']], prune.L1Unstructured, { amount: 0.2 });
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.global_unstructured.html
 */
export function globalUnstructured<O extends object>(
  parameters: Iterable<Pruned>,
  pruningMethod: new (options: O) => BasePruningMethod,
  { importanceScores = [], ...options }: O & { readonly importanceScores?: readonly (Tensor | null)[] },
): void {
  const op = 'globalUnstructured';
  const list = [...parameters].map(([module, name]) => [module, fieldNamed(op, module, name)] as const);
  if (list.length === 0) throw new ArgumentError(`${op}: got no parameters, expected pairs of a module and a name.`);
  const method = new pruningMethod(options as O);
  if (method.pruningType !== 'unstructured') throw new ArgumentError(`${op}: got ${pruningMethod.name}, which is ${method.pruningType}, expected a method that looks at elements.`);
  const tensors = list.map(([module, field]) => tensorNamed(op, module, field));
  const masks = list.map(([module, field]) => maskOf(module, field));
  const before = masks.every((mask) => mask === null) ? null : flat(masks.map((mask, i) => mask ?? onesLike(tensors[i])));
  const mask = noGrad(() => nextMask(method, flat(tensors.map((x, i) => scoresFor(op, x, importanceScores[i]))), before));
  let start = 0;
  list.forEach(([module, field], i) => {
    const { shape } = tensors[i];
    const count = tensors[i].numel();
    customFromMask(module, field, noGrad(() => reshape(narrow(mask, 0, start, count), shape)));
    start += count;
  });
}

// ── for good ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Makes the pruned parameter a parameter again, with zeros where it was cut. It is the handle that was learnt.
 *
 * @throws ArgumentError when it is not pruned.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.remove.html
 */
export function remove<M extends Module>(module: M, name: string): M {
  const field = fieldNamed('remove', module, name);
  restoreField('remove', module, field, KIND, () => {
    const original = fieldsOf(module)[`${field}Orig`] as Parameter;
    noGrad(() => assign(original, tensorNamed('remove', module, field), 'remove'));
    return original;
  });
  return module;
}

/** Whether a module, or one below it, has a pruned parameter. @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.is_pruned.html */
export const isPruned = (module: Module): boolean =>
  [...module.modules()].some((each) => Object.getOwnPropertyNames(each).some((field) => ruleOf(each, field)?.kind === KIND));
