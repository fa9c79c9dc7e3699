/** A cell that waits for the user: run it, change it first, or skip it. */
import { type JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { draft, perform } from '../app.ts';
import { Button } from '../kit.ts';
import { type CellView } from '../state.ts';
import { Code } from './code.tsx';
import { Editor } from './editor.tsx';
import { t } from '../../src/shared/l10n.ts';

const isRunKey = (event: KeyboardEvent): boolean =>
  event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.isComposing;

export function Decision({ cell, title }: { cell: CellView; title: string }): JSX.Element {
  /** Null: shown as the model wrote it. */
  const [changed, setChanged] = useState<string | null>(null);
  const [editing, setEditing] = useState(false);
  const [sent, setSent] = useState(false);
  const decided = useRef(false);
  const place = useRef<HTMLDivElement>(null);
  const buttons = useRef<HTMLDivElement>(null);
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
    const onKeyDown = (event: KeyboardEvent): void => {
      // Who is writing a message means the message.
      const writes = event.target instanceof Element && event.target.closest('.composer') !== null;
      // And who edits another cell means that one.
      const other = event.target instanceof Element && event.target.closest('.code-editor') !== null;
      const own = place.current?.contains(event.target instanceof Node ? event.target : null) === true;
      if (!isRunKey(event) || (other && !own) || (writes && draft.value.text.trim() !== '')) return;
      event.preventDefault();
      event.stopPropagation();
      run();
    };
    document.addEventListener('keydown', onKeyDown, true);
    return () => document.removeEventListener('keydown', onKeyDown, true);
  });

  return (
    <div ref={place}>
      {editing ? (
        <Editor
          code={code}
          language={cell.language}
          label={t`Code of: ${title}`}
          focus
          onChange={setChanged}
          onRun={run}
          onLeave={() => {
            setEditing(false);
            buttons.current?.querySelector<HTMLElement>('vscode-button')?.focus();
          }}
        />
      ) : (
        <Code code={code} language={cell.language} failingLine={null} />
      )}
      <div class="cell-decision" ref={buttons} role="group" aria-label={t`Run this code? ${title}`}>
        <Button
          appearance="primary"
          icon="play"
          disabled={sent || code.trim() === ''}
          title={t('Run (Ctrl+Enter)')}
          onClick={run}
        >
          {code === cell.code ? t('Run') : t('Run changed code')}
        </Button>
        <Button
          icon={editing ? 'check' : 'edit'}
          disabled={sent}
          title={editing ? t('Done editing (Escape)') : t('Change the code before it runs')}
          onClick={() => setEditing(!editing)}
        >
          {editing ? t('Done') : t('Edit')}
        </Button>
        <Button
          icon="debug-step-over"
          disabled={sent}
          title={t('Do not run it; the model is told')}
          onClick={() => void decide({ kind: 'skip' })}
        >
          {t('Skip')}
        </Button>
      </div>
    </div>
  );
}
