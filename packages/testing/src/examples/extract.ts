/**
 * Examples in doc comments: finding them, and telling what they claim.
 *
 * An example is JavaScript, as a reader would paste it. A statement on a line of its own may end in a comment; where that
 * reads as values, `// [0.6590, 0.2424, 0.0986]` or `// [5, 7], [1, 0]` after a destructuring, it is a claim: the statement
 * gives these values, to the digits that are shown. Any other comment is prose.
 *
 * Invariant: an example runs as it stands; only imports are taken out, for what they name is around it.
 */

/** A value that a comment can show. */
export type Claimed = number | boolean | readonly Claimed[];

export interface Claim {
  /** As it is written. */
  readonly text: string;
  readonly values: readonly Claimed[];
  /** Digits after the point of the number that shows most of them. */
  readonly digits: number;
}

/** The examples of a source file, without the stars of their comments. */
export const examplesIn = (source: string): string[] =>
  [...source.matchAll(/\/\*\*[^]*?\*\//g)].flatMap(([comment]) => {
    const [, example] = /^.*?@example[ \t]*(.*)$/s.exec(comment.slice(0, -2)) ?? [];
    if (example === undefined) return [];
    const lines = example.split('\n').map((line) => line.replace(/^\s*\* ?/, ''));
    const end = lines.findIndex((line) => /^@\w/.test(line));
    return [lines.slice(0, end < 0 ? undefined : end).join('\n').trim()];
  });

/** What a comment claims, or undefined for prose. */
export function claimOf(comment: string): Claim | undefined {
  const text = comment.trim();
  const json = text.replace(/(?<=\d)\.(?=\D|$)/g, '.0').replace(/\bNaN\b/g, '"NaN"').replace(/(-?)\bInfinity\b/g, '"$1Infinity"');
  try {
    const values = JSON.parse(`[${json}]`, (_, x: unknown) => (typeof x === 'string' ? Number(x) : x)) as readonly Claimed[];
    if (values.length === 0) return undefined;
    const digits = Math.max(...[...text.matchAll(/\d\.?(\d*)/g)].map(([, decimals]) => decimals.length), 0);
    return { text, values, digits };
  } catch {
    return undefined;
  }
}

const DECLARATION = /^const (\[[^\]]*\]|\{[^}]*\}|\w+) = .*?;?\s+\/\/ (.*)$/;
const EXPRESSION = /^(\w.*?);?\s+\/\/ (.*)$/;
const KEYWORD = /^(?:for|while|if|class|const|let|return|import)\b/;

/** The names that a pattern of one level binds: `[, predictions]`, `{ values, indices: at }`, `x`. */
const namesIn = (pattern: string): string[] => [...pattern.matchAll(/(?:\w+\s*:\s*)?(\w+)/g)].map(([, name]) => name);

/** The body of an asynchronous function that runs an example and hands each claim, with what it is about, to `check`. */
export const withChecks = (example: string): string =>
  example
    .split('\n')
    .map((line) => {
      const [, pattern, said] = DECLARATION.exec(line) ?? [];
      if (pattern !== undefined) return claimOf(said) ? `${line}\nawait check([${namesIn(pattern).join()}], ${JSON.stringify(said)});` : line;
      const [, expression, comment] = KEYWORD.test(line) ? [] : (EXPRESSION.exec(line) ?? []);
      if (expression !== undefined && claimOf(comment)) return `await check([${expression}], ${JSON.stringify(comment)});`;
      return line.startsWith('import ') ? '' : line;
    })
    .join('\n');
