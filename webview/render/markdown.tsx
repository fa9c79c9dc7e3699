/** Text of the model, and text/markdown outputs. */
import { type JSX } from 'preact';
import { perform } from '../app.ts';
import { DomSlot } from './domSlot.tsx';
import { markdownHtml } from './markdownHtml.ts';
import { sanitized } from './sanitize.ts';

const link = (event: Event): string | null =>
  event.target instanceof Element
    ? (event.target.closest('[data-link]')?.getAttribute('data-link') ?? null)
    : null;

function onClick(event: MouseEvent): void {
  const url = link(event);
  if (url !== null) {
    event.preventDefault();
    void perform('openLink', { url });
    return;
  }
  const copy = event.target instanceof Element ? event.target.closest('[data-copy]') : null;
  const code = copy?.parentElement?.querySelector('code')?.textContent;
  if (code !== undefined && code !== null) void perform('copyText', { text: code });
}

function onKeyDown(event: KeyboardEvent): void {
  const url = event.key === 'Enter' ? link(event) : null;
  if (url === null) return;
  event.preventDefault();
  void perform('openLink', { url });
}

export function Markdown({ text }: { text: string }): JSX.Element {
  return (
    <div class="markdown" onClick={onClick} onKeyDown={onKeyDown}>
      <DomSlot make={() => sanitized(markdownHtml(text), 'markdown')} of={text} />
    </div>
  );
}
