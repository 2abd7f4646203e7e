/**
 * Building: a kernel is cut into pieces where that keeps more of the adapter busy, and each piece becomes a program of
 * the form that suits its shape.
 *
 *   contraction with enough work      tiles in workgroup memory, or in registers
 *   few grid points, long rows        chunks, or a workgroup for each grid point
 *   only stores                       four elements an invocation
 *   anything else                     one invocation for each grid point
 *
 * Invariant: what a kernel is built into depends on its structure and on the adapter's profile alone.
 */
import { DeviceError } from '@sconce/core';
import { contractOf, guardChecks, Interner, mapKernel, pointsOf, simplifier, stageAxes, stageExprs, walk, type Built, type Contraction, type Kernel } from '@sconce/compiler';
import type { Profile } from './profile.js';
import { Cut, pieceOf, type Part } from './split/pieces.js';
import { splitProduct } from './split/products.js';
import { splitReductions, type Chunks } from './split/reductions.js';
import { splitScan } from './split/scans.js';
import { splitScatter } from './split/scatters.js';
import { strideAlong } from './templates/axes.js';
import { directProgram } from './templates/direct.js';
import { nestProgram } from './templates/nest.js';
import { teamProgram } from './templates/team.js';
import { tileProgram, type SharedTile } from './templates/tile.js';
import { vectorProgram } from './templates/vector.js';
import type { Program } from './wgsl/program.js';

/** Where a program's buffer comes from: a slot of the kernel, or memory that lives only during its launch. */
export type Source = { readonly slot: number } | { readonly scratch: number };

export interface Step {
  readonly program: Program;
  /** One for each of the program's buffers. */
  readonly sources: readonly Source[];
  /** The kernel's scalars that are the program's. */
  readonly scalars: readonly number[];
}

export interface BuiltKernel extends Built {
  readonly kernel: Kernel;
  readonly steps: readonly Step[];
  /** Bytes of each scratch buffer. */
  readonly scratch: readonly number[];
}

/** Values that one invocation joins by itself before it is worth having more invocations. */
const SHORT = 32;
/** Most chunks of one reduction: a second kernel joins them. */
const MOST_CHUNKS = 1024;

export function buildKernel(given: Kernel, profile: Profile, mostBuffers: number): BuiltKernel {
  const kernel = guardChecks(given);
  if (pointsOf(kernel.grid) === 0) return { kernel, scratch: [], steps: [] };
  const whole: Part = { name: kernel.name, grid: kernel.grid, stages: kernel.stages };
  const cut = new Cut(kernel);
  const pieces = cutUp(cut, whole, profile).map((part) => pieceOf(cut, part));
  // A piece needs its buffers, and perhaps the fault record.
  const fits = pieces.every((p) => p.kernel.buffers.length < mostBuffers);
  const chosen = fits ? pieces : [pieceOf(new Cut(kernel), whole)];
  const own = kernel.buffers.length;
  const simplify = simplifier(new Interner());
  const steps = chosen.map(({ kernel: piece, slots, scalars }) => ({
    program: programOf(mapKernel(piece, simplify), profile),
    sources: slots.map((slot): Source => (slot < own ? { slot } : { scratch: slot - own })),
    scalars,
  }));
  const most = steps.some((s) => s.program.checks.length > 0) ? mostBuffers - 1 : mostBuffers;
  if (!fits && own > most) throw tooMany(kernel, most);
  return {
    kernel,
    steps,
    scratch: fits ? cut.buffers.slice(own).map((b) => Math.max(4 * b.size, 16)) : [],
  };
}

/** The compiler divides what an expression reads; what an op itself reads can be divided by nobody. */
const tooMany = ({ name, buffers }: Kernel, most: number): DeviceError =>
  new DeviceError(`webgpu: ${name} reads and writes ${buffers.length} tensors at once, and a kernel of this device binds ${most}. Join some of them first, with cat or stack, or use another device, such as cpu().`);

// ── cutting ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function cutUp(cut: Cut, part: Part, profile: Profile): Part[] {
  const contraction = contractOf(part);
  if (contraction !== null && isTiled(contraction, profile)) {
    const chunks = productChunks(contraction, profile);
    return chunks > 1 ? splitProduct(cut, part, contraction, chunks) : [part];
  }
  const team = runsAlongRows(part) ? Math.max(profile.teamSize, 1) : 1;
  const chunksFor: Chunks = (points, length) => reductionChunks(points, length, team, profile);
  return (
    splitScatter(cut, part, profile.parallel, profile.gatherWork)?.flatMap((p) => splitReductions(cut, p, chunksFor) ?? [p]) ??
    splitScan(cut, part, chunksFor) ??
    splitReductions(cut, part, chunksFor) ?? [part]
  );
}

