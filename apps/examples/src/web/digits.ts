/**
 * The digits to train on, drawn once, by a worker, when they are first asked for.
 */
import type { Digits } from '../digits/render.js';

export interface DigitSizes {
  readonly train: number;
  readonly test: number;
}

export interface DigitSets {
  readonly train: Digits;
  readonly test: Digits;
}

export const SIZES: DigitSizes = { train: 3000, test: 500 };

let drawn: Promise<DigitSets> | undefined;

export const digits = (): Promise<DigitSets> => (drawn ??= draw(SIZES));

function draw(sizes: DigitSizes): Promise<DigitSets> {
  const worker = new Worker(new URL('./digits-worker.ts', import.meta.url), { type: 'module' });
  return new Promise<DigitSets>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<DigitSets>) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(`drawing digits failed: ${message}`));
    worker.postMessage(sizes);
  }).finally(() => worker.terminate());
}
