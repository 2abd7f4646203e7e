/**
 * The rows of the table, section by section: what is measured, over which data, and what we promise on two cores.
 *
 * Targets are those that the project set itself; where it set none, PyTorch's time with two threads and a margin for
 * vectors of half the width, and never more than the faster peer's.
 */
import { classes, uniform, weights, type InputSpec, type Workload } from './workload.js';

type Row = Omit<Workload, 'section'>;

const Mi = 1 << 20;

const cube = (n: number): Pick<Row, 'inputs' | 'flops' | 'tolerance'> => ({
  inputs: [uniform([n, n]), uniform([n, n])], flops: 2 * n ** 3, tolerance: 1e-4,
});

const products: readonly Row[] = [
  { name: 'matmul 1024', ...cube(1024), target: 25 },
  { name: 'matmul 1024', title: 'matmul 1024, one thread', variant: 'one thread', ...cube(1024), target: 48 },
  { name: 'matmul 1024', title: 'matmul 1024, Node 24 with revectorisation', variant: 'Node 24', ...cube(1024), target: 14 },
  { name: 'matmul 256', ...cube(256), target: 0.6 },
  { name: 'matmul 64, read', ...cube(64), target: 0.03 },
  { name: 'matrix-vector 4096', inputs: [uniform([4096, 4096]), uniform([4096, 1])], target: 4, flops: 2 * 4096 ** 2, tolerance: 1e-3 },
  { name: 'conv2d 1x64x56x56, 64 of 3x3', inputs: [uniform([1, 64, 56, 56]), uniform([64, 64, 3, 3])], target: 4, flops: 2 * 64 * 64 * 9 * 56 * 56, tolerance: 1e-4 },
];

/** The weights and biases of LeNet-5, as PyTorch lays them out. */
const lenet: readonly InputSpec[] = [
  weights(6, 1, 5, 5), uniform([6], 0.2), weights(16, 6, 5, 5), uniform([16], 0.08),
  weights(120, 400), uniform([120], 0.05), weights(84, 120), uniform([84], 0.09), weights(10, 84), uniform([10], 0.1),
];

/** Of an encoder layer of width 256: attention's projections, the network's, the two norms'. */
const encoder: readonly InputSpec[] = [
  weights(768, 256), uniform([768], 0.06), weights(256, 256), uniform([256], 0.06),
  weights(1024, 256), uniform([1024], 0.06), weights(256, 1024), uniform([256], 0.03),
  uniform([256]), uniform([256]), uniform([256]), uniform([256]),
];

const networks: readonly Row[] = [
  { name: 'MLP 64x784-128-10, SGD step, loss read', inputs: [uniform([64, 784]), classes([64], 10), weights(128, 784), uniform([128], 0.03), weights(10, 128), uniform([10], 0.09)], target: 0.59, tolerance: 1e-3 },
  { name: 'LeNet batch 32, SGD step, loss read', inputs: [uniform([32, 1, 28, 28]), classes([32], 10), ...lenet], target: 6, tolerance: 1e-3 },
  { name: 'Transformer encoder layer 8x128x256, forward and backward', inputs: [uniform([8, 128, 256]), uniform([8, 128, 256]), ...encoder], target: 120, tolerance: 2e-3 },
];

const rows: readonly Row[] = [
  { name: 'softmax 128x1000', inputs: [uniform([128, 1000], 4)], target: 0.11, tolerance: 1e-4 },
  { name: 'layerNorm 512x768', inputs: [uniform([512, 768]), uniform([768]), uniform([768])], target: 0.25, tolerance: 1e-4 },
  { name: 'layerNorm 512x768, forward and backward', inputs: [uniform([512, 768]), uniform([768]), uniform([768]), uniform([512, 768])], target: 0.8, tolerance: 1e-3 },
  { name: 'batchNorm 32x64x28x28, forward and backward', inputs: [uniform([32, 64, 28, 28]), uniform([64]), uniform([64]), uniform([32, 64, 28, 28])], target: 5, tolerance: 1e-3 },
  { name: 'cross-entropy 128x1000, forward and backward', inputs: [uniform([128, 1000], 4), classes([128], 1000)], target: 0.3, tolerance: 1e-4 },
  { name: 'cross-entropy 64x32000, forward and backward', inputs: [uniform([64, 32000], 4), classes([64], 32000)], target: 6, tolerance: 1e-4 },
];

const elementwise: readonly Row[] = [
  { name: 'exp 1Mi', inputs: [uniform([Mi])], target: 0.9, tolerance: 1e-5 },
  { name: 'gelu 1Mi', inputs: [uniform([Mi], 4)], target: 1.5, tolerance: 1e-4 },
  { name: 'relu(a*b+a) 1e6', inputs: [uniform([1e6]), uniform([1e6])], target: 0.3, tolerance: 1e-5 },
  { name: 'add 16, read', inputs: [uniform([16]), uniform([16])], target: 0.004, tolerance: 1e-6 },
];

const reductions: readonly Row[] = [
  { name: 'sum 1Mi, read', inputs: [uniform([Mi])], target: 0.08, tolerance: 1e-2 },
  { name: 'sum over the outer axis 1000x1000', inputs: [uniform([1000, 1000])], target: 0.15, tolerance: 1e-4 },
  { name: 'sum over the middle axis 64x1000x64', inputs: [uniform([64, 1000, 64])], target: 1, tolerance: 1e-4 },
  { name: 'cumsum 1000x1000', inputs: [uniform([1000, 1000])], target: 0.8, tolerance: 1e-4 },
  { name: 'cumsum over the outer axis 1000x1000', inputs: [uniform([1000, 1000])], target: 0.8, tolerance: 1e-4 },
  { name: 'sort 1e6', inputs: [uniform([1e6])], target: 60, tolerance: 0 },
  { name: 'largest 100 of 1e6', inputs: [uniform([1e6])], target: 4, tolerance: 0 },
  { name: 'maxPool 32x64x28x28 by 2, forward and backward', inputs: [uniform([32, 64, 28, 28]), uniform([32, 64, 14, 14])], target: 5, tolerance: 0 },
];

const walks: readonly Row[] = [
  { name: 'transpose 2048x2048', inputs: [uniform([2048, 2048])], target: 8, tolerance: 0 },
  { name: 'a + b transposed 2048x2048', inputs: [uniform([2048, 2048]), uniform([2048, 2048])], target: 10, tolerance: 1e-6 },
  { name: 'channels last 32x64x56x56', inputs: [uniform([32, 64, 56, 56])], target: 12, tolerance: 0 },
  { name: 'column + row 2048x2048', inputs: [uniform([2048, 1]), uniform([1, 2048])], target: 3, tolerance: 1e-6 },
  { name: 'embedding 30000x256, 4096 rows', inputs: [uniform([30000, 256]), classes([4096], 30000)], target: 1, tolerance: 0 },
  { name: 'embedding 30000x256, 4096 rows, gradient', inputs: [classes([4096], 30000), uniform([4096, 256])], target: 10, tolerance: 1e-5 },
];

const SECTIONS: Readonly<Record<string, readonly Row[]>> = {
  Products: products,
  'Layers and networks': networks,
  Rows: rows,
  'Element by element': elementwise,
  'Reductions, scans, sorting': reductions,
  'Walks through memory': walks,
};

export const WORKLOADS: readonly Workload[] = Object.entries(SECTIONS).flatMap(([section, list]) => list.map((row) => ({ ...row, section })));
