/**
 * MNIST from a folder with its four IDX files, plain or gzipped, under their original names.
 *
 * Reference: http://yann.lecun.com/exdb/mnist/ (the format); `readIdx` of @sconce/data
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readIdx } from '@sconce/data';
import type { Digits } from '../digits/render.js';

function bytesOf(folder: string, name: string): Uint8Array {
  for (const file of [name, name.replace('-idx', '.idx')]) {
    const path = join(folder, file);
    if (existsSync(path)) return readFileSync(path);
    if (existsSync(`${path}.gz`)) return gunzipSync(readFileSync(`${path}.gz`));
  }
  throw new Error(`${folder} has no ${name} (nor ${name}.gz).`);
}

function load(folder: string, part: 'train' | 't10k'): Digits {
  const images = readIdx(bytesOf(folder, `${part}-images-idx3-ubyte`));
  const labels = readIdx(bytesOf(folder, `${part}-labels-idx1-ubyte`));
  return {
    images: Float32Array.from(images.data as Uint8Array, (x) => x / 255),
    labels: Int32Array.from(labels.data as Uint8Array),
    count: labels.shape[0],
  };
}

/** The training and test sets. */
export const readMnist = (folder: string): { train: Digits; test: Digits } => ({ train: load(folder, 'train'), test: load(folder, 't10k') });
