/**
 * Collating: items of a batch become tensors with one more dimension, through whatever lists and objects they are in.
 *
 * Invariant: batches are made of values on the host, so a batch costs one upload and no read, unless an item is itself a
 * tensor whose value is on a device only.
 *
 * Reference: https://pytorch.org/docs/stable/data.html#torch.utils.data.default_collate
 */
import {
  ArgumentError,
  describe,
  dtypeOfArray,
  fromHost,
  hostArray,
  isTensor,
  readHost,
  sameShape,
  ShapeError,
  shapeText,
  tensor,
  type DType,
  type Shape,
  type Tensor,
  type TypedArray,
} from '@sconce/core';

/** What becomes of items of this type. */
export type Collated<Item> = Item extends Tensor | TypedArray | number | bigint | boolean
  ? Tensor
  : Item extends string
    ? string[]
    : { -readonly [K in keyof Item]: Collated<Item[K]> };

/** An array of values on the host, of a dtype and a shape. */
export interface HostArray {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: TypedArray;
}

/** Arrays of one shape and dtype as one tensor with a new first dimension. */
export function stackHost(arrays: readonly HostArray[], device?: string): Tensor {
  const { dtype, shape, data } = arrays[0];
  const host = hostArray(dtype, data.length * arrays.length) as Float32Array;
  arrays.forEach((a, i) => {
    if (a.dtype !== dtype || !sameShape(a.shape, shape)) {
      throw new ShapeError(`collate: item ${i} is ${a.dtype} of shape ${shapeText(a.shape)}, the first is ${dtype} of shape ${shapeText(shape)}. Bring items to one shape, or pass a collateFn.`);
    }
    host.set(a.data as Float32Array, i * data.length);
  });
  return fromHost(host, [arrays.length, ...shape], dtype, { device });
}

/** A tensor's value on the host; it is read only when it is nowhere but on a device. */
export const onHost = async (x: Tensor): Promise<HostArray> => ({ dtype: x.dtype, shape: x.shape, data: await readHost(x.node) });

/** A typed array with a dtype of its own, as a vector. */
function vectorOf(x: unknown): HostArray | undefined {
  const dtype = ArrayBuffer.isView(x) ? dtypeOfArray(x) : undefined;
  if (dtype === undefined) return undefined;
  const data = x as TypedArray;
  return { dtype, shape: [data.length], data };
}

async function collateAny(items: readonly unknown[]): Promise<unknown> {
  const [first] = items;
  if (isTensor(first)) return stackHost(await Promise.all((items as readonly Tensor[]).map(onHost)), first.device);
  if (typeof first === 'number' || typeof first === 'boolean' || typeof first === 'bigint') return tensor(items as readonly number[]);
  if (typeof first === 'string') return [...items];
  if (vectorOf(first) !== undefined) return stackHost(items.map((x) => vectorOf(x)!));
  if (typeof first !== 'object' || first === null) {
    throw new ArgumentError(`collate: cannot make a batch of ${describe(first)}. Pass a collateFn.`);
  }
  const column = (key: string | number): Promise<unknown> => collateAny(items.map((item) => (item as Record<string | number, unknown>)[key]));
  if (Array.isArray(first)) {
    if (items.some((item) => (item as unknown[]).length !== first.length)) throw new ShapeError('collate: the lists of a batch differ in length. Pass a collateFn.');
    return Promise.all(first.map((_, i) => column(i)));
  }
  return Object.fromEntries(await Promise.all(Object.keys(first).map(async (key) => [key, await column(key)] as const)));
}

/**
 * Items as one batch: tensors and typed arrays are stacked, numbers become a tensor (int32 where all are integers, else
 * float32), strings a list; lists and objects are collated position by position.
 *
 * @throws ShapeError when shapes or lengths differ; ArgumentError for what no batch can be made of.
 * @example
 * const [x, y] = await defaultCollate([[new Float32Array([1, 2]), 0], [new Float32Array([3, 4]), 1]]);
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.default_collate
 */
export const defaultCollate = async <Item>(items: readonly Item[]): Promise<Collated<Item>> => {
  if (items.length === 0) throw new ArgumentError('collate: got no items.');
  return (await collateAny(items)) as Collated<Item>;
};

/**
 * What a loader without batches gives: typed arrays as tensors, through lists and objects; everything else as it is.
 *
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.default_convert
 */
export function defaultConvert(item: unknown): unknown {
  const vector = vectorOf(item);
  if (vector !== undefined) return fromHost(vector.data, vector.shape, vector.dtype);
  if (Array.isArray(item)) return item.map(defaultConvert);
  const plain = typeof item === 'object' && item !== null && Object.getPrototypeOf(item) === Object.prototype;
  return plain ? Object.fromEntries(Object.entries(item).map(([key, value]) => [key, defaultConvert(value)])) : item;
}
