/** A cell's code, to be changed: until the editor is loaded, the code as it is. Keys it has used go no further. */
import { type JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Language } from '../../src/shared/outputs.ts';
// As a whole: an import of nothing but inline types would load the editor with the page.
import type { CodeEditor } from '../codeEditor.ts';
import { type WantedLine } from '../reveal.ts';
import { t } from '../../src/shared/l10n.ts';
import { Missing } from './later.tsx';

export interface EditorProps {
  /** Changes that were not typed here are taken over. */
  code: string;
  language: Language;
  /** Accessible name. */
  label: string;
  /** Takes the focus as soon as it can, and says so. */
  focus: boolean;
  onFocused?: () => void;
  /** The caret goes there. */
  goTo?: WantedLine | null;
  onChange: (code: string) => void;
  onBlur?: () => void;
  onRun: (goOn: boolean) => void;
  onLeave: () => void;
}

const keyHelp = () => t('Tab indents. Escape, then Tab, leaves the editor. Shift+Enter runs the code.');

export function Editor({ code, language, label, focus, goTo, ...handlers }: EditorProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<CodeEditor | null>(null);
  const [loaded, setLoaded] = useState(false);
  const [failed, setFailed] = useState(false);
  const [tries, setTries] = useState(0);
  const latest = useRef({ code, ...handlers });
  latest.current = { code, ...handlers };
  /** What was typed and has not come back as `code`: who types fast is ahead of what is drawn. */
  const typed = useRef<string[]>([]);
  const takesOver = useRef(false);

  useEffect(() => {
    let gone = false;
    const open = async (): Promise<void> => {
      const { openCodeEditor } = await import('../codeEditor.ts');
      if (gone || place.current === null) return;
      editor.current = openCodeEditor({
        parent: place.current,
        code: latest.current.code,
        language,
        label,
        description: keyHelp(),
        onChange: (next) => {
          if (takesOver.current) return;
          typed.current.push(next);
          latest.current.onChange(next);
        },
        onBlur: () => latest.current.onBlur?.(),
        onRun: (goOn) => latest.current.onRun(goOn),
        onLeave: () => latest.current.onLeave(),
      });
      setLoaded(true);
    };
    setFailed(false);
    open().catch(() => {
      if (!gone) setFailed(true);
    });
    return () => {
      gone = true;
      editor.current?.destroy();
      editor.current = null;
    };
  }, [language, tries]);
  useEffect(() => {
    if (!focus || !loaded) return;
    editor.current?.focus();
    latest.current.onFocused?.();
  }, [focus, loaded]);
  useEffect(() => {
    const at = typed.current.indexOf(code);
    typed.current.splice(0, at === -1 ? typed.current.length : at + 1);
    if (at !== -1) return;
    takesOver.current = true;
    editor.current?.setCode(code);
    takesOver.current = false;
  }, [code]);
  useEffect(() => {
    if (goTo) editor.current?.goToLine(goTo);
  }, [goTo, loaded]);

  return (
    <div
      class="code-editor"
      onKeyDown={(event) => {
        // Escape elsewhere stops what runs; VS Code would undo a second time.
        if (event.defaultPrevented) event.stopPropagation();
      }}
    >
      <div ref={place} />
      {!loaded && (
        <pre class="code-editor-loading" aria-busy={!failed}>
          {code}
        </pre>
      )}
      {failed && <Missing retry={() => setTries(tries + 1)} />}
    </div>
  );
}
