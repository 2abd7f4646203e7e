/**
 * What the steps of a nest leave for each other in shared scratch: parts of reductions, and reductions.
 *
 *     parts     for each reduction that is cut: part → point → value, for arg forms with its position
 *     results   for each that a later step uses: point → value
 *
 * Invariant: an element is written by one unit, in a step before those that read it.
 */
import { isArg, type ComputeType } from '@sconce/core';
import { pointsOf, type ReduceStage } from '@sconce/compiler';
import { Fold, partType, type FoldState } from '../../code/fold.js';
import type { KernelModule, PhaseFrame } from '../../code/kernel-module.js';
import { bytesOf, loadParts, storeParts } from '../../code/memory.js';
import type { Place } from '../../code/place.js';
import { loop, type Statement } from '../../code/statement.js';
import type { Address, Memory, Term } from '../../code/term.js';
import type { Parts } from '../../code/vector.js';
import { positionAt } from '../axes.js';
import type { NestPlan } from './plan.js';
import type { Step } from './steps.js';

const SHARED: Memory = { kind: 'memory', name: 'shared' };

/** Where elements of a type lie in shared scratch. */
interface Area {
  readonly dtype: ComputeType;
  readonly offset: number;
}

interface Areas {
  readonly parts: number;
  readonly value: Area;
  readonly position: Area | null;
}

export interface Joined {
  readonly statements: Statement[];
  readonly value: Parts;
}

export class Exchange {
  private readonly points: number;
  private readonly parts = new Map<number, Areas>();
  private readonly results = new Map<number, Area>();

  constructor(module: KernelModule, private readonly plan: NestPlan, steps: readonly Step[]) {
    this.points = pointsOf(plan.nest.grid);
    const area = (dtype: ComputeType, count: number): Area => ({ dtype, offset: module.reserveShared(count * bytesOf(dtype)) });
    steps.forEach((step, i) => {
      for (const { id, combine, value } of step.joins) {
        const { parts } = steps[i - 1].cut!;
        const all = this.points * parts;
        const position = isArg(combine) ? area('int32', all) : null;
        this.parts.set(id, { parts, value: area(partType({ combine, dtype: value.dtype }), all), position });
      }
      for (const { id, dtype } of step.keeps) this.results.set(id, area(dtype, this.points));
    });
  }

  // ── parts ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Leaves what a part has come to. */
  leave(frame: PhaseFrame, place: Place, { id }: ReduceStage, part: Term, state: FoldState): Statement[] {
    const { value, position } = this.parts.get(id)!;
    return [
      ...this.store(frame, place, value, part, state.value),
      ...(position === null ? [] : this.store(frame, place, position, part, state.position!)),
    ];
  }

  /** Joins the parts, in their order. */
  join(frame: PhaseFrame, place: Place, { id, combine, value: { dtype } }: ReduceStage): Joined {
    const { terms: t } = frame;
    const { parts, value, position } = this.parts.get(id)!;
    const fold = new Fold(t, { combine, dtype, precision: value.dtype === dtype ? 'plain' : 'double' }, place.vector !== null, combine);
    const part = t.variable('part', 'i32');
    const taken = fold.take(this.load(frame, place, value, part), () => this.load(frame, place, position!, part), value.dtype);
    return { statements: [...fold.start(), loop(part, t.i32(0), t.i32(parts), 1, taken)], value: fold.result() };
  }

  // ── results ────────────────────────────────────────────────────────────────────────────────────────────────────────

  keep(frame: PhaseFrame, place: Place, { id }: ReduceStage): Statement[] {
    return this.store(frame, place, this.results.get(id)!, frame.terms.i32(0), place.stages.get(id)!);
  }

  kept(frame: PhaseFrame, place: Place, { id }: ReduceStage): Parts {
    return this.load(frame, place, this.results.get(id)!, frame.terms.i32(0));
  }

  // ── elements ───────────────────────────────────────────────────────────────────────────────────────────────────────

  private store(frame: PhaseFrame, place: Place, area: Area, part: Term, value: Parts): Statement[] {
    return storeParts(frame.terms, area.dtype, this.address(frame, place, area, part), value, SHARED);
  }

  private load(frame: PhaseFrame, place: Place, area: Area, part: Term): Parts {
    return loadParts(frame.terms, area.dtype, this.address(frame, place, area, part), place.vector !== null, SHARED);
  }

  /** Of the element of a part at a point. Points follow each other along the inner axis, which gives the lanes. */
  private address({ terms: t, shared }: PhaseFrame, place: Place, { dtype, offset }: Area, part: Term): Address {
    const { outer, inner } = this.plan;
    const point = positionAt(t, inner === null ? outer : [...outer, inner], place.axes);
    return { base: t.add(shared, t.scale(t.add(t.scale(part, this.points), point), bytesOf(dtype))), offset };
  }
}
