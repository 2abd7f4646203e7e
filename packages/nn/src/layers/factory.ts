/**
 * Where and in which dtype a layer makes its parameters.
 */
import type { DType, Shape, Tensor } from '@sconce/core';
import { empty, ones, zeros } from '@sconce/ops';
import { Buffer, Parameter } from '../parameter.js';

/** Options of every layer with parameters. */
export interface FactoryOptions {
  /** Default: the default device. */
  readonly device?: string;
  /** Default 'float32'. */
  readonly dtype?: DType;
}

export const FACTORY = ['device', 'dtype'] as const;

const target = ({ device, dtype = 'float32' }: FactoryOptions): { device?: string; dtype: DType } => ({ ...(device === undefined ? {} : { device }), dtype });

/** A parameter to be initialised. */
export const parameter = (shape: Shape, options: FactoryOptions): Parameter => new Parameter(empty([...shape], target(options)));
/** A parameter of ones. */
export const parameterOfOnes = (shape: Shape, options: FactoryOptions): Parameter => new Parameter(ones([...shape], target(options)));
/** A parameter of zeros. */
export const parameterOfZeros = (shape: Shape, options: FactoryOptions): Parameter => new Parameter(zeros([...shape], target(options)));

/** State that is not learnt. */
export const bufferOf = (make: (size: readonly number[], options: { device?: string; dtype: DType }) => Tensor, shape: Shape, options: FactoryOptions): Buffer =>
  new Buffer(make([...shape], target(options)));
