/** Where the next message is written. Enter sends (or queues), Shift+Enter makes a line, Escape stops. */
import { type JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type PanelState } from '../../src/shared/protocol.ts';
import { attach, draft, EMPTY_DRAFT, focusRequests, perform, setDraft, view } from '../app.ts';
import { attachPasted, preparing } from '../attach.ts';
import { Button, IconButton } from '../kit.ts';
import { AttachChips } from './attachChips.tsx';
import { useMention } from './attachMention.tsx';
import { ModePicker } from './modePicker.tsx';
import { Queue } from './queue.tsx';
import { StopButton } from './stopButton.tsx';
import { t } from '../../src/shared/l10n.ts';

/** Why nothing can be sent now, or null. */
function blocked(panel: PanelState): string | null {
  if (!panel.trusted) return t('This workspace is not trusted.');
  if (panel.sandbox.kind === 'waiting') return t('Waiting for Docker.');
  return null;
}

function lastQuestion(): string {
  const asked = view.value.items.findLast((item) => item.kind === 'user' && item.text !== '');
  return asked?.kind === 'user' ? asked.text : '';
}

export function Composer({ panel }: { panel: PanelState }): JSX.Element {
  const input = useRef<HTMLTextAreaElement>(null);
  const [sending, setSending] = useState(false);
  const { text, files, images } = draft.value;
  const mention = useMention(input);
  const reason = blocked(panel);
  const running = panel.turn !== 'idle';
  const nothing = text.trim() === '' && files.length + images.length === 0;

  useLayoutEffect(() => {
    const element = input.current;
    if (element === null) return;
    element.style.height = 'auto';
    element.style.height = `${String(element.scrollHeight + 2)}px`;
  }, [text]);

  const wanted = focusRequests.value;
  useEffect(() => {
    if (wanted > 0) input.current?.focus();
  }, [wanted]);

  const send = async (): Promise<void> => {
    if (nothing || sending || preparing.value > 0 || reason !== null) return;
    setSending(true);
    const asked = text.trim();
    // Files without words: the whole file is the question.
    const intent = asked === '' ? 'analyze' : 'ask';
    const answer = await perform('send', {
      intent,
      text: asked,
      fileIds: files.map((file) => file.id),
      imageIds: images.map((image) => image.id),
    });
    setSending(false);
    if (answer?.accepted === true) setDraft(EMPTY_DRAFT);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    // While an input method composes, Enter chooses a word.
    if (event.isComposing || event.keyCode === 229) return;
    if (mention.onKeyDown(event)) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void send();
    } else if (event.key === 'ArrowUp' && text === '') {
      const before = lastQuestion();
      if (before === '') return;
      event.preventDefault();
      setDraft({ text: before });
    }
  };

  return (
    <section class="composer" aria-label={t('Message')}>
      <Queue panel={panel} />
      <AttachChips />
      {mention.list}
      <textarea
        ref={input}
        rows={1}
        aria-label={t('Ask about your data')}
        {...(reason === null ? {} : { 'aria-describedby': 'composer-reason' })}
        placeholder={
          files.length > 0
            ? t('Ask about these files, or send to analyze them')
            : t('Ask about your data, @ for a file')
        }
        value={text}
        onInput={(event) => {
          setDraft({ text: event.currentTarget.value });
          mention.refresh();
        }}
        onKeyDown={onKeyDown}
        onKeyUp={mention.refresh}
        onClick={mention.refresh}
        onBlur={mention.close}
        onPaste={(event) => {
          if (event.clipboardData !== null && attachPasted(event.clipboardData)) event.preventDefault();
        }}
        {...mention.aria}
      />
      <div class="composer-bar">
        <IconButton
          icon="attach"
          label={t('Attach data files')}
          hint={t('Or type @ and a name, paste a picture, or drop files here with Shift held.')}
          disabled={!panel.trusted}
          onClick={() =>
            void perform('attachFile', {}).then((answer) => {
              if (answer !== null) attach(answer.files);
            })
          }
        />
        <ModePicker panel={panel} />
        {reason !== null && (
          <span class="composer-reason" id="composer-reason">
            {reason}
          </span>
        )}
        <div class="composer-buttons">
          {running && <StopButton stopping={panel.turn === 'stopping'} />}
          <Button
            appearance={running ? 'secondary' : 'primary'}
            icon={running ? 'list-ordered' : 'send'}
            disabled={nothing || sending || reason !== null}
            onClick={() => void send()}
            title={
              nothing
                ? t('Write a question or attach a file first')
                : (reason ?? (running ? t('Sent when this answer is complete (Enter)') : t('Send (Enter)')))
            }
          >
            {running ? t('Queue') : t('Send')}
          </Button>
        </div>
      </div>
    </section>
  );
}
