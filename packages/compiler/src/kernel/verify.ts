/**
 * The verifier: what every kernel must satisfy, checked between passes in tests and when debugging.
 *
 * Invariant: a kernel that passes can be printed by any target without further checks.
 */
import { computeType, InternalError, nameOf, rowOf, type Expr } from '@sconce/core';
import { stageAxes, stageExprs, walk, type Kernel } from './ir.js';

const FORMS = new Set(['const', 'axis', 'scalar', 'load', 'check', 'stage']);

/** Throws an InternalError naming the kernel and what is wrong with it. */
export function verifyKernel(kernel: Kernel): void {
  const fail = (what: string): never => {
    throw new InternalError(`kernel '${kernel.name}': ${what}`);
  };
  const results = new Map<number, string>();
  const grid = new Set(kernel.grid.map((a) => a.id));
  kernel.stages.forEach((stage, position) => {
    const bound = new Set([...grid, ...stageAxes(stage).map((a) => a.id)]);
    const check = (x: Expr): void => {
      if (x.op === 'reduce') fail(`stage ${position} holds a reduction inside an expression.`);
      else if (x.op === 'axis' && !bound.has(x.axis.id)) fail(`stage ${position} uses the axis ${x.axis.label} (${x.axis.extent}), which it does not bind.`);
      else if (x.op === 'stage' && results.get(x.id) !== x.dtype) fail(`stage ${position} uses the result ${x.id} as ${x.dtype}, which no earlier stage gives.`);
      else if (x.op === 'scalar' && kernel.scalars[x.slot] !== x.dtype) fail(`scalar ${x.slot} is ${kernel.scalars[x.slot] ?? 'missing'}, used as ${x.dtype}.`);
      else if (x.op === 'load') checkLoad(x);
      else if (!FORMS.has(x.op)) checkInstruction(x);
    };
    const checkLoad = (x: Expr & { op: 'load' }): void => {
      const buffer = kernel.buffers[x.slot];
      if (buffer === undefined) fail(`stage ${position} loads slot ${x.slot}, which does not exist.`);
      else if (buffer.storage !== x.storage) fail(`stage ${position} loads ${x.storage} from slot ${x.slot} of ${buffer.storage}.`);
      if (x.args[0].dtype !== 'int32') fail(`stage ${position} indexes slot ${x.slot} with ${x.args[0].dtype}.`);
    };
    const checkInstruction = (x: Expr): void => {
      const row = rowOf(x);
      if (row === undefined) fail(`'${x.op}' is no instruction.`);
      else if (x.args.length !== row.arity) fail(`'${nameOf(x)}' has ${x.args.length} operands, expected ${row.arity}.`);
      const operands = x.op === 'select' ? x.args.slice(1) : x.args;
      if (operands.some((a) => a.dtype !== operands[0].dtype)) fail(`'${nameOf(x)}' mixes ${operands.map((a) => a.dtype).join(' and ')}.`);
    };
    walk(stageExprs(stage), check);
    if (stage.kind === 'reduce') {
      results.set(stage.id, stage.dtype);
      return;
    }
    const buffer = kernel.buffers[stage.slot];
    if (buffer === undefined || buffer.access === 'read') fail(`stage ${position} stores into slot ${stage.slot}, which cannot be written.`);
    const wanted = buffer.storage === 'bits16' ? 'int32' : computeType(buffer.storage);
    const stored = stage.kind === 'scan' && stage.combine.startsWith('arg') ? 'int32' : stage.value.dtype;
    if (stored !== wanted) fail(`stage ${position} stores ${stored} into ${buffer.storage}.`);
    if (stage.index.dtype !== 'int32') fail(`stage ${position} indexes slot ${stage.slot} with ${stage.index.dtype}.`);
  });
}
