/** What the model thought, collapsed; and the wait before it may be asked. */
import { type JSX } from 'preact';
import { formatDuration } from '../format.ts';
import { type ModelWait, type TurnPart } from '../state.ts';
import { Icon } from './icon.tsx';
import { useNow } from './now.ts';
import { t } from '../../src/shared/l10n.ts';

/** Whole seconds: `12 s`, `1 min 05 s`. */
const seconds = (ms: number): string => {
  const whole = Math.max(0, Math.round(ms / 1000));
  return whole < 60 ? `${String(whole)} s` : formatDuration(whole * 1000);
};

export function Thinking({ part }: { part: Extract<TurnPart, { kind: 'thinking' }> }): JSX.Element {
  const { startedAt, endedAt, text } = part;
  const nowMs = useNow(endedAt === null);
  if (text.trim() === '') return <></>;
  return (
    <details class="thinking">
      <summary>
        {endedAt === null ? (
          <>
            {t('Thinking…')}{' '}
            <span aria-hidden="true" class="thinking-time">
              {seconds(nowMs - startedAt)}
            </span>
          </>
        ) : (
          t`Thought for ${seconds(Math.max(1000, endedAt - startedAt))}`
        )}
      </summary>
      <p>{text}</p>
    </details>
  );
}

/** Counts down; Stop ends it as it ends everything. */
export function WaitLine({ wait }: { wait: ModelWait }): JSX.Element {
  const leftMs = wait.untilMs - useNow(true);
  return (
    <p class="working">
      <Icon name="watch" />
      <span>
        {wait.reason.replace(/[.:…\s]+$/, '')}
        {leftMs > 0 && (
          <span aria-hidden="true">. {t`Asking again in ${seconds(Math.max(1000, leftMs))}`}</span>
        )}
      </span>
    </p>
  );
}
