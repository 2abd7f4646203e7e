/**
 * Drawing a digit and seeing what the network makes of it.
 *
 * Invariant: one prediction at a time; what was drawn meanwhile is predicted next, what was drawn before that is skipped.
 */
import { noGrad, softmax, tensor } from 'sconce';
import { PIXELS, type Digits } from '../digits/render.js';
import type { Progress } from '../training/train.js';
import { bars } from './bars.js';
import { h } from './dom.js';
import { sketch } from './sketch.js';

export type Model = Progress['model'];

export interface Recognizer {
  readonly element: HTMLElement;
  /** The network to ask from here on, and the device it lives on. */
  use(model: Model, device: string): void;
}

/** @param testDigits what the button for a digit from the test set takes from */
export function recognizer(testDigits: () => Promise<Digits>): Recognizer {
  let network: { model: Model; device: string } | undefined;
  let image: Float32Array | null = null;
  let busy = false;
  let again = false;

  const probabilities = bars(10);
  const hint = h('p', { className: 'hint' }, 'Train the network first; then it reads what you draw.');
  const canvas = sketch((drawn) => {
    image = drawn;
    void predict();
  });
  const clear = h('button', { type: 'button', onclick: () => canvas.clear() }, 'Clear');
  const sample = h('button', { type: 'button', onclick: () => void putSample() }, 'A test digit');
  const element = h(
    'div',
    { className: 'recognizer' },
    h('div', { className: 'drawing' }, canvas.element, h('div', { className: 'buttons' }, clear, sample)),
    h('div', {}, hint, probabilities.element),
  );

  async function putSample(): Promise<void> {
    const { images, count } = await testDigits();
    const row = Math.floor(Math.random() * count);
    canvas.put(images.slice(row * PIXELS, (row + 1) * PIXELS));
  }

  async function predict(): Promise<void> {
    if (network === undefined) return;
    again = true;
    if (busy) return;
    busy = true;
    try {
      while (again) {
        again = false;
        probabilities.show(image === null ? null : await ask(network.model, network.device, image));
      }
    } catch (error) {
      hint.textContent = error instanceof Error ? error.message : String(error);
      hint.hidden = false;
    } finally {
      busy = false;
    }
  }

  return {
    element,
    use(model, device) {
      network = { model, device };
      hint.hidden = true;
      void predict();
    },
  };
}

/** Softmax of the network's scores for one image. */
async function ask(model: Model, device: string, image: Float32Array): Promise<ArrayLike<number>> {
  const output = noGrad(() => softmax(model.forward(tensor(image, { device }).reshape([1, PIXELS])), 1));
  return Array.from(await output.data(), Number);
}
