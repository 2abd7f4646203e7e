/**
 * Reverse-mode automatic differentiation: graph in, graph out.
 *
 * Walks the nodes from the root against their direction, asks each op's rule for the gradients of its inputs, and sums
 * what meets. Nothing is computed here: gradients are lazy tensors like all others, so they fuse, run on every backend,
 * and with `createGraph` can be differentiated again.
 *
 * Invariant: a node is visited after everything that consumes it. A leaf may have been bound to several nodes, which all
 * bring it their gradients.
 *
 * Reference: https://pytorch.org/docs/stable/notes/autograd.html
 */
import { accumulate, cast, constantLike, transfer } from '../graph/builtin.js';
import { AutogradError, ShapeError } from '../errors.js';
import { putGradient } from './gradients.js';
import { dropInputs, NO_INPUTS, nodesBelow, reveal, type Node } from '../graph/graph.js';
import { enableGrad, noGrad, withLiterals } from './modes.js';
import { addPending, removePending } from '../realize/pending.js';
import { isTensor, requireTensor } from '../graph/record.js';
import { sameShape, shapeText } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { take } from '../realize/wanted.js';

export interface BackwardOptions {
  /** Keep the graph for another backward. Default: the value of `createGraph`. */
  readonly retainGraph?: boolean;
  /** Record the gradients' own graph, for gradients of gradients. */
  readonly createGraph?: boolean;
}

/** Where hooks of tensors come in, once there are any (`hooks.ts`). */
export const hooks = { through: (_node: Node, g: Tensor): Tensor => g };

/** Nodes below the roots that gradients pass through, consumers before producers. Leaves end the walk. */
const tapeFrom = (roots: readonly Tensor[]): Node[] =>
  nodesBelow(roots.map((r) => r.node), (node) => (node.tracked && node.leaf === null ? node.inputs : NO_INPUTS))
    .filter((node) => node.tracked)
    .reverse();

/** The gradient that a root starts with, in the root's dtype. */
function cotangentOf(op: string, root: Tensor, gradient: Tensor | null | undefined): Tensor {
  if (!root.node.tracked) {
    throw new AutogradError(
      `${op}: this tensor does not require a gradient and has no graph. Was it computed under noGrad, or from tensors without requiresGrad?`,
    );
  }
  if (gradient === undefined || gradient === null) {
    if (root.numel() !== 1) {
      throw new AutogradError(
        `${op}: gradients start from a scalar, got a tensor of shape ${shapeText(root.shape)}. Reduce it (sum, mean) or pass a gradient of its shape.`,
      );
    }
    return constantLike(root, 1);
  }
  requireTensor(op, gradient, 'gradient');
  if (!sameShape(gradient.shape, root.shape)) {
    throw new ShapeError(`${op}: got a gradient of shape ${shapeText(gradient.shape)}, expected ${shapeText(root.shape)}, the shape of the tensor.`);
  }
  reveal(gradient.node);
  return cast(gradient, root.dtype);
}

/** Runs the tape; `arrive` gets every node with its whole gradient. */
function propagate(
  op: string,
  roots: readonly Tensor[],
  gradients: readonly (Tensor | null | undefined)[],
  arrive: (node: Node, g: Tensor) => void,
  options: BackwardOptions,
): void {
  for (const root of roots) requireTensor(op, root, 'output');
  const total = new Map<Node, Tensor>();
  const add = (node: Node, g: Tensor): void => {
    const before = total.get(node);
    total.set(node, before === undefined ? g : accumulate(before, g));
  };
  const run = options.createGraph ? enableGrad : noGrad;
  const retain = options.retainGraph ?? options.createGraph ?? false;
  const tape = tapeFrom(roots);
  run(() =>
    withLiterals(() => {
      roots.forEach((root, i) => add(root.node, cotangentOf(op, root, gradients[i])));
      const like = roots[0];
      for (const node of tape) {
        if (node.released) {
          throw new AutogradError(
            `backward: the graph of '${node.op.name}' was freed by an earlier backward. Pass { retainGraph: true } to the earlier one.`,
          );
        }
        const whole = total.get(node);
        if (node.leaf === null && !retain) node.released = true;
        if (whole === undefined) continue;
        const g = hooks.through(node, whole);
        arrive(node, g);
        total.delete(node);
        if (node.leaf !== null) continue;
        const inputs = node.inputs.map((n) => like.like(n));
        const needs = node.inputs.map((n) => n.tracked);
        const rule = node.op.grad;
        if (rule === undefined) continue;
        const gradients = rule(g, { inputs, output: like.like(node), attrs: node.attrs, needs });
        node.inputs.forEach((input, i) => {
          const gi = gradients[i];
          if (input.tracked && gi !== null && gi !== undefined) add(input, gi);
        });
      }
    }),
  );
  if (!retain) tape.forEach(dropInputs);
}

