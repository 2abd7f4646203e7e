/**
 * The first phase of a contraction with operands that several units read: packs them as a whole, each once.
 *
 * A unit is some rows of an operand over one block of the sum. Units of a come first, then those of b.
 *
 * Invariant: a unit writes whole panels.
 */
import type { PhaseFrame } from '../../code/kernel-module.js';
import { comment, invoke, loop, when, type Statement } from '../../code/statement.js';
import type { Term } from '../../code/term.js';
import { LANES } from '../../code/vector.js';
import { depthAt, groupsOf, PANEL, panelOf, rowsOf, sharedAt } from './panels.js';
import type { ContractPlan, Operand } from './plan.js';
import type { Areas, Helpers } from './units.js';

/** Groups of four rows in a unit, about. */
const GROUPS = 48;

export interface PackUnits {
  readonly units: number;
  write(frame: PhaseFrame, helpers: Helpers, areas: Areas): Statement[];
}

export function packUnits(plan: ContractPlan): PackUnits {
  const { sharesA, sharesB, sizes, depth } = plan;
  const pieceOf = (operand: Operand): number => {
    const { rows } = panelOf(plan, operand);
    return Math.max(1, Math.floor((GROUPS * LANES) / rows)) * rows;
  };
  const piecesOf = (operand: Operand): number => Math.ceil(rowsOf(plan, operand) / pieceOf(operand));
  const unitsOf = (operand: Operand): number => sizes.batch * depth.count * piecesOf(operand);
  const ofA = sharesA ? unitsOf(plan.a) : 0;
  const ofB = sharesB ? unitsOf(plan.b) : 0;
  return {
    units: ofA + ofB,
    write(frame, helpers, areas) {
      const { terms: t, args, scratch } = frame;
      const unit = t.variable('unit', 'i32');
      const pack = (operand: Operand, index: Term, helper: Helpers['packA'], area: number): Statement[] => {
        const pieces = piecesOf(operand);
        const [rest, d] = [t.div(index, depth.count), t.rem(index, depth.count)];
        const block = depthAt(t, plan, d);
        const batch = t.div(rest, pieces);
        const from = t.scale(t.rem(rest, pieces), pieceOf(operand));
        const after = t.add(from, pieceOf(operand));
        const total = rowsOf(plan, operand);
        const to = t.least(after, total);
        const groups = groupsOf(t, plan, operand, t.sub(to, from));
        return [invoke(helper!, [args, scratch, sharedAt(frame, plan, operand, area, batch, from, block), from, groups, batch, block.first, block.last], [PANEL])];
      };
      const packA = (): Statement[] => pack(plan.a, unit, helpers.packA, areas.a);
      const packB = (): Statement[] => pack(plan.b, sharesA ? t.sub(unit, ofA) : unit, helpers.packB, areas.b);
      const body = sharesA && sharesB ? [when(t.less(unit, ofA), packA(), packB())] : sharesA ? packA() : packB();
      return [comment('operands as a whole'), loop(unit, frame.start, frame.end, 1, body)];
    },
  };
}
