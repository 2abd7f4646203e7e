/**
 * PyTorch's recorded answers, and the runner that compares a library with them.
 */
export { coreHarness } from './core-harness.js';
export type { Decoded, DecodedCall, PlainTensor, Slice } from './decode.js';
export { decode, decodeCall, decodeTensor, ELLIPSIS } from './decode.js';
export type {
  Bridges,
  GoldenModule,
  GoldenOptimizer,
  GoldenScheduler,
  Harness,
  ResultKind,
  SampleResult,
  TrainingHarness,
} from './harness.js';
export { GoldenData, GoldenGroup, type GoldenRecords, type GoldenSource, type GroupName } from './load.js';
export type * from './records.js';
export { failures, GoldenRunner, tally, type RunnableGroup, type Tally } from './run-golden.js';
export { agrees, allClose, toleranceOf, type Comparison, type Tolerance } from './tolerance.js';
