/**
 * Training NeuralNet2 in the page: start and stop, progress, curves, and a canvas to try the network on. The work is done
 * by the trainer's thread; here it is shown.
 *
 * Invariant: only one training runs, and the page answers while it does.
 */
import { LABELS } from './backends.js';
import { curve } from './curves.js';
import { duration, h } from './dom.js';
import { recognizer } from './recognizer.js';
import { HIDDEN, SIZES, trainer, TRAINING, type Step } from './trainer.js';

export interface TrainingView {
  /** Ends a training that runs; resolves when it has ended. */
  stop(): Promise<void>;
}

/** Fills `parent`. @param currentDevice where the next training computes */
export function trainingView(parent: HTMLElement, currentDevice: () => string): TrainingView {
  let running: Promise<void> | undefined;
  let device = '';
  let began = 0;
  let summary = '';
  let reached = '';

  const thread = trainer({ onPhase: (phase) => (status.textContent = `${phase} …`), onStep: show });
  const button = h('button', { type: 'button', className: 'primary', id: 'train', onclick: () => (running === undefined ? start() : void stop()) }, 'Train');
  const bar = h('progress', { max: 1, value: 0, ariaLabel: 'Progress of training' });
  const status = h('output', { id: 'training-status' }, 'not trained yet');
  const losses = curve({ title: 'Loss of each step', colour: '--accent', last: TRAINING.epochs * Math.ceil(SIZES.train / TRAINING.batchSize), format: (x) => x.toFixed(2) });
  const accuracies = curve({ title: 'Accuracy on the test set, by epoch', colour: '--warm', last: TRAINING.epochs, range: [0, 1], points: true, format: (x) => `${(100 * x).toFixed(0)} %` });
  const reader = recognizer(thread);

  parent.append(
    h('h2', { id: 'training-title' }, 'Train NeuralNet2, here'),
    h(
      'p',
      {},
      `The notebook defines its networks and stops there. This trains NeuralNet2 with ${HIDDEN} hidden units, CrossEntropyLoss and Adam on ${SIZES.train} handwritten-looking digits that the page draws itself, and tests it on ${SIZES.test} others after each of ${TRAINING.epochs} epochs.`,
    ),
    h('div', { className: 'controls' }, button, bar, status),
    h('div', { className: 'curves' }, losses.element, accuracies.element),
    h('h3', {}, 'Draw a digit'),
    h('p', {}, 'With mouse, pen or finger, or take one from the test set. What you draw is centred and scaled as the training digits are; the bars are the softmax of the scores.'),
    reader.element,
  );

  function start(): void {
    button.textContent = 'Stop';
    status.textContent = 'starting …';
    losses.clear();
    accuracies.clear();
    bar.value = 0;
    reached = '';
    summary = '';
    began = performance.now();
    device = currentDevice();
    running = thread
      .train(device)
      .then((end) => {
        status.textContent = `${end} · ${summary}`;
        reader.refresh();
      })
      .catch((error: unknown) => {
        status.textContent = error instanceof Error ? error.message : String(error);
      })
      .finally(() => {
        running = undefined;
        button.textContent = 'Train again';
      });
  }

  function show({ epoch, step, steps, loss, accuracy }: Step): void {
    bar.max = steps;
    bar.value = step;
    losses.add(step, loss);
    if (accuracy !== undefined) {
      accuracies.add(epoch, accuracy);
      reached = ` · accuracy ${(100 * accuracy).toFixed(1)} %`;
    }
    if (step === 1 || accuracy !== undefined) reader.refresh();
    summary = `step ${step} of ${steps} · loss ${loss.toFixed(4)}${reached} · ${LABELS[device]}, ${duration(performance.now() - began)}`;
    status.textContent = `epoch ${epoch} · ${summary}`;
  }

  async function stop(): Promise<void> {
    if (running === undefined) return;
    await thread.stop();
    await running;
  }

  return { stop };
}
