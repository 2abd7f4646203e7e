/**
 * Running the notebook: its cells in order, each compared with what the original printed.
 *
 * Invariant: an output comes from running the cell; it agrees when it equals the recorded one to the character.
 */
import type { CodeCell } from './cells.js';
import type { Kernel } from './kernel.js';
import { RECORDED } from './recorded.js';

export interface CellResult {
  readonly number: number;
  readonly output: string;
  /** What the original printed: nothing for cells that only define. */
  readonly expected: string;
  readonly agrees: boolean;
  /** Milliseconds. */
  readonly time: number;
  /** What the cell threw, if it did. */
  readonly error?: string;
}

/** Runs one cell. A cell that throws does not agree. */
export async function runCell(kernel: Kernel, { number, source }: CodeCell): Promise<CellResult> {
  const expected = RECORDED[number] ?? '';
  const start = performance.now();
  try {
    const output = await kernel.run(source);
    return { number, output, expected, agrees: output === expected, time: performance.now() - start };
  } catch (thrown) {
    const error = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
    return { number, output: '', expected, agrees: false, time: performance.now() - start, error };
  }
}
