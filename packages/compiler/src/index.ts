/**
 * @sconce/compiler: the verbs of Sconce. Schedule, lower, merge, prepare, plan; `createBackend` makes a device of a target.
 */
export * from './kernel/ir.js';
export * from './target.js';
export { positionOfChecked } from './lower/check-position.js';
export { collapse, collapseStages, type Collapsed } from './prepare/collapse.js';
export { compile, type CompileTarget } from './compile.js';
export { contractOf, type Contraction } from './prepare/contract.js';
export { createBackend } from './create-backend.js';
export { guardChecks } from './lower/guard-checks.js';
export { identityOf } from './kernel/identity.js';
export { Interner } from './expr/intern.js';
export { linearOf, rangeOfLinear, type Linear } from './expr/linear.js';
export { positionOf } from './merge/match.js';
export { prepare } from './prepare/prepare.js';
export { rangeOf, type Range } from './expr/range.js';
export { recent, type Recent } from './recent.js';
export { kernelText, reportRun } from './kernel/report.js';
export { simplifier } from './expr/simplify.js';
export { nestOf, type Nest, type Sweep } from './prepare/sweeps.js';