/** Chunks so that there are enough invocations, none of which has too little to do. */
function reductionChunks(points: number, length: number, team: number, { parallel }: Profile): number {
  // A team per grid point is enough where there are several of them, or the rows are not that long.
  if (points * team >= parallel || length <= SHORT * team * 4) return 1;
  return Math.min(Math.ceil(parallel / (points * team)) * 2, Math.ceil(length / (SHORT * team)), MOST_CHUNKS);
}

const sizesOf = (c: Contraction): { rows: number; columns: number; steps: number; batches: number } => ({
  rows: pointsOf(c.m),
  columns: pointsOf(c.n),
  steps: pointsOf(c.k),
  batches: pointsOf(c.batch),
});

/** Whether a contraction has enough work, and operands that share enough, for tiles. */
function isTiled(contraction: Contraction, { tiledWork }: Profile): boolean {
  const { rows, columns, steps, batches } = sizesOf(contraction);
  return rows >= 4 && columns >= 4 && rows * columns * steps * batches >= tiledWork;
}

const tilesOf = (c: Contraction, height: number, width: number): number => {
  const { rows, columns, batches } = sizesOf(c);
  return Math.ceil(rows / height) * Math.ceil(columns / width) * batches;
};

/** The largest shared tile of which there are enough workgroups; null when registers alone serve better. */
function sharedTile(contraction: Contraction, { shared, parallel }: Profile): SharedTile | null {
  const { rows, columns } = sizesOf(contraction);
  const few = shared.filter((t) => rows * 2 > t.down * t.rows && columns * 2 > t.across * t.columns);
  const enough = few.find((t) => tilesOf(contraction, t.down * t.rows, t.across * t.columns) * t.down * t.across >= parallel);
  return enough ?? few.at(-1) ?? null;
}

function productChunks(contraction: Contraction, profile: Profile): number {
  const { steps } = sizesOf(contraction);
  const tile = sharedTile(contraction, profile);
  const { rows, columns } = profile.direct;
  const invocations = tile === null ? tilesOf(contraction, rows, columns) : tilesOf(contraction, tile.down * tile.rows, tile.across * tile.columns) * tile.down * tile.across;
  if (invocations * 2 > profile.parallel || steps < 512) return 1;
  return Math.min(Math.ceil(profile.parallel / invocations), Math.floor(steps / 256), 64);
}

// ── choosing a form ──────────────────────────────────────────────────────────────────────────────────────────────────

function programOf(kernel: Kernel, profile: Profile): Program {
  const contraction = contractOf(kernel);
  if (contraction !== null && isTiled(contraction, profile)) {
    const tile = sharedTile(contraction, profile);
    return tile === null ? directProgram(kernel, contraction, profile.direct, profile.workgroupSize) : tileProgram(kernel, contraction, tile);
  }
  const team = teamFor(kernel, profile);
  if (team > 1) return teamProgram(kernel, { size: team, subgroups: profile.subgroupSize > 0 && team >= profile.subgroupSize });
  return vectorProgram(kernel, profile.workgroupSize) ?? nestProgram(kernel, profile.workgroupSize);
}

/** Invocations that share a grid point's rows; 1 where each point has one. */
function teamFor(kernel: Kernel, { teamSize }: Profile): number {
  const { grid, stages } = kernel;
  if (teamSize === 0 || !runsAlongRows(kernel) || stages.some((s) => s.kind === 'scan' || s.kind === 'scatter')) return 1;
  const length = Math.max(...stages.map((s) => pointsOf(stageAxes(s))));
  // Shorter rows, and none, are for one invocation.
  if (length <= SHORT || pointsOf(grid) >= 2 ** 31 / teamSize) return 1;
  return Math.max(Math.min(2 ** Math.ceil(Math.log2(length / 8)), teamSize), SHORT);
}

/** Whether reductions load along memory: neighbouring values of a row, and not neighbouring rows, lie side by side. */
function runsAlongRows({ grid, stages }: Pick<Kernel, 'grid' | 'stages'>): boolean {
  let [along, across] = [0, 0];
  for (const stage of stages) {
    const last = stage.kind === 'reduce' ? stage.axes.at(-1) : undefined;
    if (last === undefined) continue;
    walk(stageExprs(stage), (x) => {
      if (x.op !== 'load') return;
      const step = strideAlong(x.args[0], last);
      if (step === 1) along += 1;
      else if (step !== 0 && grid.some((a) => strideAlong(x.args[0], a) === 1)) across += 1;
    });
  }
  return along > 0 && across === 0;
}
