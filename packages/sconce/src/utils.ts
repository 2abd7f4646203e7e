/**
 * `torch.nn.utils`: helpers for modules, and clipping of gradients, which comes from the optimisers' package.
 */
import * as modules from '@sconce/nn/utils';
import { clipGradNorm, clipGradNorm_, clipGradsWithNorm_, clipGradValue_, getTotalNorm } from '@sconce/optim';

const clipping = { clipGradNorm, clipGradNorm_, clipGradsWithNorm_, clipGradValue_, getTotalNorm };

/** All functions of `torch.nn.utils`. */
export const utils: typeof modules & typeof clipping = /* @__PURE__ */ Object.assign({}, modules, clipping);
