/**
 * Order: sorting, choosing by rank, and finding places in sorted sequences.
 */
export { argsort, msort, sort, topk, type SortOptions, type TopkOptions } from './argsort.js';
export { kthvalue, median, mode, nanmedian, type Median } from './choose.js';
export { histc, histogram, histogramdd, type Histogram, type Histogramdd, type HistogramddOptions, type HistogramOptions, type HistogramRange } from './histogram.js';
export { isin, type IsinOptions } from './isin.js';
export { nanquantile, quantile, type QuantileOptions } from './quantile.js';
export { bucketize, searchsorted, type BucketizeOptions, type SearchsortedOptions } from './search.js';
export { segmentReduce, type SegmentReduceOptions, type SegmentReduction } from './segment.js';
