/**
 * The bridge to products of vectors and matrices.
 */
import type { Tensor } from '@sconce/core';
import { functional as F } from '@sconce/nn';
import * as torch from '@sconce/ops';
import { argument, call, type OpBridge } from './call.js';

const AFFINE = ['beta', 'alpha'];

const addmm = call(torch.addmm, ['input', 'mat1', 'mat2'], AFFINE);
const cross = call(torch.cross, ['input', 'other', 'dim']);

const letterOf = (label: number): string => String.fromCharCode(label < 26 ? 97 + label : 65 + label - 26);

/** A list of labels as a term of an equation. */
const termOf = (labels: readonly unknown[]): string =>
  labels.map((label) => (label === '...' ? '...' : letterOf(label as number))).join('');

/** The forms of einsum: an equation with operands, operands with an equation, and operands with lists of labels. */
const einsum: OpBridge[string] = ({ args }) => {
  const equation = args.find((x) => typeof x === 'string' && x !== '...');
  if (equation !== undefined) return torch.einsum(equation as string, args.filter((x) => x !== equation).flat() as Tensor[]);
  const [operands, labels] = [0, 1].map((odd) => args.filter((_, i) => i % 2 === odd));
  const result = operands.length > labels.length ? (operands.pop() as unknown[]) : undefined;
  const left = labels.map((list) => termOf(list as unknown[])).join(',');
  return torch.einsum(result === undefined ? left : `${left}->${termOf(result)}`, operands as Tensor[]);
};

export const matrix: OpBridge = {
  matmul: call(torch.matmul, ['input', 'other']),
  __rmatmul__: (given) => torch.matmul(argument(given, 1, 'other') as Tensor, argument(given, 0, 'input') as Tensor),
  vander: call(torch.vander, ['x', 'N'], ['increasing']),
  mm: call(torch.mm, ['input', 'mat2']),
  bmm: call(torch.bmm, ['input', 'mat2']),
  mv: call(torch.mv, ['input', 'vec']),
  dot: call(torch.dot, ['input', 'other']),
  vdot: call(torch.vdot, ['input', 'other']),
  'linalg.vecdot': call(torch.vecdot, ['input', 'other', 'dim']),
  inner: call(torch.inner, ['input', 'other']),
  outer: call(torch.outer, ['input', 'vec2']),
  addmm,
  'addmm.decomposed': addmm,
  addmv: call(torch.addmv, ['input', 'mat', 'vec'], AFFINE),
  addr: call(torch.addr, ['input', 'vec1', 'vec2'], AFFINE),
  addbmm: call(torch.addbmm, ['input', 'batch1', 'batch2'], AFFINE),
  baddbmm: call(torch.baddbmm, ['input', 'batch1', 'batch2'], AFFINE),
  einsum,
  tensordot: call(torch.tensordot, ['a', 'b', 'dims']),
  kron: call(torch.kron, ['input', 'other']),
  trace: call(torch.trace, ['input']),
  'linalg.multi_dot': call(torch.multiDot, ['tensors']),
  cross,
  'linalg.cross': (given) => torch.cross(argument(given, 0, 'input') as Tensor, argument(given, 1, 'other') as Tensor, (argument(given, 2, 'dim') as number | undefined) ?? -1),
  cdist: ({ args, named }) => call(torch.cdist, ['x1', 'x2', 'p'])({ args: args.slice(0, 3), named }),
  'nn.functional.pdist': call(torch.pdist, ['input', 'p']),
  'nn.functional.pairwise_distance': call(torch.pairwiseDistance, ['x1', 'x2', 'p'], ['eps', 'keepdim']),
  'nn.functional.cosine_similarity': call(torch.cosineSimilarity, ['x1', 'x2', 'dim'], ['eps']),
  'nn.functional.normalize': call(torch.normalize, ['input', 'p', 'dim'], ['eps']),
  renorm: call(torch.renorm, ['input', 'p', 'dim', 'maxnorm']),
  'nn.functional.linear': call(F.linear, ['input', 'weight', 'bias']),
  'nn.functional.bilinear': call(F.bilinear, ['input1', 'input2', 'weight', 'bias']),
};
