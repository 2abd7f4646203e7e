/**
 * The units of a contraction: for a block of rows and columns of one batch, or for its share of the blocks of their sums,
 *
 *     for each block of the sum
 *       pack a block of b                             unless it is read in place, or packed as a whole
 *       for each `mr` rows
 *         pack them                                   the same
 *         for each `nr` columns: tile
 *         after the last block: finish these rows     unless sums are cut into parts
 *
 * Invariant: a unit writes its own results, or its own sums in shared scratch.
 */
import type { Kernel } from '@sconce/compiler';
import { accessOf } from '../../code/address.js';
import type { PhaseFrame } from '../../code/kernel-module.js';
import { placeAt } from '../../code/place.js';
import { comment, invoke, loop, when, type Statement } from '../../code/statement.js';
import type { Memory, Term, Terms } from '../../code/term.js';
import { Translator } from '../../code/translate.js';
import type { Callable } from '../../wasm/index.js';
import { digits, withAxis } from '../axes.js';
import { depthAt, groupsOf, PANEL, panelAt, sharedAt, type Depth } from './panels.js';
import type { ContractPlan, Operand } from './plan.js';
import { SUMS } from './tile.js';

export interface Helpers {
  readonly packA: Callable | null;
  readonly packB: Callable | null;
  readonly thin: Callable | null;
  readonly finish: Callable;
  tile(rows: number, vectors: number): Callable;
}

/** Where panels and sums lie in scratch: of the thread, or shared where the plan says so. */
export interface Areas {
  readonly a: number;
  readonly b: number;
  readonly sums: number;
}

/** How many blocks of rows and of columns there are. */
export const blocksOf = ({ sizes, mc, nc }: ContractPlan): { m: number; n: number } => ({ m: Math.ceil(sizes.m / mc), n: Math.ceil(sizes.n / nc) });

/** Bytes of the sums of a block of rows and columns. */
export const bytesOfBlock = ({ mc, nc, bytes }: ContractPlan): number => mc * nc * bytes;

export const outputsOf = (frame: PhaseFrame): Memory[] => frame.slots.flatMap((s) => (s.memory === undefined ? [] : [s.memory]));

interface Bounds {
  readonly batch: Term;
  readonly m0: Term;
  readonly m1: Term;
  readonly n0: Term;
  readonly n1: Term;
}

/** The rows and columns of a block. */
export function boundsOf(t: Terms, plan: ContractPlan, block: Term): Bounds {
  const { sizes, mc, nc } = plan;
  const blocks = blocksOf(plan);
  const [rest, nBlock] = divided(t, block, blocks.n);
  const [batch, mBlock] = divided(t, rest, blocks.m);
  const range = (at: Term, size: number, total: number): [Term, Term] => {
    const from = t.scale(at, size);
    const to = t.add(from, size);
    return [from, total % size === 0 ? to : t.least(to, total)];
  };
  const [m0, m1] = range(mBlock, mc, sizes.m);
  const [n0, n1] = range(nBlock, nc, sizes.n);
  return { batch, m0, m1, n0, n1 };
}

const divided = (t: Terms, x: Term, n: number): [Term, Term] => [t.div(x, n), t.rem(x, n)];

/** The rows and columns that a unit works on, and where it keeps their sums. */
interface Unit extends Bounds {
  readonly sums: Term;
  /** Its first block of the sum. */
  readonly from: Term;
}

export class UnitWriter {
  private readonly pitch: number;

  constructor(
    private readonly frame: PhaseFrame,
    private readonly kernel: Kernel,
    private readonly plan: ContractPlan,
    private readonly helpers: Helpers,
    private readonly areas: Areas,
  ) {
    this.pitch = plan.nc * plan.bytes;
  }

  write(): Statement[] {
    const { terms: t, start, end, scratch, shared } = this.frame;
    const { plan, areas } = this;
    const { parts, depth } = plan;
    const index = t.variable('unit', 'i32');
    const [block, part] = divided(t, index, parts);
    const share = (n: Term): Term => t.div(t.scale(n, depth.count), parts);
    const bounds = boundsOf(t, plan, block);
    const unit: Unit =
      parts === 1
        ? { ...bounds, sums: t.add(scratch, areas.sums), from: t.i32(0) }
        : { ...bounds, sums: t.add(t.add(shared, areas.sums), t.mul(index, bytesOfBlock(plan))), from: share(part) };
    const to = parts === 1 ? t.i32(depth.count) : share(t.add(part, 1));
    return [comment(this.kernel.name), loop(index, start, end, 1, this.depthBlocks(unit, to))];
  }

  /** The blocks of the sum up to one. */
  private depthBlocks(unit: Unit, to: Term): Statement[] {
    const { terms: t } = this.frame;
    const index = t.variable('block', 'i32');
    const body = this.block(unit, depthAt(t, this.plan, index));
    return this.plan.depth.count === 1 ? body : [loop(index, unit.from, to, 1, body)];
  }

  // ── packing ────────────────────────────────────────────────────────────────────────────────────────────────────────

  private pack(helper: Callable, to: Term, row: Term, groups: Term, batch: Term, depth: Depth): Statement {
    const { args, scratch } = this.frame;
    return invoke(helper, [args, scratch, to, row, groups, batch, depth.first, depth.last], [PANEL]);
  }

