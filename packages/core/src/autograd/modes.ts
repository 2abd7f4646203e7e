/**
 * Modes: switches that hold while a function runs.
 *
 * Invariant: a mode ends when its function returns or throws; an asynchronous function keeps it until its promise
 * settles, and so must not run beside code that wants the other mode.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.no_grad.html
 */

interface Modes {
  /** Ops record what gradients need. */
  grad: boolean;
  /** Plain numbers are constants of the graph rather than runtime scalars: true inside gradient rules. */
  literal: boolean;
  /** What is recorded is seen by no user: true inside optimisers' rules. */
  hiding: boolean;
}

const modes: Modes = { grad: true, literal: false, hiding: false };

const isPromise = (x: unknown): x is Promise<unknown> => typeof (x as { then?: unknown } | null)?.then === 'function';

function during<K extends keyof Modes, R>(key: K, value: Modes[K], run: () => R): R {
  const before = modes[key];
  modes[key] = value;
  const restore = (): void => {
    modes[key] = before;
  };
  let result: R;
  try {
    result = run();
  } catch (error) {
    restore();
    throw error;
  }
  if (isPromise(result)) return result.finally(restore) as R;
  restore();
  return result;
}

/** Runs `fn` without recording gradients. */
export const noGrad = <R>(fn: () => R): R => during('grad', false, fn);
/** Runs `fn` recording gradients, also inside `noGrad`. */
export const enableGrad = <R>(fn: () => R): R => during('grad', true, fn);
/** Turns the recording of gradients on or off, from here on. */
export const setGradEnabled = (value: boolean): void => {
  modes.grad = value;
};
/** Whether gradients are recorded. */
export const isGradEnabled = (): boolean => modes.grad;

/** Runs `fn` with plain numbers as constants of the graph. */
export const withLiterals = <R>(fn: () => R): R => during('literal', true, fn);
/** Runs a user's function inside a gradient rule: its plain numbers are runtime scalars again, and what it makes is seen. */
export const withUserNumbers = <R>(fn: () => R): R => during('literal', false, fn);
/** Whether plain numbers are constants of the graph. */
export const literalNumbers = (): boolean => modes.literal;

/** Runs `fn`, whose tensors no user sees but through handles that are bound to them. */
export const hiding = <R>(fn: () => R): R => during('hiding', true, fn);
/** Whether gradient rules or optimisers are recording. */
export const isHiding = (): boolean => modes.hiding || modes.literal;
