/** Messages that wait for their turn, above the composer. */
import { type JSX } from 'preact';
import { type PanelState } from '../../src/shared/protocol.ts';
import { attach, draft, focusRequests, perform, setDraft } from '../app.ts';
import { plural } from '../format.ts';
import { Button, IconButton } from '../kit.ts';
import { Icon } from './icon.tsx';
import { t } from '../../src/shared/l10n.ts';

/** In front of what is being written. */
async function takeBack(id: string): Promise<void> {
  const answer = await perform('unqueue', { id });
  if (answer === null || answer.draft === null) return;
  const { text, files, images } = answer.draft;
  const written = draft.value;
  const known = new Set(written.images.map((image) => image.id));
  setDraft({
    text: [text, written.text].filter((part) => part.trim() !== '').join('\n'),
    images: [...written.images, ...images.filter((image) => !known.has(image.id))],
  });
  attach(files);
  focusRequests.value++;
}

/** Of an earlier window: they go only by hand. */
const headOf = (count: number, unsent: number): string =>
  unsent === count
    ? plural(
        count,
        t('Not sent before the window was closed: 1 message'),
        (n) => t`Not sent before the window was closed: ${n} messages`,
      )
    : plural(count, t('1 message waits'), (n) => t`${n} messages wait`);

export function Queue({ panel }: { panel: PanelState }): JSX.Element {
  if (panel.queue.length === 0) return <></>;
  const held = panel.turn === 'idle';
  const unsent = panel.queue.filter((message) => message.unsent === true).length;
  return (
    <section class="queue" aria-label={t('Messages that wait')}>
      <header class="queue-header">
        <span class="muted">{headOf(panel.queue.length, unsent)}</span>
        {held && (
          <Button
            icon="send"
            disabled={!panel.trusted}
            title={t('Send the first message that waits')}
            onClick={() => void perform('sendQueued', {})}
          >
            {t('Send now')}
          </Button>
        )}
      </header>
      <ul>
        {panel.queue.map(({ id, text, labels, unsent: isUnsent }) => (
          <li key={id}>
            <span class="queue-text" title={text}>
              {text || t('Analyze')}
            </span>
            {isUnsent === true && unsent < panel.queue.length && (
              <span class="queue-labels">{t('not sent')}</span>
            )}
            {labels.length > 0 && (
              <span class="queue-labels" title={labels.join(', ')}>
                <Icon name="attach" />
                {String(labels.length)}
                <span class="sr-only"> {t`attached: ${labels.join(', ')}`}</span>
              </span>
            )}
            <IconButton
              icon="arrow-up"
              label={t('Take back')}
              hint={t('Puts the message back where it is written.')}
              onClick={() => void takeBack(id)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
