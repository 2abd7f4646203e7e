/**
 * sconce/testing: `torch.testing`, and the gradient checks of `torch.autograd`, an entry of its own, because only tests
 * need them.
 *
 * @example
 * await assertClose(tanh(tensor(0.5)), tensor(0.46211716));
 */
export * from '@sconce/ops/testing';
