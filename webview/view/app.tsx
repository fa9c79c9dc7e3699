/** The panel: transcript or empty state above, composer and status below. */
import { type JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { perform, view } from '../app.ts';
import { DropZone } from './attachDrop.tsx';
import { Composer } from './composer.tsx';
import { EmptyState } from './emptyState.tsx';
import { Spinner } from './icon.tsx';
import { LiveRegion } from './liveRegion.tsx';
import { Problem } from './notice.tsx';
import { Pane } from './pane/pane.tsx';
import { StatusLine } from './statusLine.tsx';
import { Toolbar } from './toolbar.tsx';
import { Transcript } from './transcript.tsx';
import { t } from '../../src/shared/l10n.ts';

export function App(): JSX.Element {
  const state = view.value;
  const { panel, problem } = state;
  useEscapeToStop(panel?.turn === 'running' || panel?.turn === 'deciding');
  if (panel === null) {
    return (
      <div class="app-loading">
        {problem === null ? (
          <>
            <Spinner />
            <span>{t('Opening session')}</span>
          </>
        ) : (
          <Problem sentence={problem} />
        )}
      </div>
    );
  }
  // Events before any question (a notice that variables are gone) do not end the welcome of a new session.
  const empty = !state.items.some((item) => item.kind !== 'notice');
  return (
    <div class="app">
      <h1 class="sr-only">{panel.title || 'Code Interpreter'}</h1>
      {!empty && <Toolbar />}
      <div class="middle">
        <Transcript key={panel.sessionId} state={state} panel={panel}>
          {empty && <EmptyState panel={panel} />}
        </Transcript>
        <Pane state={state} panel={panel} />
      </div>
      <footer class="bottom">
        {problem !== null && <Problem sentence={problem} />}
        <Composer panel={panel} />
        <StatusLine panel={panel} />
      </footer>
      {panel.trusted && <DropZone />}
      <LiveRegion text={state.announcement.text} seq={state.announcement.seq} />
    </div>
  );
}

/** Anywhere in the panel; a dialog keeps its own Escape. */
function useEscapeToStop(running: boolean): void {
  useEffect(() => {
    if (!running) return undefined;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.isComposing) void perform('stop', {});
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [running]);
}
