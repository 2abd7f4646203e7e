/**
 * sconce/distributions: `torch.distributions`, an entry of its own, because most programs draw from no distribution and
 * would wait for it at their start.
 *
 * @example
 * const p = new Normal(0, 1);
 * p.logProb(tensor([0.0]));                              // [-0.9189]
 */
export * from '@sconce/distributions';
