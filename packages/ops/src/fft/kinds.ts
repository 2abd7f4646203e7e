/**
 * The three kinds of transform as functions of a signal: its arguments checked, its lengths applied, recorded.
 *
 * Invariant: `forward` is the sign of the exponent and the way that a norm speaks of; for all eighteen they agree.
 */
import { ShapeError, type Tensor } from '@sconce/core';
import { parts } from '../families/index.js';
import { zerosLike } from '../index.js';
import {
  divisorOf, givenBy, gridOf, lineOf, realSignal, requirePoints, resized, signalOf, type Grid, type GridOptions, type LineOptions, type Norm,
} from './arguments.js';
import type { Complex, Signal } from './complex.js';
import { oneSided, realFrom, whole } from './routine.js';

/** A transform along one dimension: `f(x, n, dim, norm)`, or options in the place of all from one of these on. */
export interface LineTransform<X, Y> {
  (input: X, n?: number | null | LineOptions, dim?: number | LineOptions, norm?: Norm | null | LineOptions): Y;
}

/** A transform along several dimensions: `f(x, s, dim, norm)`, or options in the place of all from one of these on. */
export interface GridTransform<X, Y> {
  (
    input: X,
    s?: number | readonly number[] | null | GridOptions,
    dim?: number | readonly number[] | null | GridOptions,
    norm?: Norm | null | GridOptions,
  ): Y;
}

type Located = (x: Tensor) => Grid;
type Kind<X, Y> = (op: string, forward: boolean, input: X, located: Located, norm: Norm | null | undefined) => Y;

/** The points of a transform along each dimension; `size` gives those of a size where no length is given. */
const pointsOf = (x: Tensor, { dims, lengths }: Grid, size: (n: number, i: number) => number = (n) => n): number[] =>
  dims.map((d, i) => lengths[i] ?? size(x.shape[d], i));

function requireDims(op: string, { dims }: Grid): void {
  if (dims.length === 0) throw new ShapeError(`${op}: got no dimension, expected at least one.`);
}

/** To as many complex numbers. */
export const wholeOf: Kind<Signal, Complex> = (op, forward, input, located, norm) => {
  const x = signalOf(op, input);
  const grid = located(x[0]);
  const points = pointsOf(x[0], grid);
  requirePoints(op, x[0].shape, grid, points);
  const divisor = divisorOf(op, norm, forward, points);
  if (grid.dims.length === 0) return parts({ real: x[0], imag: x[1] ?? zerosLike(x[0]) });
  return whole(resized(x, grid.dims, points), { dims: grid.dims, forward, divisor });
};

/** From real numbers to the frequencies up to n/2 of the last dimension. */
export const oneSidedOf: Kind<Tensor, Complex> = (op, forward, input, located, norm) => {
  const x = realSignal(op, input);
  const grid = located(x);
  requireDims(op, grid);
  const points = pointsOf(x, grid);
  requirePoints(op, x.shape, grid, points);
  const [signal] = resized([x], grid.dims, points);
  return oneSided(signal, { dims: grid.dims, forward, divisor: divisorOf(op, norm, forward, points) });
};

/** From the frequencies up to n/2 of the last dimension to real numbers. */
export const realOf: Kind<Signal, Tensor> = (op, forward, input, located, norm) => {
  const x = signalOf(op, input);
  const grid = located(x[0]);
  requireDims(op, grid);
  const last = grid.dims.length - 1;
  const points = pointsOf(x[0], grid, (n, i) => (i === last ? 2 * (n - 1) : n));
  requirePoints(op, x[0].shape, grid, points);
  const frequencies = points.map((n, i) => (i === last ? Math.floor(n / 2) + 1 : n));
  return realFrom(resized(x, grid.dims, frequencies), points[last], { dims: grid.dims, forward, divisor: divisorOf(op, norm, forward, points) });
};

export const line =
  <X, Y>(name: string, forward: boolean, kind: Kind<X, Y>): LineTransform<X, Y> =>
  (input, ...rest) => {
    const { n, dim, norm } = givenBy<LineOptions>(name, ['n', 'dim', 'norm'], rest);
    return kind(name, forward, input, (x) => lineOf(name, x, n, dim), norm);
  };

/** @param dims where neither lengths nor dimensions are given. Absent: all */
export const grid =
  <X, Y>(name: string, forward: boolean, kind: Kind<X, Y>, dims?: readonly number[]): GridTransform<X, Y> =>
  (input, ...rest) => {
    const { s, dim, norm } = givenBy<GridOptions>(name, ['s', 'dim', 'norm'], rest);
    return kind(name, forward, input, (x) => gridOf(name, x, { s, dim: dim ?? dims }), norm);
  };

/** Of functions that end in 2. */
export const LAST_TWO: readonly number[] = [-2, -1];
