/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Tensor: the handle that a user holds. It points at a node of the graph, reads its value, and carries its gradient.
 *
 * Invariant: tensors are values. No op changes a node; in-place forms bind the handle to another node. Ops are functions
 * of `@sconce/ops`; its `methods` entry adds them here.
 *
 * Reference: https://pytorch.org/docs/stable/tensors.html
 */
import { torchText as atHand } from '#torch-text';
import { backward, type BackwardOptions } from '../autograd/autograd.js';
import { detach, to, type ToOptions } from '../graph/builtin.js';
import { backendOf, defaultDevice } from '../device/device.js';
import { isFloat, type DType, type TypedArray } from './dtype.js';
import { ArgumentError, AutogradError, ShapeError } from '../errors.js';
import { hold, reveal, type Node } from '../graph/graph.js';
import { gradientOf, putGradient } from '../autograd/gradients.js';
import { disposeStorage } from '../memory/memory.js';
import { numbersOf, nestedArray, type NestedArray } from './nested.js';
import { printOptions } from '../print/options.js';
import { readHost, readHostSync } from '../realize/realize.js';
import { sameShape, shapeText, sizeOf, type Shape } from './shape.js';
import { take } from '../realize/wanted.js';

/**
 * A tensor: a handle on a value that may still have to be computed, with its shape, dtype and device, and its gradient.
 *
 * @example
 * const x = tensor([[1, 2], [3, 4.5]], { requiresGrad: true });
 * x.shape;      // [2, 2]
 * @see https://pytorch.org/docs/stable/tensors.html
 */
export class Tensor {
  /** The node that this handle is bound to. Ops read it; in-place forms set it. */
  node: Node;
  /** Its values need not outlive their step, so in-place forms do not hold them: a gradient's. */
  passing = false;
  /** How often it holds the value of its node: since it was bound in place, and as a leaf's gradient. */
  holds = 0;

  constructor(node: Node) {
    this.node = node;
  }

  /** Another handle, on another node. Modules that Tensor itself depends on make tensors through it. */
  like(node: Node): Tensor {
    return new Tensor(node);
  }

  // ── what it is ─────────────────────────────────────────────────────────────────────────────────────────────────────

  get shape(): Shape {
    return this.node.shape;
  }
  get dtype(): DType {
    return this.node.dtype;
  }
  get device(): string {
    return this.node.device;
  }
  /** Number of dimensions. */
  get ndim(): number {
    return this.node.shape.length;
  }
  /** Number of elements. */
  numel(): number {
    return sizeOf(this.node.shape);
  }
  dim(): number {
    return this.node.shape.length;
  }
  /** The shape, or the size of one dimension. */
  size(): Shape;
  size(dim: number): number;
  size(dim?: number): Shape | number {
    return dim === undefined ? this.shape : this.shape[dim < 0 ? dim + this.ndim : dim];
  }

  // ── reading ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The elements in row-major order, as a typed array of the dtype (float16 and bfloat16 as their bits). A copy. */
  async data(): Promise<TypedArray> {
    return (await readHost(this.node)).slice();
  }
  /** As `data`, at once; DeviceError on devices that cannot. */
  dataSync(): TypedArray {
    return readHostSync(this.node, 'dataSync', 'await t.data()').slice();
  }
  /** The elements as nested arrays of numbers, or of booleans. */
  async toArray(): Promise<NestedArray> {
    return nestedArray(await readHost(this.node), this.shape, this.dtype);
  }
  toArraySync(): NestedArray {
    return nestedArray(readHostSync(this.node, 'toArraySync', 'await t.toArray()'), this.shape, this.dtype);
  }
  /** The one element of a tensor of size 1 as a number, whatever the dtype, so that it can be computed with: of bool 0 or 1. */
  async item(): Promise<number> {
    this.requireOne('item');
    return numbersOf(await readHost(this.node), this.dtype)[0];
  }
  itemSync(): number {
    this.requireOne('itemSync');
    return numbersOf(readHostSync(this.node, 'itemSync', 'await t.item()'), this.dtype)[0];
  }

  private requireOne(op: string): void {
    if (this.numel() !== 1) {
      throw new ArgumentError(`${op}: got a tensor of shape ${shapeText(this.shape)}, expected one element. Use data() or toArray().`);
    }
  }

