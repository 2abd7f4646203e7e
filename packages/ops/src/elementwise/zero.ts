/**
 * The gradient of steps: zero wherever it exists, so that a loss through `sign` or `floor` still has one, as in PyTorch.
 */
import { constantLike, type Tensor } from '@sconce/core';

export const zeroGrad = (g: Tensor): Tensor => constantLike(g, 0);
