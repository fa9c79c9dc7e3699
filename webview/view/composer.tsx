/** Where the next message is written. Enter sends, Shift+Enter makes a line, Escape stops. */
import { type JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type PanelState } from '../../src/shared/protocol.ts';
import { attach, draft, focusRequests, perform, setDraft, view } from '../app.ts';
import { Button, IconButton } from '../kit.ts';
import { FileChip } from './fileChip.tsx';

/** Why nothing can be sent now, or null. */
function blocked(panel: PanelState): string | null {
  if (!panel.trusted) return 'This workspace is not trusted.';
  if (panel.sandbox.kind === 'waiting') return 'Waiting for Docker.';
  return null;
}

function lastQuestion(): string {
  const asked = view.value.items.findLast((item) => item.kind === 'user' && item.text !== '');
  return asked?.kind === 'user' ? asked.text : '';
}

export function Composer({ panel }: { panel: PanelState }): JSX.Element {
  const input = useRef<HTMLTextAreaElement>(null);
  const [sending, setSending] = useState(false);
  const { text, files } = draft.value;
  const reason = blocked(panel);
  const running = panel.turn !== 'idle';
  const nothing = text.trim() === '' && files.length === 0;

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
    if (nothing || running || sending || reason !== null) return;
    setSending(true);
    const asked = text.trim();
    // Files without words: the whole file is the question.
    const intent = asked === '' ? 'analyze' : 'ask';
    const answer = await perform('send', {
      intent,
      text: asked,
      fileIds: files.map((file) => file.id),
      imageIds: [],
    });
    setSending(false);
    if (answer?.accepted === true) setDraft({ text: '', files: [] });
  };
  const stop = (): void => void perform('stop', {});

  const onKeyDown = (event: KeyboardEvent): void => {
    // While an input method composes, Enter chooses a word.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void send();
    } else if (event.key === 'ArrowUp' && text === '') {
      const before = lastQuestion();
      if (before === '') return;
      event.preventDefault();
      setDraft({ text: before, files });
    }
  };

  return (
    <section class="composer" aria-label="Message">
      {files.length > 0 && (
        <ul class="chips" aria-label="Attached files">
          {files.map((file) => (
            <li key={file.id}>
              <FileChip
                label={file.label}
                onRemove={() => setDraft({ text, files: files.filter((other) => other.id !== file.id) })}
              />
            </li>
          ))}
        </ul>
      )}
      <textarea
        ref={input}
        rows={1}
        aria-label="Ask about your data"
        {...(reason === null ? {} : { 'aria-describedby': 'composer-reason' })}
        placeholder={
          files.length > 0 ? 'Ask about these files, or send to analyze them' : 'Ask about your data'
        }
        value={text}
        onInput={(event) => setDraft({ text: event.currentTarget.value, files: draft.value.files })}
        onKeyDown={onKeyDown}
      />
      <div class="composer-bar">
        <IconButton
          icon="attach"
          label="Attach data files"
          disabled={!panel.trusted}
          onClick={() =>
            void perform('attachFile', {}).then((answer) => {
              if (answer !== null) attach(answer.files);
            })
          }
        />
        {reason !== null && (
          <span class="composer-reason" id="composer-reason">
            {reason}
          </span>
        )}
        <span class="spacer" />
        {running ? (
          <Button icon="debug-stop" disabled={panel.turn === 'stopping'} onClick={stop} title="Stop (Escape)">
            {panel.turn === 'stopping' ? 'Stopping' : 'Stop'}
          </Button>
        ) : (
          <Button
            appearance="primary"
            icon="send"
            disabled={nothing || sending || reason !== null}
            onClick={() => void send()}
            title={nothing ? 'Write a question or attach a file first' : (reason ?? 'Send (Enter)')}
          >
            Send
          </Button>
        )}
      </div>
    </section>
  );
}
