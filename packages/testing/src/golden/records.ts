/**
 * The shape of golden records: calls that PyTorch itself was asked to make, and what it answered.
 *
 * Everything is plain JSON but for five encodings, which `decode.ts` undoes: tensors, dtypes, slices, the ellipsis, and
 * floats that JSON cannot write. Inputs, arguments, outputs and gradients are facts; nothing here is computed.
 *
 * Reference: torch.testing._internal.opinfo and common_modules of PyTorch 1.13, whose own samples these are.
 */
import type { DType } from '@sconce/core';

/** A number, or the name of one that JSON cannot write. */
export type EncodedNumber = number | 'nan' | 'inf' | '-inf';

/** Flat and row-major. */
export interface EncodedTensor {
  readonly tensor: {
    readonly dtype: DType;
    readonly shape: readonly number[];
    readonly data: readonly (EncodedNumber | boolean)[];
  };
}

export interface EncodedDType {
  readonly dtype: DType;
}

/** Python's `start:stop:step`. */
export interface EncodedSlice {
  readonly slice: readonly [number | null, number | null, number | null];
}

export interface EncodedEllipsis {
  readonly ellipsis: true;
}

export interface EncodedFloat {
  readonly float: EncodedNumber;
}

export type Encoded =
  | null
  | boolean
  | number
  | string
  | EncodedTensor
  | EncodedDType
  | EncodedSlice
  | EncodedEllipsis
  | EncodedFloat
  | readonly Encoded[];

/** A call: positional arguments, PyTorch's names for them as far as they are known, and keyword arguments. */
export interface EncodedCall {
  readonly args: readonly Encoded[];
  readonly names?: readonly string[];
  readonly kwargs?: Readonly<Record<string, Encoded>>;
}

export interface OpSample extends EncodedCall {
  /** The family of dtypes that the sample was drawn for. */
  readonly dtype: DType;
  readonly output: Encoded;
  /** One entry for each tensor in `args`, then in `kwargs`; null where none is wanted. */
  readonly grads?: readonly (EncodedTensor | null)[];
}

export interface OpRecord {
  readonly op: string;
  readonly samples: readonly OpSample[];
}

export interface ModuleSample extends EncodedCall {
  readonly module: string;
  readonly training: boolean;
  /** What `print(module)` says. */
  readonly repr: string;
  /** The state dict to load before the forward pass. */
  readonly state: Readonly<Record<string, EncodedTensor>>;
  readonly inputs: readonly Encoded[];
  readonly output: Encoded;
  readonly input_grads: readonly (EncodedTensor | null)[];
  readonly param_grads: Readonly<Record<string, EncodedTensor | null>>;
  /** Buffers after the forward pass. */
  readonly state_after: Readonly<Record<string, EncodedTensor>>;
}

export interface ModuleRecord {
  readonly module: string;
  readonly samples: readonly ModuleSample[];
}

/** Steps on the objective mean((X @ w + b - Y)^2). */
export interface OptimSample {
  readonly optimizer: string;
  readonly options: Readonly<Record<string, Encoded>>;
  readonly X: EncodedTensor;
  readonly Y: EncodedTensor;
  readonly w: EncodedTensor;
  readonly b: EncodedTensor;
  /** The loss before each step and the parameters after it. */
  readonly steps: readonly { readonly loss: number; readonly w: EncodedTensor; readonly b: EncodedTensor }[];
}

export interface OptimRecord {
  readonly samples: readonly OptimSample[];
}

export interface SchedulerSample {
  readonly scheduler: string;
  readonly options: Readonly<Record<string, Encoded>>;
  readonly base_lr: number;
  /** Before the first step and after each; with `metrics`, after the step with each metric. */
  readonly lrs: readonly number[];
  readonly metrics?: readonly number[];
}

export interface SchedulerRecord {
  readonly samples: readonly SchedulerSample[];
}

export interface PrintingRecord {
  readonly torch: readonly { readonly value: EncodedTensor; readonly requires_grad?: boolean; readonly repr: string }[];
  readonly numpy: readonly { readonly value: EncodedTensor; readonly str: string; readonly repr: string }[];
}

/** A call that PyTorch rejects, and what it said. */
export interface ErrorSample extends EncodedCall {
  readonly torch_error: string;
  readonly torch_message: string;
}

export interface ErrorRecord {
  readonly ops: Readonly<Record<string, readonly ErrorSample[]>>;
}
