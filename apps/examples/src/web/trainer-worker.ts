/**
 * The thread that draws digits, trains NeuralNet2 on them, and says what it makes of an image: seconds of work that would
 * freeze the page. It has devices of its own, which start when they are first asked for.
 *
 * Invariant: between two steps it looks whether something was asked meanwhile.
 *
 * Reference: https://developer.mozilla.org/docs/Web/API/DedicatedWorkerGlobalScope
 */
import { webgpu } from '@sconce/backend-webgpu';
import { devices, noGrad, softmax, tensor, use } from 'sconce';
import { PIXELS, renderDigits, type Digits } from '../digits/render.js';
import { digitsTask } from '../training/task.js';
import { train, type Progress } from '../training/train.js';
import { breathe } from './breathe.js';
import { HIDDEN, SIZES, TRAINING, type Answer, type Call, type Calls } from './trainer.js';

let drawn: { train: Digits; test: Digits } | undefined;
const digits = (): { train: Digits; test: Digits } => (drawn ??= { train: renderDigits(SIZES.train, 3), test: renderDigits(SIZES.test, 4) });
const say = (answer: Answer): void => postMessage(answer);

let network: { model: Progress['model']; device: string } | undefined;
let isStopping = false;

const calls: { readonly [N in keyof Calls]: (argument: Parameters<Calls[N]>[0]) => Promise<Awaited<ReturnType<Calls[N]>>> } = {
  async train(device) {
    isStopping = false;
    say({ phase: 'drawing digits' });
    const task = digitsTask({ ...SIZES, hidden: HIDDEN }, digits());
    say({ phase: 'compiling' });
    if (!devices().includes(device)) await use(webgpu());
    for await (const { model, ...progress } of train(task, { ...TRAINING, device })) {
      network = { model, device };
      say({ progress });
      await breathe();
      if (isStopping) return 'stopped';
    }
    return 'done';
  },

  async stop() {
    isStopping = true;
    return Promise.resolve();
  },

  async ask(image) {
    if (network === undefined) return null;
    const { model, device } = network;
    const scores = noGrad(() => softmax(model.forward(tensor(image, { device }).reshape([1, PIXELS])), 1));
    return Array.from(await scores.data(), Number);
  },

  digit() {
    const { images, count } = digits().test;
    const row = Math.floor(Math.random() * count);
    return Promise.resolve(images.slice(row * PIXELS, (row + 1) * PIXELS));
  },
};

addEventListener('message', ({ data: { id, name, argument } }: MessageEvent<Call>) => {
  (calls[name] as (argument: unknown) => Promise<unknown>)(argument).then(
    (result) => say({ id, result }),
    (error: unknown) => say({ id, error: error instanceof Error ? error.message : String(error) }),
  );
});
