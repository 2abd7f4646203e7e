/**
 * What the terminal shows of a cell: its source, what it printed, and whether that is the original's.
 */
import { styleText } from 'node:util';
import type { Cell, CodeCell, MarkdownCell } from '../notebook/cells.js';
import type { CellResult } from '../notebook/run.js';

const color = process.stdout.isTTY && process.env.NO_COLOR === undefined;
type Style = Parameters<typeof styleText>[0];
const paint = (style: Style, text: string): string => (color ? styleText(style, text) : text);
const indent = (text: string, by: string): string => text.split('\n').map((line) => `${by}${line}`).join('\n');

/** Headings stand out, pictures are left to the web page, the rest is as written. */
export function showMarkdown({ text }: MarkdownCell): string {
  const lines = text.split('\n').filter((line) => !line.startsWith('!['));
  return lines.map((line) => (/^#+ |^\*\*/.test(line) ? paint('bold', line.replace(/^#+ |\*\*/g, '')) : line)).join('\n');
}

export const showSource = ({ number, source }: CodeCell): string =>
  `${paint('blue', `In [${number}]:`)}\n${indent(source, '    ')}`;

/** Output, and a verdict with both texts when they differ. */
export function showResult({ number, output, expected, agrees, time, error }: CellResult): string {
  const took = paint('dim', `${time.toFixed(1)} ms`);
  const head = output === '' ? '' : `${paint('magenta', `Out[${number}]:`)}\n${indent(output, '    ')}\n`;
  if (agrees) return `${head}${paint('green', output === '' ? '✓ defined' : '✓ equals the notebook')} ${took}`;
  const what = error ?? `the notebook printed:\n${indent(expected, '    ')}`;
  return `${head}${paint('red', '✗ differs:')} ${what} ${took}`;
}

export const isCode = (cell: Cell): cell is CodeCell => cell.kind === 'code';
