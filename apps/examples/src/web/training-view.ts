/**
 * Training NeuralNet2 in the page: start and stop, progress, curves, and a canvas to try the network on.
 *
 * Invariant: between two steps the page draws and answers, so training never freezes it; only one training runs.
 */
import { digitsTask } from '../training/task.js';
import { train } from '../training/train.js';
import { curve } from './curves.js';
import { digits, SIZES } from './digits.js';
import { breathe, duration, h } from './dom.js';
import { recognizer } from './recognizer.js';

const HIDDEN = 128;
const TRAINING = { epochs: 8, batchSize: 64, lr: 1e-3, seed: 0 };

export interface TrainingView {
  /** Ends a training that runs; resolves when it has ended. */
  stop(): Promise<void>;
}

/** Fills `parent`. @param currentDevice where the next training computes */
export function trainingView(parent: HTMLElement, currentDevice: () => string): TrainingView {
  let running: Promise<void> | undefined;
  let stopping = false;

  const button = h('button', { type: 'button', className: 'primary', id: 'train', onclick: () => (running === undefined ? start() : void stop()) }, 'Train');
  const bar = h('progress', { max: 1, value: 0, ariaLabel: 'Progress of training' });
  const status = h('output', { id: 'training-status' }, 'not trained yet');
  const losses = curve({ title: 'Loss of each step', colour: '--accent', format: (x) => x.toFixed(2) });
  const accuracies = curve({ title: 'Accuracy on the test set, by epoch', colour: '--warm', range: [0, 1], points: true, format: (x) => `${(100 * x).toFixed(0)} %` });
  const reader = recognizer(async () => (await digits()).test);

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
    stopping = false;
    button.textContent = 'Stop';
    losses.clear();
    accuracies.clear();
    running = run()
      .catch((error: unknown) => {
        status.textContent = error instanceof Error ? error.message : String(error);
      })
      .finally(() => {
        running = undefined;
        button.textContent = 'Train again';
      });
  }

  async function run(): Promise<void> {
    const device = currentDevice();
    status.textContent = 'drawing digits …';
    const task = digitsTask({ ...SIZES, hidden: HIDDEN }, await digits());
    const began = performance.now();
    let reached = '';
    status.textContent = `compiling for ${device} …`;
    await breathe();
    for await (const { epoch, step, steps, loss, accuracy, model } of train(task, { ...TRAINING, device })) {
      if (step === 1) bar.max = steps;
      bar.value = step;
      losses.add(step, loss);
      if (accuracy !== undefined) {
        accuracies.add(epoch, accuracy);
        reached = ` · accuracy ${(100 * accuracy).toFixed(1)} %`;
      }
      if (step === 1 || accuracy !== undefined) reader.use(model, device);
      const done = step === steps;
      status.textContent = `${stopping ? 'stopped' : done ? 'done' : `epoch ${epoch}`} · step ${step} of ${steps} · loss ${loss.toFixed(4)}${reached} · ${device}, ${duration(performance.now() - began)}`;
      if (stopping) {
        reader.use(model, device);
        return;
      }
      await breathe();
    }
  }

  async function stop(): Promise<void> {
    stopping = true;
    await running;
  }

  return { stop };
}
