/**
 * The trainer as the page sees it: calls that a worker answers, and the steps of a training as they come.
 *
 * Invariant: the worker starts with the first call; a call settles once, whatever becomes of the worker.
 */
import type { Progress } from '../training/train.js';

export const HIDDEN = 128;
export const SIZES = { train: 3000, test: 500 };
export const TRAINING = { epochs: 8, batchSize: 64, lr: 1e-3, seed: 0 };

/** A step of a training, as it crosses the threads. */
export type Step = Omit<Progress, 'model'>;
export type Phase = 'drawing digits' | 'compiling';

/** What the worker answers. */
export interface Calls {
  /** Trains from the beginning. */
  train(device: string): Promise<'done' | 'stopped'>;
  /** Ends a training after its present step. */
  stop(): Promise<void>;
  /** The probabilities of the classes of an image; null before the first step of a training. */
  ask(image: Float32Array): Promise<number[] | null>;
  /** An image of the test set, drawn by lot. */
  digit(): Promise<Float32Array>;
}

export interface Call {
  readonly id: number;
  readonly name: keyof Calls;
  readonly argument: unknown;
}

export type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly progress: Step }
  | { readonly phase: Phase };

export interface Listener {
  readonly onPhase: (phase: Phase) => void;
  readonly onStep: (step: Step) => void;
}

/** The calls, answered by a worker; the listener hears of trainings. */
export function trainer({ onPhase, onStep }: Listener): Calls {
  const open = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();
  let worker: Worker | undefined;
  let last = 0;

  const heard = ({ data }: MessageEvent<Answer>): void => {
    if ('progress' in data) onStep(data.progress);
    else if ('phase' in data) onPhase(data.phase);
    else {
      const call = open.get(data.id);
      open.delete(data.id);
      if ('error' in data) call?.reject(new Error(data.error));
      else call?.resolve(data.result as never);
    }
  };
  const failed = ({ message }: ErrorEvent): void => {
    worker?.terminate();
    worker = undefined;
    for (const { reject } of open.values()) reject(new Error(`the training thread failed: ${message}`));
    open.clear();
  };
  const start = (): Worker => {
    const started = new Worker(new URL('./trainer-worker.ts', import.meta.url), { type: 'module' });
    started.onmessage = heard;
    started.onerror = failed;
    return started;
  };
  const call = <N extends keyof Calls>(name: N, argument?: Parameters<Calls[N]>[0]): ReturnType<Calls[N]> => {
    worker ??= start();
    const id = ++last;
    worker.postMessage({ id, name, argument } satisfies Call);
    return new Promise<never>((resolve, reject) => open.set(id, { resolve, reject })) as unknown as ReturnType<Calls[N]>;
  };
  return {
    train: (device) => call('train', device),
    stop: () => call('stop'),
    ask: (image) => call('ask', image),
    digit: () => call('digit'),
  };
}
