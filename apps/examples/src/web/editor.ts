/**
 * A cell's editor: CodeMirror with TypeScript colours that follow the page's theme.
 *
 * Invariant: Tab leaves the editor, so that a keyboard can; Shift+Enter runs and goes on, Ctrl+Enter runs and stays.
 *
 * Reference: https://codemirror.net/docs/ref/
 */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { EditorView, keymap, type KeyBinding } from '@codemirror/view';
import { tags } from '@lezer/highlight';

export interface EditorOptions {
  readonly label: string;
  readonly source: string;
  readonly onRun: (then: 'stay' | 'next') => void;
  readonly onEdit: () => void;
}

export interface Editor {
  readonly element: HTMLElement;
  get(): string;
  set(source: string): void;
  focus(): void;
}

const colour = (name: string): string => `var(--code-${name})`;

const highlight = HighlightStyle.define([
  { tag: tags.comment, color: colour('comment'), fontStyle: 'italic' },
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword, tags.self], color: colour('keyword') },
  { tag: [tags.string, tags.special(tags.string)], color: colour('string') },
  { tag: [tags.number, tags.bool, tags.null], color: colour('number') },
  { tag: [tags.typeName, tags.className], color: colour('type') },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], color: colour('function') },
]);

const theme = EditorView.theme({
  '&': { backgroundColor: 'var(--code-background)', color: 'var(--text)', fontSize: '0.85rem' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-1px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.5' },
  '.cm-content': { padding: '0.6rem 0', caretColor: 'var(--text)' },
  '.cm-line': { padding: '0 0.75rem' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--accent-soft)' },
});

export function createEditor({ label, source, onRun, onEdit }: EditorOptions): Editor {
  const bind = (key: string, then: 'stay' | 'next'): KeyBinding => ({
    key,
    run: () => {
      onRun(then);
      return true;
    },
  });
  const view = new EditorView({
    doc: source,
    extensions: [
      keymap.of([bind('Shift-Enter', 'next'), bind('Mod-Enter', 'stay'), ...defaultKeymap, ...historyKeymap]),
      history(),
      EditorView.lineWrapping,
      indentOnInput(),
      bracketMatching(),
      javascript({ typescript: true }),
      syntaxHighlighting(highlight),
      theme,
      EditorView.contentAttributes.of({ 'aria-label': label }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) onEdit();
      }),
    ],
  });
  return {
    element: view.dom,
    get: () => view.state.doc.toString(),
    set: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    focus: () => view.focus(),
  };
}
