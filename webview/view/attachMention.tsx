/** `@` in the question: a list of files, chosen with the keyboard or the mouse; the chosen one becomes a chip. */
import { type JSX, type RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type RequestResult } from '../../src/shared/protocol.ts';
import { attach, setDraft } from '../app.ts';
import { caller } from '../rpcClient.ts';
import { fileIcon } from './fileChip.tsx';
import { Icon } from './icon.tsx';
import { t } from '../../src/shared/l10n.ts';

type File = RequestResult<'findFiles'>['files'][number];

interface Open {
  /** Place of the `@` in the text. */
  start: number;
  query: string;
  files: readonly File[];
  active: number;
}

export interface Mention {
  /** For the textarea. It stays a textbox: no role of its own may stand on a textarea. */
  aria: Record<`aria-${string}`, string>;
  list: JSX.Element | null;
  /** To be called when text or caret may have changed. */
  refresh: () => void;
  close: () => void;
  /** True: the key was for the list. */
  onKeyDown: (event: KeyboardEvent) => boolean;
}

const DELAY_MS = 60;
const LIST_ID = 'mention-list';
const optionId = (index: number): string => `mention-${String(index)}`;

/** The mention being typed at the caret, or null. An address like `me@example.org` is none. */
function mentionAt(before: string): { start: number; query: string } | null {
  const found = /(?:^|[\s(])@([^\s@]{0,200})$/.exec(before);
  const query = found?.[1];
  return query === undefined ? null : { start: before.length - query.length - 1, query };
}

const baseName = (label: string): string => label.split('/').at(-1) ?? label;

export function useMention(input: RefObject<HTMLTextAreaElement | null>): Mention {
  const [open, setOpen] = useState<Open | null>(null);
  /** The `@` at which Escape was pressed. */
  const dismissed = useRef<number | null>(null);
  const asked = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const close = (): void => {
    clearTimeout(timer.current);
    asked.current++;
    setOpen(null);
  };
  const refresh = (): void => {
    const element = input.current;
    const isCaret = element !== null && element.selectionStart === element.selectionEnd;
    const at = isCaret ? mentionAt(element.value.slice(0, element.selectionStart)) : null;
    if (at === null) dismissed.current = null;
    if (at === null || at.start === dismissed.current) {
      close();
      return;
    }
    if (open?.start === at.start && open.query === at.query) return;
    clearTimeout(timer.current);
    const ticket = ++asked.current;
    timer.current = setTimeout(() => {
      // A mention is a help while typing: when the host refuses, there is just no list.
      caller.call('findFiles', { query: at.query }).then(
        ({ files }) => {
          if (ticket === asked.current) setOpen({ ...at, files, active: 0 });
        },
        () => undefined,
      );
    }, DELAY_MS);
  };
  const choose = (file: File): void => {
    const element = input.current;
    if (element === null || open === null) return;
    const { start } = open;
    const end = start + 1 + open.query.length;
    const words = `@${baseName(file.label)} `;
    const rest = element.value.slice(end).replace(/^ /, '');
    setDraft({ text: element.value.slice(0, start) + words + rest });
    attach([file]);
    close();
    // After the new text is drawn; the caret stands behind the name.
    requestAnimationFrame(() => {
      element.focus();
      element.setSelectionRange(start + words.length, start + words.length);
    });
  };
  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (open === null || event.isComposing) return false;
    if (event.key === 'Escape') {
      dismissed.current = open.start;
      close();
      // It closes the list; it must not also stop the run.
      event.stopPropagation();
      event.preventDefault();
      return true;
    }
    const count = open.files.length;
    const file = open.files[open.active];
    if (file === undefined) return false;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const step = event.key === 'ArrowDown' ? 1 : count - 1;
      setOpen({ ...open, active: (open.active + step) % count });
    } else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey) choose(file);
    else return false;
    event.preventDefault();
    return true;
  };

  const isOpen = open !== null && open.files.length > 0;
  return {
    aria: isOpen
      ? {
          'aria-autocomplete': 'list',
          'aria-haspopup': 'listbox',
          'aria-controls': LIST_ID,
          'aria-activedescendant': optionId(open.active),
        }
      : { 'aria-autocomplete': 'list', 'aria-haspopup': 'listbox' },
    list: open === null ? null : <MentionList open={open} onChoose={choose} />,
    refresh,
    close,
    onKeyDown,
  };
}

function MentionList({ open, onChoose }: { open: Open; onChoose: (file: File) => void }): JSX.Element {
  const { files, active } = open;
  useEffect(() => {
    document.getElementById(optionId(active))?.scrollIntoView({ block: 'nearest' });
  }, [active, files]);
  const status =
    files.length === 0 ? t('No file matches.') : t`${String(files.length)} files, arrow keys to choose.`;
  return (
    <div class="mention">
      <span class={files.length === 0 ? 'mention-none' : 'sr-only'} role="status">
        {status}
      </span>
      {files.length > 0 && (
        <ul role="listbox" id={LIST_ID} aria-label={t('Files of the workspace')}>
          {files.map((file, index) => (
            <li
              key={file.id}
              id={optionId(index)}
              role="option"
              aria-selected={index === active}
              title={file.label}
              // The textarea keeps the focus.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => onChoose(file)}
            >
              <Icon name={fileIcon(file.label)} />
              <span class="mention-name">{baseName(file.label)}</span>
              <span class="mention-folder">{file.label.split('/').slice(0, -1).join('/')}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
