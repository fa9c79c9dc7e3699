/** The editor of a cell's code: CodeMirror with VS Code's colours. Loaded on demand: this file is a chunk of its own. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { javascriptLanguage } from '@codemirror/lang-javascript';
import { pythonLanguage } from '@codemirror/lang-python';
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  StreamLanguage,
  syntaxHighlighting,
} from '@codemirror/language';
import { shell } from '@codemirror/legacy-modes/mode/shell';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import {
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { type Language } from '../src/shared/outputs.ts';
import { t } from '../src/shared/l10n.ts';
import { type WantedLine } from './reveal.ts';

export interface CodeEditorOptions {
  parent: HTMLElement;
  code: string;
  language: Language;
  /** Accessible name. */
  label: string;
  /** What the keys do, for screen readers. */
  description: string;
  onChange: (code: string) => void;
  onBlur: () => void;
  /** `goOn`: Shift+Enter, else Ctrl+Enter. */
  onRun: (goOn: boolean) => void;
  onLeave: () => void;
}

export interface CodeEditor {
  focus(): void;
  /** Changed from outside; the user can undo it. */
  setCode(code: string): void;
  /** One that is not there becomes the nearest. */
  goToLine(wanted: WantedLine): void;
  destroy(): void;
}

const LANGUAGES: Readonly<Record<Language, Extension>> = {
  python: [pythonLanguage, indentUnit.of('    ')],
  javascript: [javascriptLanguage, indentUnit.of('  ')],
  bash: [StreamLanguage.define(shell), indentUnit.of('  ')],
};

/** The colours of the code that is only shown. */
const colours = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--hl-comment)', fontStyle: 'italic' },
  { tag: [tags.keyword, tags.bool, tags.null, tags.self, tags.meta], color: 'var(--hl-keyword)' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--hl-string)' },
  { tag: tags.number, color: 'var(--hl-number)' },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.propertyName), tags.standard(tags.name)],
    color: 'var(--hl-function)',
  },
  { tag: [tags.className, tags.typeName], color: 'var(--hl-type)' },
  { tag: [tags.propertyName, tags.attributeName, tags.special(tags.name)], color: 'var(--hl-variable)' },
]);

/** The search's own words, written as VS Code writes them. */
const phrases = () => ({
  next: t('Next'),
  previous: t('Previous'),
  all: t('All'),
  'match case': t('Match case'),
  regexp: t('Regular expression'),
  'by word': t('Whole word'),
  replace: t('Replace'),
  'replace all': t('Replace all'),
  close: t('Close search'),
});

export function openCodeEditor(options: CodeEditorOptions): CodeEditor {
  const { parent, code, language, label, description, onChange, onBlur, onRun, onLeave } = options;
  const command = (act: () => void) => (): boolean => {
    act();
    return true;
  };
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: code,
      extensions: [
        // Before the editor's own: some of these keys it would take for a new line.
        keymap.of([
          { key: 'Shift-Enter', run: command(() => onRun(true)) },
          { key: 'Mod-Enter', run: command(() => onRun(false)) },
          { key: 'Ctrl-Enter', run: command(() => onRun(false)) },
        ]),
        // Escape closes the search first.
        keymap.of([...searchKeymap, { key: 'Escape', run: command(onLeave) }]),
        keymap.of([...historyKeymap, ...defaultKeymap, indentWithTab]),
        lineNumbers(),
        highlightSpecialChars(),
        history(),
        indentOnInput(),
        bracketMatching(),
        highlightActiveLine(),
        highlightSelectionMatches(),
        search({ top: true }),
        EditorState.phrases.of(phrases()),
        LANGUAGES[language],
        syntaxHighlighting(colours),
        EditorView.contentAttributes.of({
          tabindex: '0',
          'aria-label': label,
          'aria-description': description,
          spellcheck: 'false',
          autocapitalize: 'off',
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString());
        }),
        EditorView.domEventHandlers({ blur: () => onBlur() }),
      ],
    }),
  });
  return {
    focus: () => view.focus(),
    setCode: (next) => {
      if (next === view.state.doc.toString()) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
    goToLine: ({ line, focus }) => {
      const { from } = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
      view.dispatch({
        selection: { anchor: from },
        effects: EditorView.scrollIntoView(from, { y: 'center' }),
      });
      if (focus) view.focus();
    },
    destroy: () => view.destroy(),
  };
}
