/** The CPU backend off the page's thread: a worker that owns it, with threads of its own. */
import { bitsOf, useThreads } from './bits.js';

interface Job {
  readonly threads: number;
  readonly rounds: number;
}

onmessage = async ({ data }: MessageEvent<Job>) => {
  await useThreads(data.threads);
  postMessage(await bitsOf(data.rounds));
};
