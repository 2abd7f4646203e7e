/**
 * Fits a recorded call to a device: says why the device cannot serve it, or rewrites what has another name there.
 *
 * PyTorch's default integer is int64; where a device has none, int32 takes its place. The device that PyTorch recorded
 * on, `cpu`, becomes the device under test. Everything else that is missing is a reason to skip the sample.
 *
 * Invariant: a sample is skipped only for a reason that is said.
 */
import { isDType, type DType } from '@sconce/core';
import { isList } from './decode.js';
import type { Encoded, EncodedCall } from './records.js';

/** The device that PyTorch recorded on. */
const RECORDED_ON = 'cpu';

/** What of a harness matters here. */
export interface Device {
  readonly device: string;
  readonly dtypes: readonly DType[];
}

/** The dtype that stands for `dtype` on a device, or undefined. */
export function dtypeOn({ dtypes }: Device, dtype: DType): DType | undefined {
  if (dtypes.includes(dtype)) return dtype;
  return dtype === 'int64' && dtypes.includes('int32') ? 'int32' : undefined;
}

/** Why the device cannot serve these values, or undefined when it can. */
export function reasonToSkip(values: readonly Encoded[], kwargs: EncodedCall['kwargs'], device: Device): string | undefined {
  for (const dtype of values.flatMap(dtypesIn)) {
    if (!isDType(dtype)) return `there is no ${dtype} here`;
    if (dtypeOn(device, dtype) === undefined) return `${device.device} has no ${dtype}`;
  }
  const asked = kwargs?.['device'];
  if (typeof asked === 'string' && asked !== RECORDED_ON) return `there is no device '${asked}' here`;
  return undefined;
}

/** All dtypes that a value names or consists of. */
function dtypesIn(value: Encoded): string[] {
  if (value === null || typeof value !== 'object') return [];
  if (isList(value)) return value.flatMap(dtypesIn);
  if ('tensor' in value) return [value.tensor.dtype];
  return 'dtype' in value ? [value.dtype] : [];
}

/** The call as the device can serve it. */
export function localiseCall(call: EncodedCall, device: Device): EncodedCall {
  const kwargs = Object.entries(call.kwargs ?? {}).map(([name, value]): [string, Encoded] => [
    name,
    name === 'device' && value === RECORDED_ON ? device.device : localise(value, device),
  ]);
  return {
    args: call.args.map((value) => localise(value, device)),
    kwargs: Object.fromEntries(kwargs),
    ...(call.names === undefined ? {} : { names: call.names }),
  };
}

/** The value with every dtype replaced by what stands for it on the device. */
export function localise<E extends Encoded>(value: E, device: Device): E;
export function localise(value: Encoded, device: Device): Encoded {
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map((item) => localise(item, device));
  const rename = (dtype: DType): DType => dtypeOn(device, dtype) ?? dtype;
  if ('tensor' in value) return { tensor: { ...value.tensor, dtype: rename(value.tensor.dtype) } };
  return 'dtype' in value ? { dtype: rename(value.dtype) } : value;
}
