/**
 * Indexing: Python's subscripts, and reading and writing at indices from data.
 */
export { combinations, repeatInterleave, type CombinationsOptions } from './combine.js';
export { argwhere, bincount, nonzero, oneHot, type BincountOptions, type NonzeroOptions } from './find.js';
export { gather, indexSelect, take, takeAlongDim } from './gather.js';
export { at, getitem, getitemMasked, indexPut, indexPut_, setitem, setitem_, type Subscript } from './getitem.js';
export * from './inplace.js';
export type { IncludeSelfOptions, Reduction as ScatterReduction } from './join.js';
export { maskedFill, maskedScatter, maskedSelect } from './mask.js';
export { indexAdd, indexCopy, indexFill, indexReduce, put, type IndexAddOptions } from './parts.js';
export { scatter, scatterAdd, scatterReduce, type ScatterOptions } from './scatter.js';
export { asStrided, asStridedScatter } from './strided.js';
export type { IndexList, SliceItem, SubscriptItem } from './subscript.js';
export { unique, uniqueConsecutive, type UniqueConsecutiveOptions, type UniqueOptions } from './unique.js';