  private block(unit: Unit, depth: Depth): Statement[] {
    const { terms: t, scratch } = this.frame;
    const { plan, helpers } = this;
    const { batch, m0, m1, n0, n1 } = unit;
    const statements: Statement[] = [];
    if (helpers.packB !== null && !plan.sharesB) {
      statements.push(this.pack(helpers.packB, t.add(scratch, this.areas.b), n0, groupsOf(t, plan, plan.b, t.sub(n1, n0)), batch, depth));
    }
    const m = t.variable('m', 'i32');
    const tail = plan.sizes.m % plan.mr;
    const rowsAt = (a: Term): Statement[] => {
      const full = this.rowTiles(unit, depth, m, a, plan.mr);
      return tail === 0 ? full : [when(t.op('i32.le_u', t.add(m, plan.mr), m1), full, this.rowTiles(unit, depth, m, a, tail))];
    };
    const rows = (body: Statement[]): Statement[] => [...statements, loop(m, m0, m1, plan.mr, body)];
    if (helpers.packA === null) return rows(rowsAt(this.inPlace(plan.a, unit, m, depth)));
    if (plan.sharesA) return rows(rowsAt(sharedAt(this.frame, plan, plan.a, this.areas.a, batch, m, depth)));
    const panels = t.add(scratch, this.areas.a);
    if (plan.ma === plan.mr) return rows([this.pack(helpers.packA, panels, m, groupsOf(t, plan, plan.a, t.i32(plan.mr)), batch, depth), ...rowsAt(panels)]);
    const line = t.variable('line', 'i32');
    const to = t.add(line, plan.ma);
    const end = t.least(to, m1);
    const packed = this.pack(helpers.packA, panels, line, groupsOf(t, plan, plan.a, t.sub(end, line)), batch, depth);
    const panel = panelAt(t, plan, plan.a, panels, t.sub(m, line), depth.steps);
    return [...statements, loop(line, m0, m1, plan.ma, [packed, loop(m, line, end, plan.mr, rowsAt(panel))])];
  }

  /** Where an operand that is read in place starts. */
  private inPlace({ expr, rows, k }: Operand, { batch }: Bounds, row: Term, depth: Depth): Term {
    const { terms: t } = this.frame;
    const { plan } = this;
    if (expr.op !== 'load') return t.i32(0);
    const axes = withAxis(withAxis(digits(t, plan.batch, batch), rows[0], row), k[0], depth.first);
    const access = accessOf(new Translator(this.frame, placeAt(axes, null)), expr.slot, expr.args[0])!;
    return t.add(access.base, access.offset);
  }

  /** Where the columns from `n` on start. */
  private columnsAt(unit: Unit, n: Term, depth: Depth): Term {
    const { terms: t, scratch } = this.frame;
    const { plan, areas } = this;
    if (plan.b.direct !== null) return this.inPlace(plan.b, unit, n, depth);
    if (plan.sharesB) return sharedAt(this.frame, plan, plan.b, areas.b, unit.batch, n, depth);
    return panelAt(t, plan, plan.b, t.add(scratch, areas.b), t.sub(n, unit.n0), depth.steps);
  }

  // ── tiles ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** All rows and columns at once. */
  private thin(helper: Callable, unit: Unit, depth: Depth, a: Term, row: Term, more: Term): Statement {
    const { terms: t, args, scratch } = this.frame;
    const { n0, n1 } = unit;
    const vector = 16 / this.plan.bytes;
    const bytes = t.scale(t.div(t.add(t.sub(n1, n0), vector - 1), vector), 16);
    return invoke(helper, [args, scratch, a, this.inPlace(this.plan.b, unit, n0, depth), row, depth.steps, more, bytes], [SUMS]);
  }

  /** The tiles of `rows` rows, and what follows the last block of the sum. */
  private rowTiles(unit: Unit, depth: Depth, m: Term, a: Term, rows: number): Statement[] {
    const { terms: t, args, scratch } = this.frame;
    const { plan, helpers } = this;
    const { batch, m0, n0, n1, sums } = unit;
    const row = depth.index === null ? sums : t.add(sums, t.scale(t.sub(m, m0), this.pitch));
    const more = depth.index === null ? t.i32(0) : t.sub(depth.index, unit.from);
    const tiles = (n: Term, vectors: number, count: Term): Statement => {
      const column = t.sub(n, n0);
      const b = this.columnsAt(unit, n, depth);
      const c = t.add(row, t.scale(column, plan.bytes));
      return invoke(helpers.tile(rows, vectors), [args, scratch, a, b, c, depth.steps, more, count], [SUMS]);
    };
    const over = helpers.thin === null ? plan.sizes.n % plan.nr : 0;
    const whole = t.div(t.sub(n1, n0), plan.nr);
    const statements: Statement[] = [helpers.thin === null ? tiles(n0, plan.nv, whole) : this.thin(helpers.thin, unit, depth, a, row, more)];
    if (over !== 0) {
      const last = t.add(n0, t.scale(whole, plan.nr));
      statements.push(when(t.less(last, n1), [tiles(last, Math.ceil(over / (plan.nr / plan.nv)), t.i32(1))]));
    }
    if (plan.parts > 1) return statements;
    const finish = invoke(helpers.finish, [args, scratch, row, m, t.add(m, rows), n0, n1, batch], outputsOf(this.frame));
    statements.push(depth.index === null ? finish : when(t.op('i32.eq', depth.index, plan.depth.count - 1), [finish]));
    return statements;
  }
}