  /** PyTorch's text of this tensor, such as `tensor([0.6590, 0.2424, 0.0986])`. */
  async text(): Promise<string> {
    const torchText = atHand ?? (await import('../print/torch-text.js')).torchText;
    return this.format(torchText, await readHost(this.node));
  }
  /** NumPy's text, such as `[0.65900114 0.24243297 0.09856589]`. Its printer is loaded on demand: few programs use it. */
  async numpyText(options: { repr?: boolean } = {}): Promise<string> {
    const { numpyText } = await import('../print/numpy-text.js');
    return numpyText(numbersOf(await readHost(this.node), this.dtype), this.shape, this.dtype, options);
  }
  /** PyTorch's text in Node where the device can read at once, otherwise shape, dtype and device. */
  toString(): string {
    if (atHand !== null && backendOf(this.device).syncReads) return this.format(atHand, readHostSync(this.node, 'toString', 'await t.text()'));
    return `Tensor(shape=${shapeText(this.shape)}, dtype=${this.dtype}, device=${this.device})`;
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  private format(torchText: NonNullable<typeof atHand>, host: TypedArray): string {
    return torchText(numbersOf(host, this.dtype), this.shape, this.dtype, {
      ...printOptions(),
      requiresGrad: this.requiresGrad,
      madeBy: this.isLeaf ? undefined : this.node.op.name,
      device: this.device === defaultDevice() ? undefined : this.device,
    });
  }

  // ── gradients ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Whether gradients are computed for this tensor. */
  get requiresGrad(): boolean {
    return this.node.tracked;
  }
  set requiresGrad(value: boolean) {
    this.requiresGrad_(value);
  }
  /** Made by the user, not by an op that gradients pass through. */
  get isLeaf(): boolean {
    return !this.node.tracked || this.node.leaf !== null;
  }
  /** The gradient accumulated by `backward`, or null. */
  get grad(): Tensor | null {
    const gradient = gradientOf(this);
    if (gradient !== null) take(gradient.node);
    return gradient;
  }
  set grad(value: Tensor | null) {
    const slot = this.node.leaf ?? this.node.retained;
    if (value !== null && !(value instanceof Tensor && sameShape(value.shape, this.shape))) {
      const got = value instanceof Tensor ? shapeText(value.shape) : typeof value;
      throw new ShapeError(`grad: got ${got}, expected a Tensor of shape ${shapeText(this.shape)}, as the tensor, or null.`);
    }
    if (slot !== null) {
      if (value !== null) reveal(value.node);
      putGradient(slot, value);
    } else if (value !== null) throw new AutogradError('grad: only a leaf that requires a gradient can be given one.');
  }

  /** Marks a leaf as wanting a gradient, or not. */
  requiresGrad_(value = true): this {
    const { node } = this;
    if (!this.isLeaf) {
      if (value) return this;
      throw new AutogradError('requiresGrad: only a leaf can stop requiring a gradient. Use t.detach().');
    }
    if (value && !isFloat(this.dtype)) {
      throw new AutogradError(`requiresGrad: got a tensor of ${this.dtype}, only floating point tensors can require gradients. Whole numbers make integers: pass { dtype: 'float32' }, or use x.to('float32').`);
    }
    node.tracked = value;
    if (value) node.volatile = true;
    if (value && node.leaf === null) {
      node.leaf = { node, grad: null, holds: false };
      hold(node, 1);
    } else if (!value && node.leaf !== null) {
      if (node.leaf.node === node) {
        putGradient(node.leaf, null);
        hold(node, -1);
      }
      node.leaf = null;
    }
    return this;
  }

  /** Keeps the gradient of a tensor that is no leaf. */
  retainGrad(): this {
    if (!this.node.tracked) throw new AutogradError('retainGrad: this tensor does not require a gradient.');
    const { node } = this;
    if (node.leaf === null) node.retained ??= { node, grad: null, holds: false };
    return this;
  }

  /** The same values, outside the graph of gradients. */
  detach(): Tensor {
    return detach(this);
  }

  /**
   * Adds d(this)/d(leaf) to the `grad` of every leaf that this tensor depends on: `backward()`, `backward(gradient)`,
   * `backward({ retainGraph: true })`, or both.
   *
   * @param given the cotangent, which may be left out for a tensor of one element, then options.
   * @throws AutogradError without a graph, for a non-scalar without `gradient`, or when the graph was freed.
   * @see https://pytorch.org/docs/stable/generated/torch.Tensor.backward.html
   */
  backward(...given: readonly [BackwardOptions] | readonly [gradient?: Tensor | null, options?: BackwardOptions]): void {
    const [first, second] = given;
    const onlyOptions = given.length === 1 && first !== null && typeof first === 'object' && !Array.isArray(first) && !(first instanceof Tensor);
    const [gradient, options = {}] = onlyOptions ? [undefined, first] : [first as Tensor | null | undefined, second];
    backward(this, gradient, options);
  }

  // ── moving and freeing ─────────────────────────────────────────────────────────────────────────────────────────────

  /** This tensor on another device, or in another dtype, or both. Bits do not change on the way between devices. */
  to(target: ToOptions | DType | string, ...more: readonly (DType | string)[]): Tensor {
    return to(this, target, ...more);
  }

  /** Frees the device memory at once. Using the tensor afterwards throws a DisposedError. */
  dispose(): void {
    this.node.wanted = false;
    if (this.node.storage !== null) disposeStorage(this.node.storage);
  }
  [Symbol.dispose](): void {
    this.dispose();
  }
}
