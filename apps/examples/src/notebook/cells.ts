/**
 * The notebook as data: `notebook.ts` is one program, with `// %%` lines that cut it into cells.
 *
 * Invariant: the text of a cell is what a reader sees and what runs; nothing is kept twice.
 *
 * Reference: the percent format of Jupytext and of editors that run cells.
 */

export interface MarkdownCell {
  readonly kind: 'markdown';
  readonly text: string;
}

export interface CodeCell {
  readonly kind: 'code';
  /** The number that the original shows: `In [17]`. */
  readonly number: number;
  readonly source: string;
}

export type Cell = MarkdownCell | CodeCell;

const MARKER = /^\/\/ %% (?:\[markdown\]|In \[(\d+)\])$/;

/** Cuts a program into its cells. */
export function parseCells(program: string): Cell[] {
  const cells: Cell[] = [];
  let lines: string[] = [];
  let number: number | null = null;
  const close = (): void => {
    const text = lines.join('\n').trim();
    if (text === '') return;
    cells.push(number === null ? { kind: 'markdown', text: uncomment(text) } : { kind: 'code', number, source: text });
  };
  for (const line of program.split('\n')) {
    const marker = MARKER.exec(line);
    if (marker === null) {
      lines.push(line);
      continue;
    }
    close();
    lines = [];
    number = marker[1] === undefined ? null : Number(marker[1]);
  }
  close();
  return cells;
}

/** The leading comment lines of a markdown cell without their slashes; what follows them is no part of it. */
function uncomment(text: string): string {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('//'));
  return lines
    .slice(0, end === -1 ? lines.length : end)
    .map((line) => line.replace(/^\/\/ ?/, ''))
    .join('\n');
}
