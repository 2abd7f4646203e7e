/**
 * Einstein summation: products of any number of operands whose dimensions have letters.
 *
 * Operands are first brought to one dimension a letter (diagonals for repeated letters, sums over letters that nobody
 * else has), then joined pair by pair, the pair with the smallest result first.
 *
 * Invariant: every step is a `contract`, a sum or a view, and so is every step of the gradient.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.einsum.html; Smith and Gray, opt_einsum (2018).
 */
import { ArgumentError, cast, requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { tensorsOf } from '../families/arguments.js';
import { sumOver } from '../families/reduce.js';
import { describeOp } from '../families/sample.js';
import { diagonal, permute } from '../view/index.js';
import { labelledProduct, labelSizes, outerLabels } from './product.js';

/** An operand with a label for each dimension. */
type Labelled = readonly [Tensor, string];

interface Equation {
  readonly inputs: readonly string[];
  readonly output: string;
}

const ELLIPSIS = '...';

function requireLetters(equation: string, term: string): void {
  const letters = term.replace(ELLIPSIS, '');
  if (/^[a-zA-Z]*$/.test(letters)) return;
  throw new ArgumentError(`einsum: '${term}' in '${equation}' must consist of letters and at most one ellipsis.`);
}

/** The labels of one operand. */
function labelsOf(equation: string, term: string, x: Tensor, position: number): string {
  requireLetters(equation, term);
  const letters = term.replace(ELLIPSIS, '');
  const rest = x.ndim - letters.length;
  if (rest < 0 || (rest > 0 && !term.includes(ELLIPSIS))) {
    throw new ShapeError(`einsum: '${term}' names ${letters.length} dimensions, but operand ${position} is ${shapeText(x.shape)}.`);
  }
  return term.replace(ELLIPSIS, outerLabels(rest));
}

/** The letters of the result: given, or those that occur once, in alphabetical order, after the ellipsis. */
function outputOf(equation: string, given: string | undefined, inputs: readonly string[]): string {
  const all = [...inputs.join('')];
  const widest = Math.max(0, ...inputs.map((labels) => [...labels].filter((l) => !/[a-zA-Z]/.test(l)).length));
  const broadcast = outerLabels(widest);
  if (given === undefined) {
    const once = all.filter((l) => /[a-zA-Z]/.test(l) && all.indexOf(l) === all.lastIndexOf(l));
    return broadcast + once.sort().join('');
  }
  requireLetters(equation, given);
  const output = given.replace(ELLIPSIS, broadcast);
  for (const l of output) {
    if (!all.includes(l)) throw new ArgumentError(`einsum: the result's letter '${l}' in '${equation}' is in no operand.`);
    if (output.indexOf(l) !== output.lastIndexOf(l)) throw new ArgumentError(`einsum: the result's letter '${l}' in '${equation}' occurs twice.`);
  }
  return output;
}

function parse(equation: string, operands: readonly Tensor[]): Equation {
  if (typeof equation !== 'string') throw new ArgumentError(`einsum: the equation must be a string such as 'ij,jk->ik', got ${typeof equation}.`);
  const [left, right, ...more] = equation.replace(/\s/g, '').split('->');
  if (more.length > 0) throw new ArgumentError(`einsum: '${equation}' has more than one arrow.`);
  const terms = left.split(',');
  if (terms.length !== operands.length) {
    throw new ArgumentError(`einsum: '${equation}' names ${terms.length} operands, got ${operands.length}.`);
  }
  const inputs = terms.map((term, i) => labelsOf(equation, term, operands[i], i));
  return { inputs, output: outputOf(equation, right, inputs) };
}

/** Repeated letters become one dimension, which runs along their diagonal. */
function withDiagonals([x, labels]: Labelled): Labelled {
  const list = [...labels];
  const first = list.findIndex((l, d) => list.indexOf(l, d + 1) >= 0);
  if (first < 0) return [x, labels];
  const second = list.indexOf(list[first], first + 1);
  if (x.shape[first] !== x.shape[second]) {
    throw new ShapeError(`einsum: the letter '${list[first]}' names the sizes ${x.shape[first]} and ${x.shape[second]} of ${shapeText(x.shape)}.`);
  }
  const rest = list.filter((_, d) => d !== first && d !== second).join('');
  return withDiagonals([diagonal(x, 0, first, second), rest + list[first]]);
}

/** Sums over the letters that are neither in `kept` nor in another operand. */
function withoutLonely([x, labels]: Labelled, kept: string): Labelled {
  const dims = [...labels].flatMap((l, d) => (kept.includes(l) ? [] : [d]));
  if (dims.length === 0) return [x, labels];
  return [sumOver(x, { dims, keepdim: false }, x.dtype), [...labels].filter((l) => kept.includes(l)).join('')];
}

/** Which two operands to join next: those whose product is smallest. */
function nextPair(operands: readonly Labelled[], output: string, sizes: ReadonlyMap<string, number>): [number, number] {
  let best: [number, number] = [0, 1];
  let least = Infinity;
  for (let i = 0; i < operands.length; i++) {
    for (let j = i + 1; j < operands.length; j++) {
      const size = [...resultLabels(operands, i, j, output)].reduce((n, l) => n * sizes.get(l)!, 1);
      if (size < least) [best, least] = [[i, j], size];
    }
  }
  return best;
}

/** The letters of two operands that the result or another operand needs. */
function resultLabels(operands: readonly Labelled[], i: number, j: number, output: string): string {
  const needed = output + operands.filter((_, k) => k !== i && k !== j).map(([, labels]) => labels).join('');
  return [...new Set(operands[i][1] + operands[j][1])].filter((l) => needed.includes(l)).join('');
}

function joinAll(operands: readonly Labelled[], output: string): Labelled {
  if (operands.length === 1) return withoutLonely(operands[0], output);
  const sizes = labelSizes('einsum', operands);
  const [i, j] = nextPair(operands, output, sizes);
  const rest = operands.filter((_, k) => k !== i && k !== j);
  const needed = output + rest.map(([, labels]) => labels).join('');
  const [a, b] = [operands[i], operands[j]];
  const [x, xLabels] = withoutLonely(a, needed + b[1]);
  const [y, yLabels] = withoutLonely(b, needed + a[1]);
  const out = rest.length === 0 ? output : resultLabels(operands, i, j, output);
  return joinAll([...rest, [labelledProduct('einsum', x, xLabels, y, yLabels, out), out]], output);
}

/**
 * The sum of products that an equation describes.
 *
 * Each operand's term gives its dimensions letters. Letters that the result lacks are summed; a letter twice in one term
 * takes the diagonal; an ellipsis stands for the dimensions without letters, which broadcast. Without `->` the result has
 * the letters that occur once, in alphabetical order.
 *
 * @param equation such as 'bij,bjk->bik'
 * @param operands as many as the equation has terms, one by one or as a list
 * @throws ArgumentError for an equation that says nothing; ShapeError when sizes differ; DTypeError for two dtypes.
 * @example
 * einsum('ij,jk->ik', tensor([[1, 2]]), tensor([[3], [4]]));                     // [[11]]
 * einsum('ii', tensor([[1, 2], [3, 4]]));                // 5
 * einsum('...ij->...ji', images).shape;                  // [64, 3, 8, 8]
 * @see https://pytorch.org/docs/stable/generated/torch.einsum.html
 */
export const einsum = /* @__PURE__ */ describeOp(
  (equation: string, ...operands: readonly Tensor[] | readonly [readonly Tensor[]]): Tensor => {
    const tensors = tensorsOf('einsum', operands);
    tensors.forEach((x) => requireTensor('einsum', x));
    const { inputs, output } = parse(equation, tensors);
    if (tensors[0].dtype === 'bool') return cast(einsum(equation, tensors.map((x) => cast(x, 'int32'))), 'bool');
    const [y, labels] = joinAll(tensors.map((x, i) => withDiagonals([x, inputs[i]])), output);
    const order = [...output].map((l) => [...labels].indexOf(l));
    return y !== tensors[0] && order.every((d, i) => d === i) ? y : permute(y, order);
  },
  { name: 'einsum', samples: [], differentiable: true },
);
