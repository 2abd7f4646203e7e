/**
 * Functions with a gradient of their own, PyTorch's `torch.autograd.Function`.
 *
 * `forward` runs without recording gradients. What it gives is recorded once more, as outputs that have its values and
 * depend on one joint node, and the joint node on the tensors among the arguments. A backward pass visits the outputs
 * first, which leave their gradients with the call, and then the joint node, which hands all of them to `backward`.
 *
 * Invariant: `backward` is called once a pass, with a gradient for every output, zeros where none arrived.
 *
 * Reference: https://pytorch.org/docs/stable/autograd.html#function
 */
import { cast, constantLike, detach } from '../graph/builtin.js';
import { isFloat } from '../tensor/dtype.js';
import { ArgumentError, AutogradError, ShapeError } from '../errors.js';
import { constant } from '../expr/expr.js';
import { createNode, NO_ATTRS, reveal, type Node } from '../graph/graph.js';
import { isGradEnabled, noGrad, withUserNumbers } from './modes.js';
import { defineOp, type Grad, type Op } from '../graph/op.js';
import { constantNode, describe, isTensor, record } from '../graph/record.js';
import { sameShape, shapeText } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';

type Output = Tensor | readonly Tensor[];
type Gradients = Tensor | null | undefined | readonly (Tensor | null | undefined)[];

/** What `forward` hands to `backward`: tensors by `saveForBackward`, everything else as properties of your own. */
export class FunctionContext {
  /** Of every argument, whether a gradient is wanted for it. */
  needsInputGrad: readonly boolean[] = [];
  private saved: readonly (Tensor | null)[] = [];
  private readonly plain = new Set<Tensor>();
  private readonly recorded = new Map<Tensor, Tensor>();

  /** Keeps inputs and outputs, with the values that they have now, for `savedTensors`. */
  saveForBackward(...tensors: readonly (Tensor | null)[]): void {
    this.saved = tensors;
  }
  /** What `saveForBackward` kept; outputs have the gradient of this function, so that it can be differentiated again. */
  get savedTensors(): Tensor[] {
    return this.saved.map((t) => (t === null ? null : (this.recorded.get(t) ?? t))) as Tensor[];
  }
  /** Outputs that gradients do not pass through. */
  markNonDifferentiable(...outputs: readonly Tensor[]): void {
    for (const t of outputs) this.plain.add(t);
  }

  /** @internal Inputs may be bound to other values before `backward`; outputs are known by what recording made of them. */
  settle(raw: readonly Tensor[], record: (raw: Tensor) => Tensor): Tensor[] {
    const outputs = raw.map((t) => (this.plain.has(t) || !isFloat(t.dtype) ? t : record(t)));
    raw.forEach((t, i) => this.recorded.set(t, outputs[i]));
    this.saved = this.saved.map((t) => (t === null || this.recorded.has(t) ? t : t.like(t.node)));
    return outputs;
  }
}

/** A context with properties of your own: `static forward(ctx: Context<{ factor: number }>, x: Tensor)`. */
export type Context<Own extends object = Record<string, unknown>> = FunctionContext & Own;

interface Rules<A extends readonly unknown[], R extends Output> {
  readonly name: string;
  forward(ctx: FunctionContext, ...args: A): R;
  backward(ctx: FunctionContext, ...gradients: Tensor[]): Gradients;
}

/** One call of a function. */
interface Call {
  readonly rules: Rules<readonly unknown[], Output>;
  readonly ctx: FunctionContext;
  readonly args: readonly unknown[];
  outputs: readonly Tensor[];
  gradients: (Tensor | undefined)[];
}

const calls = new WeakMap<Node, Call>();

// ── backward ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** An output leaves its gradient with the call. The joint node gets a zero, so that it is visited too. */
const leave: Grad = (g, { inputs: [, joint], output }) => {
  const call = calls.get(joint.node)!;
  call.gradients[call.outputs.findIndex((t) => t.node === output.node)] = g;
  return [null, g.like(constantNode(0, joint.dtype, joint.device))];
};

