/**
 * `print`: Python's print for a mix of words and tensors, and what a graph looks like from inside.
 */
import { explainNodes } from '../realize/realize.js';
import { Tensor } from '../tensor/tensor.js';

/**
 * Prints its arguments with one space between them, tensors as PyTorch prints them.
 *
 * @example
 * await print('softmax torch:', softmax(x, 0));   // softmax torch: tensor([0.6590, 0.2424, 0.0986])
 */
export async function print(...parts: readonly unknown[]): Promise<void> {
  const words = await Promise.all(parts.map(async (x) => (x instanceof Tensor ? await x.text() : String(x))));
  console.log(words.join(' '));
}

/**
 * The graph of a tensor that is not computed yet, and the plan that would compute it, as text.
 *
 * @example
 * console.log(await explain(loss));
 */
export async function explain(t: Tensor): Promise<string> {
  return explainNodes([t.node]);
}
