/** Text of the model, and text/markdown outputs. */
import { type JSX } from 'preact';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { type CheckedNumber } from '../../src/shared/events.ts';
import { perform } from '../app.ts';
import { revealCell } from '../reveal.ts';
import { DomSlot } from './domSlot.tsx';
import { figuresHtml } from './figuresHtml.ts';
import { useColours } from './highlight.ts';
import { mayHaveFence } from './markdownHtml.ts';
import { sanitized } from './sanitize.ts';
import { typeset, typesetAtOnce } from './typeset.ts';

/** The nearest value of an attribute around what was clicked. */
const targeted = (event: Event, attribute: 'data-link' | 'data-cell'): string | null =>
  event.target instanceof Element
    ? (event.target.closest(`[${attribute}]`)?.getAttribute(attribute) ?? null)
    : null;

/** Follows a link or a figure; false when it is neither. */
function follow(event: Event): boolean {
  const url = targeted(event, 'data-link');
  const cellId = targeted(event, 'data-cell');
  if (url === null && cellId === null) return false;
  event.preventDefault();
  if (url !== null) void perform('openLink', { url });
  else if (cellId !== null) revealCell(cellId);
  return true;
}

function onClick(event: MouseEvent): void {
  if (follow(event)) return;
  const copy = event.target instanceof Element ? event.target.closest('[data-copy]') : null;
  const code = copy?.parentElement?.querySelector('code')?.textContent;
  if (code !== undefined && code !== null) void perform('copyText', { text: code });
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.key === 'Enter') follow(event);
}

const NONE: readonly CheckedNumber[] = [];

interface MarkdownProps {
  text: string;
  /** Figures that were looked up; known when the text is complete. */
  numbers?: readonly CheckedNumber[] | undefined;
}

export function Markdown({ text, numbers = NONE }: MarkdownProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const colour = useColours(mayHaveFence(text));
  const said = numbers.length === 0 ? text : numbers;
  const of = useMemo(() => ({ said, colour }), [said, colour]);
  useLayoutEffect(() => {
    if (place.current !== null) void typeset(place.current);
  }, [of]);
  return (
    <div class="markdown" ref={place} onClick={onClick} onKeyDown={onKeyDown}>
      <DomSlot
        make={() => typesetAtOnce(sanitized(figuresHtml(text, numbers, colour), 'markdown'))}
        of={of}
      />
    </div>
  );
}
