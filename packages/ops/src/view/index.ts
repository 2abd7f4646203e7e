/**
 * Views: the same elements at other indices. They cost nothing by themselves.
 */
export { blockDiag, cat, columnStack, concat, concatenate, dstack, hstack, rowStack, stack, vstack } from './cat.js';
export * from './diagonal.js';
export { broadcastShapes, broadcastTensors, broadcastTo, expand, expandAs, repeat, tile } from './expand.js';
export * from './fill.js';
export * from './grid.js';
export * from './inplace.js';
export * from './limits.js';
export { constantPadNd, pad, type PadMode } from './pad.js';
export * from './permute.js';
export * from './query.js';
export { narrow, narrowCopy, select, selectScatter } from './select.js';
export {
  atleast1d,
  atleast2d,
  atleast3d,
  clone,
  contiguous,
  flatten,
  ravel,
  reshape,
  reshapeAs,
  squeeze,
  unflatten,
  unsqueeze,
  view,
  viewAs,
} from './shape.js';
export { slice, sliceScatter } from './slice.js';
export * from './split.js';
export * from './window.js';
