/**
 * The contraction template: packs, tiles, and the epilogue, over the units of the plan.
 *
 *     for each block of the sum
 *       pack a block of b                             unless it is read in place
 *       for each `mr` rows
 *         pack them                                   unless they are read in place
 *         for each `nr` columns: tile
 *         after the last block: finish these rows
 *
 * Invariant: memory of the user is neither padded nor read beyond what slack allows; panels and sums lie in scratch.
 *
 * Reference: Goto and van de Geijn, Anatomy of high-performance matrix multiplication (2008).
 */
import type { Kernel } from '@sconce/compiler';
import { KernelModule, type CheckRegistry, type CompiledKernel, type BuildOptions, type PhaseFrame } from '../../code/kernel-module.js';
import { comment, invoke, loop, when, type Statement } from '../../code/statement.js';
import type { Term } from '../../code/term.js';
import { Translator } from '../../code/translate.js';
import { LANES } from '../../code/vector.js';
import type { Callable } from '../../wasm/index.js';
import { digits } from '../digits.js';
import { addFinish } from './finish.js';
import { addPack, PANEL } from './pack.js';
import type { ContractPlan, Operand } from './plan.js';
import { addTile, SUMS, type Pitches } from './tile.js';

interface Helpers {
  readonly packA: Callable | null;
  readonly packB: Callable | null;
  readonly finish: Callable;
  tile(rows: number, vectors: number): Callable;
}

interface Areas {
  readonly a: number;
  readonly b: number;
  readonly sums: number;
}

export function buildContract(kernel: Kernel, plan: ContractPlan, checks: CheckRegistry, options: BuildOptions): CompiledKernel {
  const module = new KernelModule(kernel, checks, options, 1);
  const { bytes, mc, nc, depth, sizes } = plan;
  const pitch = nc * bytes;
  const pitches: Pitches = {
    aRow: (plan.a.direct?.row ?? 1) * bytes,
    aStep: (plan.a.direct?.depth ?? LANES) * bytes,
    bStep: (plan.b.direct?.depth ?? plan.nr) * bytes,
    cRow: pitch,
  };
  const areas: Areas = {
    a: plan.a.direct === null ? module.reserve(Math.max(plan.ma, LANES) * depth.length * bytes) : 0,
    b: plan.b.direct === null ? module.reserve(nc * depth.length * bytes) : 0,
    sums: module.reserve((depth.count === 1 ? plan.mr : mc) * pitch),
  };
  const tiles = new Map<string, Callable>();
  const helpers: Helpers = {
    packA: plan.a.direct === null ? addPack(module, plan, plan.a, 'pack_a', LANES) : null,
    packB: plan.b.direct === null ? addPack(module, plan, plan.b, 'pack_b', plan.nr) : null,
    finish: addFinish(module, plan, pitch),
    tile(rows, vectors) {
      const key = `${rows}x${vectors}`;
      let made = tiles.get(key);
      if (made === undefined) tiles.set(key, (made = addTile(module, plan, rows, vectors, pitches, options.fused)));
      return made;
    },
  };
  const blocks = { m: Math.ceil(sizes.m / mc), n: Math.ceil(sizes.n / nc) };
  module.phase('run', sizes.batch * blocks.m * blocks.n, (frame) => new UnitWriter(frame, kernel, plan, helpers, areas, blocks, pitch).write());
  return module.finish();
}

class UnitWriter {
  constructor(
    private readonly frame: PhaseFrame,
    private readonly kernel: Kernel,
    private readonly plan: ContractPlan,
    private readonly helpers: Helpers,
    private readonly areas: Areas,
    private readonly blocks: { readonly m: number; readonly n: number },
    private readonly pitch: number,
  ) {}

  write(): Statement[] {
    const { terms: t, start, end } = this.frame;
    const { plan, blocks } = this;
    const unit = t.variable('unit', 'i32');
    const split = (x: Term, n: number): [Term, Term] => (n === 1 ? [x, t.i32(0)] : [t.op('i32.div_u', x, n), t.op('i32.rem_u', x, n)]);
    const [rest, nBlock] = split(unit, blocks.n);
    const [batch, mBlock] = split(rest, blocks.m);
    const range = (block: Term, size: number, total: number): [Term, Term] => {
      const from = t.scale(block, size);
      const to = t.add(from, size);
      return [from, total % size === 0 ? to : t.select(to, t.i32(total), t.op('i32.lt_u', to, total))];
    };
    const [m0, m1] = range(mBlock, plan.mc, plan.sizes.m);
    const [n0, n1] = range(nBlock, plan.nc, plan.sizes.n);
    const bounds = { batch, m0, m1, n0, n1 };
    return [comment(this.kernel.name), loop(unit, start, end, 1, this.depthBlocks(bounds))];
  }

  private depthBlocks(bounds: Bounds): Statement[] {
    const { terms: t } = this.frame;
    const { depth, k } = this.plan;
    const { extent } = k[depth.axis];
    if (depth.count === 1) {
      return this.block(bounds, { first: t.i32(0), last: t.i32(depth.length), steps: t.i32(depth.length), index: null });
    }
    const index = t.variable('block', 'i32');
    const pieces = Math.ceil(extent / depth.step);
    const from = t.scale(t.op('i32.rem_u', index, pieces), depth.step);
    const to = t.add(from, depth.step);
    const end = t.select(to, t.i32(extent), t.op('i32.lt_u', to, extent));
    const inner = depth.length / depth.step;
    const steps = t.scale(t.op('i32.sub', end, from), inner);
    const first = t.scale(t.add(t.scale(t.op('i32.div_u', index, pieces), extent), from), inner);
    return [loop(index, t.i32(0), t.i32(depth.count), 1, this.block(bounds, { first, last: t.add(first, steps), steps, index }))];
  }

