/**
 * Draws the digits to train on, on a thread of its own: seconds of work that would freeze the page.
 */
import { renderDigits } from '../digits/render.js';
import type { DigitSets, DigitSizes } from './digits.js';

addEventListener('message', ({ data }: MessageEvent<DigitSizes>) => {
  const sets: DigitSets = { train: renderDigits(data.train, 3), test: renderDigits(data.test, 4) };
  const buffers = [sets.train, sets.test].flatMap(({ images, labels }) => [images.buffer, labels.buffer]);
  postMessage(sets, { transfer: buffers as ArrayBuffer[] });
});
