/**
 * @sconce/data: datasets, the data loader, and the format of MNIST.
 */
export { ConcatDataset, Dataset, randomSplit, Subset, type Drawing, type Items } from './dataset.js';
export { StackDataset } from './stack-dataset.js';
export * from './tensor-dataset.js';
export * from './iterable-dataset.js';
export { defaultCollate, defaultConvert, stackHost, type Collated, type HostArray } from './collate.js';
export * from './loader.js';
export * from './sampler.js';
export * from './idx.js';
export { randomOrder } from './random.js';
