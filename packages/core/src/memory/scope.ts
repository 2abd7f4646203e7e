/**
 * Scopes: device memory of what is recorded inside is freed when the function returns, except for what it returns.
 *
 * Invariant: parameters and other state bound in place survive, and so does everything that was recorded before, also what
 * a read inside has computed of it, such as gradients that were pending.
 */
import { closeScope, openScope, type Block } from './blocks.js';
import { realize, realizeSync } from '../realize/compute.js';
import { Tensor } from '../tensor/tensor.js';

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
 * Runs `fn` and frees what it made on devices, except tensors in its result (alone, in arrays or plain objects), whose
 * values are computed before what they need is freed.
 *
 * @example
 * const accuracy = scope(() => mean(eq(argmax(model.forward(x), 1), y).to('float32')).itemSync());
 * @throws DeviceError when `fn` is synchronous and gives a tensor that must first come from a device that cannot be read at once.
 */
export function scope<R>(fn: () => R): R {
  const made = openScope();
  const leave = <T>(result: T): T => {
    closeScope(made, blocksOf(tensorsIn(result)));
    return result;
  };
  const fail = (error: unknown): never => {
    closeScope(made, new Set());
    throw error;
  };
  try {
    const result = fn();
    if (result instanceof Promise) return result.then(realizeIn).then(leave, fail) as R;
    realizeSync(tensorsIn(result));
    return leave(result);
  } catch (error) {
    return fail(error);
  }
}

async function realizeIn(result: unknown): Promise<unknown> {
  await realize(tensorsIn(result));
  return result;
}