const JOINT = /* @__PURE__ */ defineOp({
  name: 'function',
  form: 'element',
  lower: () => constant(0, 'float32'),
  grad: (_zero, { output }) => {
    const call = calls.get(output.node)!;
    const given = call.outputs.map((t, i) => call.gradients[i] ?? constantLike(t, 0));
    call.gradients = [];
    for (const g of given) reveal(g.node);
    return gradientsOf(call, withUserNumbers(() => call.rules.backward(call.ctx, ...given)));
  },
});

/** What `backward` gave, for the tensors among the arguments. */
function gradientsOf({ rules: { name }, args }: Call, given: Gradients): (Tensor | null)[] {
  const list: readonly (Tensor | null | undefined)[] = Array.isArray(given) ? (given as readonly (Tensor | null)[]) : [given as Tensor | null];
  if (list.length < args.length || list.slice(args.length).some((g) => g !== null && g !== undefined)) {
    throw new AutogradError(`${name}.backward: gave ${list.length} gradients, expected ${args.length}, one for every argument of forward. Give null for what has none.`);
  }
  return args.flatMap((x, i) => (isTensor(x) ? [checked(name, i, x, list[i])] : []));
}

function checked(name: string, i: number, x: Tensor, g: Tensor | null | undefined): Tensor | null {
  if (g === null || g === undefined) return null;
  if (!isTensor(g)) throw new AutogradError(`${name}.backward: gradient ${i} is ${describe(g)}, expected a Tensor or null.`);
  if (!sameShape(g.shape, x.shape)) {
    throw new ShapeError(`${name}.backward: gradient ${i} has shape ${shapeText(g.shape)}, expected ${shapeText(x.shape)}, the shape of argument ${i}.`);
  }
  return cast(g, x.dtype);
}

// ── forward ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const ops = new Map<string, Op>();

/** The op of a function's outputs: their values, and a gradient that goes to the joint node. One a name, for classes that a function makes. */
function opOf(name: string): Op {
  const known = ops.get(name) ?? defineOp({ name, form: 'element', lower: (ix, [x]) => x(ix), grad: leave });
  ops.set(name, known);
  return known;
}

function outputsOf(name: string, result: Output): readonly Tensor[] {
  const list = Array.isArray(result) ? (result as readonly Tensor[]) : [result as Tensor];
  for (const t of list) if (!isTensor(t)) throw new ArgumentError(`${name}.forward: gave ${describe(t)}, expected a Tensor, or an array of them.`);
  return list;
}

/**
 * Base of functions with a gradient of their own. Extend it with static `forward(ctx, …)` and `backward(ctx, …gradients)`,
 * and call it by `apply`. `backward` gives a gradient for every argument of `forward`, null for what has none; its own ops
 * are differentiable.
 *
 * @example
 * class Cube extends AutogradFunction {
 *   static forward(ctx, x) {                          // in TypeScript: ctx: Context, x: Tensor
 *     ctx.saveForBackward(x);
 *     return mul(x, mul(x, x));
 *   }
 *   static backward(ctx, g) {
 *     const [x] = ctx.savedTensors;
 *     return mul(g, mul(3, mul(x, x)));
 *   }
 * }
 * const x = tensor(1.5, { requiresGrad: true });
 * Cube.apply(x).backward();
 * await print(x.grad);                                // tensor(6.7500)
 * @see https://pytorch.org/docs/stable/autograd.html#function
 */
export abstract class AutogradFunction {
  static apply<A extends readonly unknown[], R extends Output>(this: Rules<A, R>, ...args: A): R {
    const ctx = new FunctionContext();
    ctx.needsInputGrad = args.map((x) => isTensor(x) && x.requiresGrad);
    const result = noGrad(() => this.forward(ctx, ...args));
    const raw = outputsOf(this.name, result);
    if (!isGradEnabled() || !ctx.needsInputGrad.includes(true) || raw.length === 0) return result;

    const inputs = args.filter(isTensor);
    const joint = createNode(JOINT, inputs.map((x) => x.node), NO_ATTRS, [], 'float32', raw[0].device);
    joint.tracked = true;
    const call: Call = { rules: this, ctx, args, outputs: [], gradients: [] };
    const op = opOf(this.name);
    calls.set(joint, call);
    call.outputs = ctx.settle(raw, (t) => record(op, [detach(t), t.like(joint)], NO_ATTRS, t.shape, t.dtype));
    return (Array.isArray(result) ? call.outputs : call.outputs[0]) as R;
  }
}
