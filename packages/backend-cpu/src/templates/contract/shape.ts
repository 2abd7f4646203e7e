/**
 * The shape of the tile: `mr` rows of `nv` vectors of sums, held in registers while a block of k goes by.
 *
 * V8 on x64 has 16 vector registers and keeps what it loads for a row of the tile, so mr·nv + mr + nv of them must fit; a
 * product that is rounded by itself needs one more. Each step adds to every sum once, and an addition takes four cycles,
 * so a tile of fewer than eight vectors waits for itself: which shape is best depends on what the rows leave over.
 *
 * Invariant: a row of the tile is a whole number of groups of four, as panels are.
 *
 * Reference: docs/performance.md, for the measurements.
 */

/** What the engine makes of vector operations: a multiply-add of one rounding, and pairs of 256 bits. */
export interface Engine {
  readonly fused: boolean;
  readonly wide: boolean;
}

interface Shape {
  readonly mr: number;
  readonly nv: number;
}

const FLOAT64: readonly Shape[] = [{ mr: 4, nv: 2 }, { mr: 2, nv: 4 }];
const FLOAT32: readonly Shape[] = FLOAT64;
const FLOAT32_FUSED: readonly Shape[] = [...FLOAT32, { mr: 3, nv: 3 }];

/** Pairs take one register, so a tile may have twice as many vectors. */
const FLOAT32_WIDE: readonly Shape[] = [...FLOAT32, { mr: 4, nv: 4 }];

/**
 * Cycles until a sum can be added to again, and multiply-adds in a cycle. It takes four, and a little more: eight sums that
 * are added to two at a time have nothing to spare for a delay.
 */
const LATENCY = 4.1;
const PER_CYCLE = 2;

/** The shape that takes the fewest cycles for a step of a sum of `m` rows and `n` columns. */
export function tileShape(m: number, n: number, dtype: 'float32' | 'float64', { fused, wide }: Engine): Shape {
  const lanes = dtype === 'float32' ? 4 : 2;
  const registers = (vectors: number): number => (wide ? Math.ceil(vectors / 2) : vectors);
  const tile = (rows: number, vectors: number): number => (rows * vectors === 0 ? 0 : Math.max(LATENCY, (rows * registers(vectors)) / PER_CYCLE));
  const cycles = ({ mr, nv }: Shape): number => {
    const down = (vectors: number): number => Math.floor(m / mr) * tile(mr, vectors) + tile(m % mr, vectors);
    const vectors = Math.ceil(n / lanes);
    return Math.floor(vectors / nv) * down(nv) + down(vectors % nv);
  };
  const shapes = dtype === 'float64' ? FLOAT64 : wide ? FLOAT32_WIDE : fused ? FLOAT32_FUSED : FLOAT32;
  const { mr, nv } = shapes.reduce((best, s) => (cycles(s) < cycles(best) ? s : best));
  return { mr: Math.min(mr, m), nv };
}
