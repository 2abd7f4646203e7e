/**
 * Scopes: device memory made inside is freed when the function returns, except for what it returns.
 *
 * Invariant: parameters and other state bound in place survive, and so does everything that was there before.
 */
import type { Block } from './blocks.js';
import { closeScope, openScope } from './memory.js';
import { realize, realizeSync } from './realize.js';
import { Tensor } from './tensor.js';
import { backendOf } from './device.js';

function tensorsIn(x: unknown, found: Tensor[] = []): Tensor[] {
  if (x instanceof Tensor) found.push(x);
  else if (Array.isArray(x)) for (const y of x) tensorsIn(y, found);
  else if (typeof x === 'object' && x !== null && Object.getPrototypeOf(x) === Object.prototype) {
    for (const y of Object.values(x)) tensorsIn(y, found);
  }
  return found;
}

const blocksOf = (tensors: readonly Tensor[]): Set<Block> =>
  new Set(tensors.flatMap((t) => (t.node.storage === null ? [] : [t.node.storage.block])));

/**
 * Runs `fn` and frees what it made on devices, except tensors in its result (alone, in arrays or plain objects).
 *
 * @example
 * const accuracy = scope(() => mean(eq(argmax(model.forward(x), 1), y)).itemSync());
 */
export function scope<R>(fn: () => R): R {
  const made = openScope();
  let result: R;
  try {
    result = fn();
  } catch (error) {
    closeScope(made, new Set());
    throw error;
  }
  if (result instanceof Promise) {
    return result.then(
      async (value: unknown) => {
        const kept = tensorsIn(value);
        for (const t of kept) await realize([t.node]);
        closeScope(made, blocksOf(kept));
        return value;
      },
      (error: unknown) => {
        closeScope(made, new Set());
        throw error;
      },
    ) as R;
  }
  const kept = tensorsIn(result);
  for (const t of kept) if (backendOf(t.device).downloadSync !== undefined) realizeSync([t.node]);
  closeScope(made, blocksOf(kept));
  return result;
}
