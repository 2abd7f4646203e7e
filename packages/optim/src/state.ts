/**
 * What an optimiser keeps for one parameter between steps: tensors and numbers by name.
 *
 * Invariant: a state tensor is a handle bound in place, so its value lives as long as the handle, across generations.
 */
import { alias, assign, isTensor, noGrad, transfer, type Tensor } from '@sconce/core';
import { add, mul } from '@sconce/ops';

export type StateValue = Tensor | number | readonly Tensor[] | readonly number[];

/** The state of one parameter. */
export type ParamState = Record<string, StateValue | undefined>;

/** A handle of its own on a value, which the next flush computes and which lives as long as the handle. */
export const bound = (value: Tensor): Tensor =>
  noGrad(() => {
    const own = alias(value);
    return assign(own.like(own.node), own);
  });

/** A tensor that an earlier step kept. */
export const kept = (state: ParamState, name: string): Tensor | undefined => state[name] as Tensor | undefined;

/** Binds `value` to a state tensor, made on first use, so that it outlives the step. Gives the handle. */
export function keep(state: ParamState, name: string, value: Tensor): Tensor {
  const before = state[name];
  if (isTensor(before)) return assign(before, value);
  return (state[name] = bound(value));
}

/** Moves state tensors, which stay the same handles, to the device that their parameter has been moved to. */
export function follow(state: ParamState, device: string): void {
  for (const value of Object.values(state).flat()) {
    if (isTensor(value) && value.device !== device) noGrad(() => assign(value, transfer(value, device)));
  }
}

/** The running average a ← βa + (1 − β)x, from 0. */
export function average(state: ParamState, name: string, x: Tensor, beta: number): Tensor {
  const before = kept(state, name);
  const fresh = mul(x, 1 - beta);
  return keep(state, name, before === undefined ? fresh : add(mul(before, beta), fresh));
}

/** Counts the steps of one parameter, from 1. */
export function count(state: ParamState): number {
  const step = ((state.step as number | undefined) ?? 0) + 1;
  state.step = step;
  return step;
}
