/**
 * @sconce/compiler: the verbs of Sconce. Schedule, lower, merge, prepare, plan; `createBackend` makes a device of a target.
 */
export * from './ir.js';
export * from './target.js';
export { positionOfChecked } from './check-position.js';
export { collapse, collapseStages, type Collapsed } from './collapse.js';
export { compile, type CompileTarget } from './compile.js';
export { contractOf, type Contraction } from './contract.js';
export { createBackend } from './create-backend.js';
export { guardChecks } from './guard-checks.js';
export { identityOf } from './identity.js';
export { Interner } from './intern.js';
export { linearOf, rangeOfLinear, type Linear } from './linear.js';
export { positionOf } from './match.js';
export { prepare } from './prepare.js';
export { rangeOf, type Range } from './range.js';
export { recent, type Recent } from './recent.js';
export { kernelText, reportRun } from './report.js';
export { simplifier } from './simplify.js';
export { nestOf, type Nest, type Sweep } from './sweeps.js';
