/** Stop in two steps: the first interrupts, the second kills. */
import { type JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { perform } from '../app.ts';
import { Button } from '../kit.ts';
import { t } from '../../src/shared/l10n.ts';
import { SECOND_PRESS_MS } from '../../src/shared/stopPresses.ts';

export function StopButton({ stopping }: { stopping: boolean }): JSX.Element {
  const since = useRef(0);
  useEffect(() => {
    if (stopping) since.current = Date.now();
  }, [stopping]);
  if (!stopping) {
    return (
      <Button icon="debug-stop" onClick={() => void perform('stop', {})} title={t('Stop (Escape)')}>
        {t('Stop')}
      </Button>
    );
  }
  return (
    <Button
      icon="flame"
      onClick={() => {
        if (Date.now() - since.current >= SECOND_PRESS_MS) void perform('stop', { force: true });
      }}
      title={t('Stopping. Press to kill what still runs: its variables are gone then')}
    >
      {t('Stop now')}
    </Button>
  );
}
