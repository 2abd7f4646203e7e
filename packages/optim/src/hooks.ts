/**
 * Hooks of optimisers: functions of a user that are called before and after every step.
 *
 * Invariant: an optimiser without hooks steps as its class says; the first hook puts a `step` of its own around it.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.optim.Optimizer.register_step_pre_hook.html
 */
import { ArgumentError, describe, removable, type RemovableHandle } from '@sconce/core';
import type { Optimizer } from './optimizer.js';

/** Called with the arguments of a step before it; a list that it returns takes their place. */
export type StepPreHook = (optimizer: Optimizer, args: readonly unknown[]) => readonly unknown[] | undefined | void;
/** Called with the arguments of a step once it is done. */
export type StepPostHook = (optimizer: Optimizer, args: readonly unknown[]) => void;

interface Hooks {
  readonly before: Set<{ readonly hook: StepPreHook }>;
  readonly after: Set<{ readonly hook: StepPostHook }>;
}

const hooksOf = new WeakMap<Optimizer, Hooks>();

function watched(optimizer: Optimizer): Hooks {
  const known = hooksOf.get(optimizer);
  if (known !== undefined) return known;
  const hooks: Hooks = { before: new Set(), after: new Set() };
  hooksOf.set(optimizer, hooks);
  const plain = optimizer.step.bind(optimizer);
  const step = (...given: readonly unknown[]): unknown => {
    let args = given;
    for (const { hook } of hooks.before) args = hook(optimizer, args) ?? args;
    const finish = (result: unknown): unknown => {
      for (const { hook } of hooks.after) hook(optimizer, args);
      return result;
    };
    const result = plain(...(args as Parameters<typeof plain>)) as unknown;
    return result instanceof Promise ? result.then(finish) : finish(result);
  };
  Object.defineProperty(optimizer, 'step', { value: step, writable: true, configurable: true, enumerable: false });
  return hooks;
}

/** Adds a hook of one kind. */
export function addStepHook<K extends keyof Hooks>(optimizer: Optimizer, kind: K, hook: K extends 'before' ? StepPreHook : StepPostHook): RemovableHandle {
  if (typeof hook !== 'function') throw new ArgumentError(`${optimizer.constructor.name}: a hook must be a function, got ${describe(hook)}.`);
  return removable(watched(optimizer)[kind] as Set<{ readonly hook: unknown }>, { hook });
}
