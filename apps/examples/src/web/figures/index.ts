/**
 * The figures by the name under which the notebook refers to them: `![softmax](figure:softmax)`.
 */
import { binaryNetwork, multiClassNetwork } from './networks.js';
import { crossEntropyCurve, crossEntropyLoss, softmaxLayer } from './probability.js';

export const FIGURES: Readonly<Record<string, () => string>> = {
  softmax: softmaxLayer,
  'cross-entropy': crossEntropyCurve,
  'cross-entropy-loss': crossEntropyLoss,
  'neural-net-1': binaryNetwork,
  'neural-net-2': multiClassNetwork,
};
