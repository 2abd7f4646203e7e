/**
 * Whether the engine pairs operations on 128 bits into operations on 256, which no WebAssembly instruction asks for.
 *
 * V8 has it as an experiment, behind a flag that can be set at run time. Nothing tells whether it does anything, so two
 * tiles of a product are measured, of which the larger does twice the work of the smaller: paired, both take the same time;
 * unpaired, the larger takes more than twice as long, as its sums find no registers.
 *
 * Invariant: says yes only to an engine whose larger tile also computes what it should.
 *
 * Reference: docs/performance.md, for the measurements.
 */
import { at, constant, ModuleBuilder, op } from './builder.js';
import { setEngineFlag } from './features.js';
import type { Local } from './tree.js';

const ROWS = 4;
const STEPS = 256;
const [A, B, C] = [0, 16_384, 49_152];
/** Milliseconds in which the engine gets to compile the tiles well, and calls that are timed together. */
const WARM_UP = 15;
const CALLS = 40;
const SAMPLES = 12;

type Tile = (a: number, b: number, c: number) => void;

/** Adds a tile of four rows by so many vectors. */
function addTile(module: ModuleBuilder, vectors: number): void {
  const fn = module.exportFunction(`tile${vectors}`, { a: 'i32', b: 'i32', c: 'i32' }, 'none');
  const { a, b, c } = fn.params;
  const sums: Local[] = [];
  for (let i = 0; i < ROWS * vectors; i++) sums.push(fn.let('sum', constant('f32x4', 0, 0, 0, 0)));
  const end = fn.let('end', op('i32.add', b, STEPS * vectors * 16));
  fn.for('right', b, end, vectors * 16, (right) => {
    const row = Array.from({ length: vectors }, (_, v) => fn.let('b', op('v128.load', at(right, v * 16))));
    for (let r = 0; r < ROWS; r++) {
      const left = fn.let('a', op('v128.load32_splat', at(a, r * 4)));
      row.forEach((y, v) => fn.set(sums[r * vectors + v], op('f32x4.relaxed_madd', left, y, sums[r * vectors + v])));
    }
    fn.set(a, op('i32.add', a, ROWS * 4));
  });
  sums.forEach((sum, i) => fn.do(op('v128.store', at(c, i * 16), sum)));
}

/** The shortest time of some calls, after the engine has had time to compile. */
function times(tiles: readonly Tile[]): number[] {
  const once = (tile: Tile): number => {
    const start = performance.now();
    for (let i = 0; i < CALLS; i++) tile(A, B, C);
    return performance.now() - start;
  };
  for (const end = performance.now() + WARM_UP; performance.now() < end; ) tiles.forEach(once);
  const best = tiles.map(() => Infinity);
  for (let s = 0; s < SAMPLES; s++) tiles.forEach((tile, i) => (best[i] = Math.min(best[i], once(tile))));
  return best;
}

/** Switches pairing on where the engine has it, and says whether it works. Costs some twenty milliseconds. */
export function enableWide(): boolean {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  // Older ones print an error for a flag that they do not know.
  if (Number.parseInt(process?.versions?.node ?? '0') < 24 || !setEngineFlag('--experimental-wasm-revectorize')) return false;
  const module = new ModuleBuilder();
  module.importMemory({ from: 'sconce', name: 'memory', minimum: 1, maximum: 1 });
  [2, 4].forEach((vectors) => addTile(module, vectors));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const cells = new Float32Array(memory.buffer);
  for (let i = 0; i < C / 4; i++) cells[i] = (i % 7) - 3;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { sconce: { memory } });
  const [narrow, wide] = times([exports.tile2 as Tile, exports.tile4 as Tile]);
  if (wide > 1.5 * narrow) return false;
  (exports.tile4 as Tile)(A, B, C);
  for (let r = 0; r < ROWS; r++) {
    for (let j = 0; j < 16; j++) {
      let sum = 0;
      for (let k = 0; k < STEPS; k++) sum += cells[A / 4 + k * ROWS + r] * cells[B / 4 + k * 16 + j];
      if (sum !== cells[C / 4 + r * 16 + j]) return false;
    }
  }
  return true;
}
