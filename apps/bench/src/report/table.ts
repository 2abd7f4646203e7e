/**
 * The report as Markdown: for the terminal and for a README.
 */
import { met, ownTiming, type Row } from '../measure/row.js';
import type { Report } from './report.js';

/** Three digits that matter, four decimals at most. */
export const digits = (x: number): string => x.toFixed(Math.max(0, Math.min(4, 2 - Math.floor(Math.log10(Math.abs(x))))));

/** `12.3 (0.8×)`: the value, and how many times Sconce's it is. */
function cellOf(row: Row, library: string): string {
  const timing = row.timings.find((t) => t.library === library);
  if (timing === undefined) return row.excluded.some((x) => x.library === library) ? 'cannot' : '';
  const own = ownTiming(row);
  return library === 'sconce' || own === undefined ? digits(timing.median) : `${digits(timing.median)} (${(timing.median / own.median).toFixed(1)}×)`;
}

const verdict = (row: Row): string => ({ true: 'met', false: '**falls short**', undefined: 'not measured' })[String(met(row)) as 'true'];

function aligned(lines: readonly (readonly string[])[]): string {
  const [head, ...body] = lines;
  const widths = head.map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  const print = (line: readonly string[]): string => `| ${line.map((text, i) => text.padEnd(widths[i])).join(' | ')} |`;
  return [print(head), `|${widths.map((w) => '-'.repeat(w + 2)).join('|')}|`, ...body.map(print)].join('\n');
}

/** Medians, with ratios to Sconce; sections are rows of their own. */
export function table({ rows }: Report): string {
  const libraries = [...new Set(rows.flatMap((r) => r.timings.map((t) => t.library)))];
  const head = ['median, ms', ...libraries, 'target', ''];
  const body = [...new Set(rows.map((r) => r.section))].flatMap((section) => [
    [`**${section}**`, ...head.slice(1).map(() => '')],
    ...rows.filter((r) => r.section === section).map((row) => [
      row.unit === 'ms' ? row.title : `${row.title}, ${row.unit}`, ...libraries.map((l) => cellOf(row, l)), `≤ ${row.target}`, verdict(row),
    ]),
  ]);
  return aligned([head, ...body]);
}

/** What was measured on, a line each. */
export const about = ({ environment: { date, machine, engine, flags, versions } }: Report): string[] => [
  `${machine}; ${engine}; flags: ${flags}; ${date}`,
  Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(', '),
];

/** Rows that fall short of their target, and libraries that were left out, in words. */
export function remarks({ rows }: Report): string[] {
  const short = rows.filter((r) => met(r) === false);
  const shortfalls = short.map((r) => `  ${r.title}: ${digits(ownTiming(r)!.median)} ${r.unit}, promised ${r.target}`);
  const left = rows.flatMap((r) => r.excluded.map((x) => `  ${r.title}: ${x.library}: ${x.reason}`));
  return [
    short.length === 0 ? 'Every row meets its target.' : `${short.length} of ${rows.length} rows fall short:`,
    ...shortfalls,
    ...(left.length === 0 ? [] : ['Left out:', ...left]),
  ];
}
