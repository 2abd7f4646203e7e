/**
 * The bridge to recorded PyTorch calls: PyTorch's names and argument orders, leading to ours.
 *
 * Invariant: the bridge renames and reorders; it computes nothing.
 */
import type { OpBridge } from './call.js';
import { creation } from './creation.js';
import { elementwise } from './elementwise.js';
import { functional } from './functional.js';
import { indexing } from './indexing.js';
import { linearAlgebra } from './linalg.js';
import { lossFunctions, lossModules } from './losses.js';
import { matrix } from './matrix.js';
import { layerModules, type ModuleBridge } from './modules.js';
import { reduce } from './reduce.js';
import { sort } from './sort.js';
import { specialFunctions } from './special.js';
import { views } from './views.js';

/** By a golden file's name without `.json`. */
export const torchOps: OpBridge = {
  ...creation,
  ...elementwise,
  ...functional,
  ...indexing,
  ...linearAlgebra,
  ...lossFunctions,
  ...matrix,
  ...reduce,
  ...sort,
  ...specialFunctions,
  ...views,
};

/** By a golden file's name without `.json`. */
export const torchModules: ModuleBridge = { ...layerModules, ...lossModules };

export { optimizers, schedulers } from './training.js';
