/**
 * The contraction template: its functions (packs, tiles, epilogue), its memory, and its phases.
 *
 *     pack       operands that several units read
 *     run        sums of blocks of rows and columns, with their epilogue
 *     join       where long sums are cut: adds the parts, with the epilogue
 *
 * Invariant: memory of the user is neither padded nor read beyond what slack allows; panels and sums lie in scratch.
 *
 * Reference: Goto and van de Geijn, Anatomy of high-performance matrix multiplication (2008).
 */
import type { Kernel } from '@sconce/compiler';
import { KernelModule, type CheckRegistry, type CompiledKernel, type BuildOptions } from '../../code/kernel-module.js';
import { addFinish } from './finish.js';
import { joinStatements, joinUnits } from './join.js';
import { addPack } from './pack.js';
import { packUnits } from './pack-units.js';
import { bytesOfPanels, bytesOfShared, panelOf } from './panels.js';
import type { ContractPlan, Operand } from './plan.js';
import { addThin } from './thin.js';
import { addTile, type Pitches } from './tile.js';
import { blocksOf, UnitWriter, type Areas, type Helpers } from './units.js';

export function buildContract(kernel: Kernel, plan: ContractPlan, checks: CheckRegistry, options: BuildOptions): CompiledKernel {
  const module = new KernelModule(kernel, checks, options, 1);
  const { bytes, mr, mc, nc, depth, sizes, parts } = plan;
  const pitch = nc * bytes;
  const blocks = blocksOf(plan);
  const units = sizes.batch * blocks.m * blocks.n;
  const { width } = panelOf(plan, plan.a);
  const pitches: Pitches = {
    aRow: (plan.a.direct?.row ?? 1) * bytes,
    aStep: (plan.a.direct?.depth ?? width) * bytes,
    bStep: (plan.b.direct?.depth ?? plan.nr) * bytes,
    cRow: pitch,
  };
  const reserve = (operand: Operand, isShared: boolean, rows: number): number =>
    operand.direct !== null ? 0 : isShared ? module.reserveShared(bytesOfShared(plan, operand)) : module.reserve(bytesOfPanels(plan, operand, rows));
  const areas: Areas = {
    a: reserve(plan.a, plan.sharesA, plan.ma),
    b: reserve(plan.b, plan.sharesB, nc),
    sums: parts > 1 ? module.reserveShared(units * parts * mc * pitch) : module.reserve((depth.count === 1 ? mr : mc) * pitch),
  };
  const helpers: Helpers = {
    packA: plan.a.direct === null ? addPack(module, plan, plan.a, 'pack_a') : null,
    packB: plan.b.direct === null ? addPack(module, plan, plan.b, 'pack_b') : null,
    thin: plan.isThin ? addThin(module, plan, pitches, module.reserve(mr * pitch), options.fused) : null,
    finish: addFinish(module, plan, pitch),
    tile: (rows, vectors) => addTile(module, plan, rows, vectors, pitches, options.fused),
  };
  if (plan.sharesA || plan.sharesB) {
    const pack = packUnits(plan);
    module.phase('pack', pack.units, (frame) => pack.write(frame, helpers, areas));
  }
  module.phase('run', units * parts, (frame) => new UnitWriter(frame, kernel, plan, helpers, areas).write());
  if (parts > 1) module.phase('join', joinUnits(plan), (frame) => joinStatements(frame, plan, pitch, helpers.finish));
  return module.finish();
}
