/**
 * The graph: nodes that say how a value is computed, and hold it once it has been.
 *
 * Invariant: a node's op, attributes, shape, dtype and device never change. Its inputs are dropped when its value is
 * there and no gradient is pending through it, so that a finished graph holds no memory.
 */
import { DTYPES, type DType } from './dtype.js';
import type { Storage } from './memory.js';
import type { Attrs, Op } from './op.js';
import type { Shape } from './shape.js';
import type { Tensor } from './tensor.js';

/** Where the gradients of a leaf arrive: shared by the nodes that the leaf's handle is bound to over time. */
export interface Leaf {
  grad: Tensor | null;
}

export interface Node {
  readonly op: Op;
  readonly attrs: Attrs;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly device: string;
  /** Equal for nodes with equal op, attributes, shape and dtype: their part of the plan cache's key. */
  readonly signature: number;
  /** The value of a runtime scalar. */
  readonly number: number;
  inputs: readonly Node[];
  storage: Storage | null;
  /** A gradient is wanted through this node. */
  tracked: boolean;
  leaf: Leaf | null;
  /** Non-leaf whose gradient the user asked to keep. */
  retained: Leaf | null;
  /** A handle is bound to it in place: a parameter, a buffer, an optimiser's state. It is kept while it is bound. */
  bound: boolean;
  /** Computed, directly or not, from a value that an optimiser replaces. */
  volatile: boolean;
  /** Backward has run through it and did not retain the graph. */
  released: boolean;
  /** Which traversal of `realize.ts` saw it last, and at which position. */
  mark: number;
  position: number;
}

/** Numbers for equal texts, in order of appearance. */
function numbering(): (text: string) => number {
  const numbers = new Map<string, number>();
  return (text) => {
    let n = numbers.get(text);
    if (n === undefined) numbers.set(text, (n = numbers.size + 1));
    return n;
  };
}

const attrsNumber = numbering();
const shapeNumber = numbering();
const signatureNumber = numbering();
/** JSON with what JSON cannot say: -0, NaN, infinities and bigints. */
const attrsText = (attrs: Attrs): string =>
  JSON.stringify(attrs, (_, v: unknown) => {
    if (Object.is(v, -0)) return '#-0';
    return typeof v === 'bigint' || (typeof v === 'number' && !Number.isFinite(v)) ? `#${String(v)}` : v;
  });

/** No attributes: one object, so that its key is computed once. */
export const NO_ATTRS: Attrs = Object.freeze({});

/** Attributes that families share are frozen, so their number is known after the first time. */
const frozen = new WeakMap<Attrs, number>();

function numberOfAttrs(attrs: Attrs): number {
  let n = frozen.get(attrs);
  if (n === undefined) {
    n = attrsNumber(attrsText(attrs));
    if (Object.isFrozen(attrs)) frozen.set(attrs, n);
  }
  return n;
}

/** Signatures by op, then by what they say beside it, packed into one number. */
const signatures = new WeakMap<Op, Map<number, number>>();

export function signatureOf(op: Op, attrs: Attrs, shape: Shape, dtype: DType): number {
  const packed = (numberOfAttrs(attrs) * 2 ** 24 + shapeNumber(shape.join())) * 16 + DTYPES.indexOf(dtype);
  let ofOp = signatures.get(op);
  if (ofOp === undefined) signatures.set(op, (ofOp = new Map<number, number>()));
  let signature = ofOp.get(packed);
  if (signature === undefined) ofOp.set(packed, (signature = signatureNumber(`${op.id}|${packed}`)));
  return signature;
}

export function createNode(
  op: Op,
  inputs: readonly Node[],
  attrs: Attrs,
  shape: Shape,
  dtype: DType,
  device: string,
  number = 0,
): Node {
  let volatile = false;
  for (const input of inputs) volatile ||= input.volatile;
  return {
    op,
    attrs,
    shape,
    dtype,
    device,
    signature: signatureOf(op, attrs, shape, dtype),
    number,
    inputs,
    storage: null,
    tracked: false,
    leaf: null,
    retained: null,
    bound: false,
    volatile,
    released: false,
    mark: 0,
    position: 0,
  };
}

/** Whether a handle keeps the node's value: a leaf's, or one that is bound in place. */
export const isHeld = (node: Node): boolean => node.bound || node.leaf !== null;

const NO_INPUTS: readonly Node[] = [];

/** Forgets how a realised node was computed, unless a gradient may still pass through it. */
export function dropInputs(node: Node): void {
  if (node.storage !== null && (!node.tracked || node.released || node.leaf !== null)) node.inputs = NO_INPUTS;
}
