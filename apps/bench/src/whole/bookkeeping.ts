/**
 * What Sconce itself costs beside the numbers: recording, finding and launching a graph of a hundred nodes, and
 * compiling it the first time. The tensors are so small that their arithmetic hardly counts.
 */
import * as torch from 'sconce';
import type { Tensor } from 'sconce';
import { timingOf, type Row } from '../measure/row.js';

const ROUNDS = 40;
const STEPS = 20;

/** Ten blocks of ten nodes, of which a fifth are products and sums and the others element by element. */
function graph(x: Tensor, w: Tensor): Tensor {
  let y = x;
  for (let block = 0; block < 10; block++) {
    const hidden = torch.relu(torch.add(torch.matmul(y, w), x));
    const centred = torch.sub(hidden, torch.sum(hidden, 1, { keepdim: true }));
    const scaled = torch.mul(torch.tanh(centred), torch.sigmoid(y));
    y = torch.maximum(scaled, torch.neg(x));
  }
  return y;
}

function run(x: Tensor, w: Tensor): void {
  const y = graph(x, w);
  torch.realizeSync(y);
  y.dispose();
}

const inputs = (n: number): [Tensor, Tensor] => [torch.ones([4, n]), torch.full([n, n], 0.01)];

function timed(times: number, f: (i: number) => void): number {
  const start = performance.now();
  for (let i = 0; i < times; i++) f(i);
  return (performance.now() - start) / times;
}

/** Every round's graph has sizes that no graph had before: nothing is known, neither plan nor kernels. */
function cold(): number[] {
  return Array.from({ length: ROUNDS }, (_, i) => {
    const [x, w] = inputs(5 + i);
    torch.realizeSync([x, w]);
    return timed(1, () => run(x, w));
  });
}

function known(): number[] {
  const [x, w] = inputs(4);
  for (let i = 0; i < 200; i++) run(x, w);
  return Array.from({ length: ROUNDS }, () => timed(STEPS, () => run(x, w)));
}

export function bookkeeping(): Row[] {
  const row = (title: string, target: number, samples: readonly number[]): Row => ({
    section: 'Whole programs', title, unit: 'ms', target, timings: [timingOf('sconce', samples)], excluded: [],
  });
  return [
    row('a known graph of 100 nodes: record, find, launch', 0.15, known()),
    row('a new graph of 100 nodes: compile and run', 30, cold().slice(1)),
  ];
}
