/**
 * Markdown cells as HTML: headings one level down (the page has its own first), `$$…$$` and `$…$` typeset, and
 * `figure:` images drawn.
 *
 * Reference: https://marked.js.org/using_pro, https://katex.org/docs/api
 */
import katex from 'katex';
import 'katex/dist/katex.min.css';
import { Marked, type TokenizerAndRendererExtension } from 'marked';
import { FIGURES } from './figures/index.js';

const SCHEME = 'figure:';

/** Formulas between `mark`s, as KaTeX sets them; with MathML beside them for screen readers. */
function formula(name: string, mark: string, pattern: RegExp, displayMode: boolean): TokenizerAndRendererExtension {
  return {
    name,
    level: 'inline',
    start: (source) => (source.includes(mark) ? source.indexOf(mark) : undefined),
    tokenizer(source) {
      const match = pattern.exec(source);
      return match === null ? undefined : { type: name, raw: match[0], text: match[1].trim() };
    },
    renderer: (token) => katex.renderToString(String(token['text']), { displayMode, throwOnError: false }),
  };
}

const marked = new Marked({
  async: false,
  extensions: [formula('display', '$$', /^\$\$([^$]+)\$\$/, true), formula('inline', '$', /^\$([^$\n]+)\$/, false)],
  walkTokens(token) {
    if (token.type === 'heading') token['depth'] = Math.min(6, Number(token['depth']) + 1);
  },
  renderer: {
    image({ href, text }) {
      const draw = href.startsWith(SCHEME) ? FIGURES[href.slice(SCHEME.length)] : undefined;
      return draw === undefined ? false : `<span class="picture">${draw()}<span class="caption">${text}</span></span>`;
    },
  },
});

/** A markdown cell's text as HTML. The text is the page's own, so it is trusted. */
export const render = (text: string): string => marked.parse(text, { async: false });
