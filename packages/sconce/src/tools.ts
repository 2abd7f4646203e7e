/**
 * `torch.utils`: PyTorch's home of datasets and loaders, which are also `torch.data`.
 */
export * as data from '@sconce/data';