/** A gradient in the dtype and on the device that its leaf has by now. */
const asOf = ({ dtype, device }: Node, g: Tensor): Tensor => transfer(cast(g, dtype), device);

/** See `Tensor.backward`. The root and the gradients are computed together with the next optimiser step or read. */
export function backward(root: Tensor, gradient: Tensor | null | undefined, options: BackwardOptions): void {
  propagate(
    'backward',
    [root],
    [gradient],
    (node, g) => {
      for (const slot of [node.leaf, node.retained]) {
        if (slot === null) continue;
        const before = slot.grad;
        if (before !== null) removePending(before.node);
        const arrived = asOf(slot.node, g);
        const sum = before === null ? g.like(arrived.node) : accumulate(before, arrived);
        sum.passing = true;
        putGradient(slot, sum);
        addPending(sum.node);
      }
    },
    options,
  );
  addPending(root.node);
}

/** One tensor, or those of a list or of `parameters()`; what is neither stands alone, for the checks to name. */
const listOf = (x: Tensor | Iterable<Tensor>): readonly Tensor[] =>
  isTensor(x) || !(Symbol.iterator in Object(x)) ? [x as Tensor] : [...x];

/**
 * The gradients of `outputs` with respect to `inputs`, without touching any `grad`.
 *
 * @param options `gradOutputs` are the cotangents; `allowUnused` gives null for inputs that outputs do not depend on.
 * @example
 * const x = tensor(1.5, { requiresGrad: true });
 * const [dx] = grad(mul(x, x), [x]);        // 3
 * @see https://pytorch.org/docs/stable/generated/torch.autograd.grad.html
 */
export function grad(
  outputs: Tensor | Iterable<Tensor>,
  inputs: Tensor | Iterable<Tensor>,
  options: BackwardOptions & { readonly gradOutputs?: Tensor | Iterable<Tensor>; readonly allowUnused?: boolean } = {},
): (Tensor | null)[] {
  const wanted = listOf(inputs);
  const targetOf = (node: Node): Node => node.leaf?.node ?? node;
  const found = new Map<Node, Tensor>();
  for (const x of wanted) {
    requireTensor('grad', x);
    if (!x.node.tracked) throw new AutogradError('grad: an input does not require a gradient. Set x.requiresGrad = true before computing.');
  }
  const targets = new Set(wanted.map((x) => targetOf(x.node)));
  const gradients = options.gradOutputs === undefined ? [] : listOf(options.gradOutputs);
  const arrive = (node: Node, g: Tensor): void => {
    const target = targetOf(node);
    if (!targets.has(target)) return;
    const before = found.get(target);
    found.set(target, before === undefined ? asOf(target, g) : accumulate(before, asOf(target, g)));
  };
  propagate('grad', listOf(outputs), gradients, arrive, options);
  return wanted.map((x, i) => {
    const g = found.get(targetOf(x.node)) ?? null;
    if (g === null && !options.allowUnused) {
      throw new AutogradError(`grad: input ${i} was not used to compute the outputs. Pass { allowUnused: true } to get null for it.`);
    }
    if (g !== null) take(g.node);
    return g;
  });
}
