/** A cell that waits for the user: run it, change it first, or skip it. */
import { type JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { draft, perform } from '../app.ts';
import { Button } from '../kit.ts';
import { type CellView } from '../state.ts';
import { Code } from './code.tsx';

const isRunKey = (event: KeyboardEvent): boolean =>
  event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.isComposing;

export function Decision({ cell, title }: { cell: CellView; title: string }): JSX.Element {
  /** Null: shown as the model wrote it. */
  const [changed, setChanged] = useState<string | null>(null);
  const [editing, setEditing] = useState(false);
  const [sent, setSent] = useState(false);
  const decided = useRef(false);
  const editor = useRef<HTMLTextAreaElement>(null);
  const code = changed ?? cell.code;

  const decide = async (decision: { kind: 'run'; code: string } | { kind: 'skip' }): Promise<void> => {
    // The state is drawn a moment later: a second key press must not be a second decision.
    if (decided.current) return;
    decided.current = true;
    setSent(true);
    if ((await perform('decide', { cellId: cell.cellId, decision })) !== null) return;
    decided.current = false;
    setSent(false);
  };
  const run = (): void => void decide({ kind: 'run', code });

  useEffect(() => {
    if (editing) editor.current?.focus();
  }, [editing]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      // Who is writing a message means the message.
      const writes = event.target instanceof Element && event.target.closest('.composer') !== null;
      if (!isRunKey(event) || (writes && draft.value.text.trim() !== '')) return;
      event.preventDefault();
      event.stopPropagation();
      run();
    };
    document.addEventListener('keydown', onKeyDown, true);
    return () => document.removeEventListener('keydown', onKeyDown, true);
  });

  return (
    <>
      {editing ? (
        <textarea
          ref={editor}
          class="cell-editor"
          aria-label={`Code of: ${title}. Tab indents, Escape leaves.`}
          rows={Math.min(24, Math.max(3, code.split('\n').length + 1))}
          spellcheck={false}
          autocapitalize="off"
          wrap="off"
          value={code}
          onInput={(event) => setChanged(event.currentTarget.value)}
          onKeyDown={(event) => onEditorKey(event, setChanged, () => setEditing(false))}
        />
      ) : (
        <Code code={code} language={cell.language} failingLine={null} />
      )}
      <div class="cell-decision" role="group" aria-label={`Run this code? ${title}`}>
        <Button
          appearance="primary"
          icon="play"
          disabled={sent || code.trim() === ''}
          title="Run (Ctrl+Enter)"
          onClick={run}
        >
          {code === cell.code ? 'Run' : 'Run changed code'}
        </Button>
        <Button
          icon={editing ? 'check' : 'edit'}
          disabled={sent}
          title={editing ? 'Done editing (Escape)' : 'Change the code before it runs'}
          onClick={() => setEditing(!editing)}
        >
          {editing ? 'Done' : 'Edit'}
        </Button>
        <Button
          icon="debug-step-over"
          disabled={sent}
          title="Do not run it; the model is told"
          onClick={() => void decide({ kind: 'skip' })}
        >
          Skip
        </Button>
      </div>
    </>
  );
}

function onEditorKey(
  event: KeyboardEvent & { currentTarget: HTMLTextAreaElement },
  change: (code: string) => void,
  leave: () => void,
): void {
  const area = event.currentTarget;
  if (event.key === 'Escape') {
    // Leaves the editor only; the turn goes on.
    event.stopPropagation();
    const group = area.nextElementSibling;
    leave();
    group?.querySelector<HTMLElement>('vscode-button')?.focus();
  } else if (event.key === 'Tab' && !event.shiftKey && !event.ctrlKey && !event.altKey) {
    event.preventDefault();
    const { selectionStart, selectionEnd } = area;
    area.setRangeText('    ', selectionStart, selectionEnd, 'end');
    change(area.value);
  }
}
