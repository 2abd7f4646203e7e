/**
 * Drawing a digit and seeing what the network makes of it.
 *
 * Invariant: one prediction at a time; what was drawn meanwhile is predicted next, what was drawn before that is skipped.
 */
import { bars } from './bars.js';
import { h } from './dom.js';
import { sketch } from './sketch.js';
import type { Calls } from './trainer.js';

export interface Recognizer {
  readonly element: HTMLElement;
  /** Asks again about what is drawn: the network knows more. */
  refresh(): void;
}

export function recognizer({ ask, digit }: Pick<Calls, 'ask' | 'digit'>): Recognizer {
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
  const sample = h('button', { type: 'button', onclick: () => void digit().then((drawn) => canvas.put(drawn), tell) }, 'A test digit');
  const element = h(
    'div',
    { className: 'recognizer' },
    h('div', { className: 'drawing' }, canvas.element, h('div', { className: 'buttons' }, clear, sample)),
    h('div', {}, hint, probabilities.element),
  );

  async function predict(): Promise<void> {
    again = true;
    if (busy) return;
    busy = true;
    while (again) {
      again = false;
      const answer = image === null ? null : await ask(image).catch(tell);
      probabilities.show(answer ?? null);
    }
    busy = false;
  }

  function tell(error: unknown): void {
    hint.textContent = error instanceof Error ? error.message : String(error);
    hint.hidden = false;
  }

  return {
    element,
    refresh() {
      hint.hidden = true;
      void predict();
    },
  };
}