  private block(bounds: Bounds, depth: Depth): Statement[] {
    const { terms: t, args, scratch } = this.frame;
    const { plan, helpers } = this;
    const { batch, m0, m1, n0, n1 } = bounds;
    const groups = t.op('i32.div_u', t.add(t.op('i32.sub', n1, n0), LANES - 1), LANES);
    const statements: Statement[] = [];
    const pack = (helper: Callable, to: number, row: Term, count: Term): Statement =>
      invoke(helper, [args, scratch, t.add(scratch, to), row, count, batch, depth.first, depth.last], [PANEL]);
    if (helpers.packB !== null) statements.push(pack(helpers.packB, this.areas.b, n0, groups));
    const m = t.variable('m', 'i32');
    const tail = plan.sizes.m % plan.mr;
    const rowsAt = (a: Term): Statement[] => {
      const full = this.rowTiles(bounds, depth, m, a, plan.mr);
      return tail === 0 ? full : [when(t.op('i32.le_u', t.add(m, plan.mr), m1), full, this.rowTiles(bounds, depth, m, a, tail))];
    };
    if (helpers.packA === null) return [...statements, loop(m, m0, m1, plan.mr, rowsAt(this.inPlace(plan.a, bounds, m, depth)))];
    const panels = t.add(scratch, this.areas.a);
    if (plan.ma === plan.mr) return [...statements, loop(m, m0, m1, plan.mr, [pack(helpers.packA, this.areas.a, m, t.i32(1)), ...rowsAt(panels)])];
    const line = t.variable('line', 'i32');
    const to = t.add(line, plan.ma);
    const end = t.select(to, m1, t.op('i32.lt_u', to, m1));
    const count = t.op('i32.div_u', t.add(t.op('i32.sub', end, line), LANES - 1), LANES);
    const panel = t.add(panels, t.op('i32.mul', t.op('i32.sub', m, line), t.scale(depth.steps, plan.bytes)));
    return [...statements, loop(line, m0, m1, plan.ma, [pack(helpers.packA, this.areas.a, line, count), loop(m, line, end, plan.mr, rowsAt(panel))])];
  }

  /** The tiles of `rows` rows, and what follows the last block of the sum. */
  private rowTiles(bounds: Bounds, depth: Depth, m: Term, a: Term, rows: number): Statement[] {
    const { terms: t, args, scratch } = this.frame;
    const { plan, helpers, areas } = this;
    const { batch, m0, n0, n1 } = bounds;
    const sums = t.add(scratch, areas.sums);
    const row = depth.index === null ? sums : t.add(sums, t.scale(t.op('i32.sub', m, m0), this.pitch));
    const tiles = (n: Term, vectors: number, count: Term): Statement => {
      const column = t.op('i32.sub', n, n0);
      const panel = t.add(t.add(scratch, areas.b), t.op('i32.mul', column, t.scale(depth.steps, plan.bytes)));
      const b = plan.b.direct === null ? panel : this.inPlace(plan.b, bounds, n, depth);
      const c = t.add(row, t.scale(column, plan.bytes));
      return invoke(helpers.tile(rows, vectors), [args, scratch, a, b, c, depth.steps, depth.index ?? t.i32(0), count], [SUMS]);
    };
    const over = plan.sizes.n % plan.nr;
    const span = t.op('i32.sub', n1, n0);
    const whole = t.op('i32.div_u', span, plan.nr);
    const statements: Statement[] = [tiles(n0, plan.nv, whole)];
    if (over !== 0) {
      const last = t.add(n0, t.scale(whole, plan.nr));
      statements.push(when(t.op('i32.lt_u', last, n1), [tiles(last, Math.ceil(over / (plan.nr / plan.nv)), t.i32(1))]));
    }
    const finish = invoke(helpers.finish, [args, scratch, row, m, t.add(m, rows), n0, n1, batch], this.outputs());
    statements.push(depth.index === null ? finish : when(t.op('i32.eq', depth.index, plan.depth.count - 1), [finish]));
    return statements;
  }

  private outputs(): (typeof SUMS)[] {
    return this.frame.slots.flatMap((s) => (s.memory === undefined ? [] : [s.memory]));
  }

  /** Where an operand that is read in place starts. */
  private inPlace({ expr, rows, k }: Operand, { batch }: Bounds, row: Term, depth: Depth): Term {
    const { terms: t } = this.frame;
    const { plan } = this;
    if (expr.op !== 'load') return t.i32(0);
    const axes = new Map([...digits(t, plan.batch, batch), [rows[0].id, { term: row, plus: 0 }], [k[0].id, { term: depth.first, plus: 0 }]]);
    const access = new Translator(this.frame, { axes, vector: null, stages: new Map(), rowLanes: 1 }).access(expr.slot, expr.args[0])!;
    return t.add(access.base, access.offset);
  }
}

interface Bounds {
  readonly batch: Term;
  readonly m0: Term;
  readonly m1: Term;
  readonly n0: Term;
  readonly n1: Term;
}

/** A block of the sum: its first step, the one after its last, and their number. */
interface Depth {
  readonly first: Term;
  readonly last: Term;
  readonly steps: Term;
  /** Number of the block; null when there is one. */
  readonly index: Term | null;
}
