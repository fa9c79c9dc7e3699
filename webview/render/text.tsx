/** Streams and text/plain: colours kept, long text cut in the middle until asked for. */
import { type CSSProperties, type JSX } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { perform } from '../app.ts';
import { formatCount } from '../format.ts';
import { useWantedText } from '../search/show.ts';
import { allBlocks, firstLines, lastLines, lineCount, wholeText, type TextBuffer } from '../textBuffer.ts';
import { memo } from '../view/memo.ts';
import { Nearness } from '../view/nearness.ts';
import { parseAnsi, stripAnsi, type AnsiRun, type AnsiStyle } from './ansi.ts';
import { t } from '../../src/shared/l10n.ts';

const SHOWN_WHOLE_LINES = 40;
const HEAD_LINES = 12;
const TAIL_LINES = 20;
const LINE_CHARS = 4000;

const colour = (value: number | string): string =>
  typeof value === 'number' ? `var(--ansi-${String(value)})` : value;

/**
 * VS Code's terminal, too, keeps its colours readable on their background. The theme's own are pulled towards its
 * text; one that code chose keeps its hue, and is made as dark or as light as the theme needs (`--ink-…`).
 */
function ink(value: number | string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string')
    return `oklch(from ${value} clamp(var(--ink-darkest), l, var(--ink-lightest)) c h)`;
  return `color-mix(in srgb, ${colour(value)} 55%, var(--vscode-foreground))`;
}

/** A tint: the text over it keeps the colour it would have without it. */
const paper = (value: number | string | undefined): string | undefined =>
  value === undefined ? undefined : `color-mix(in srgb, ${colour(value)} 12%, transparent)`;

function css(style: AnsiStyle): CSSProperties {
  const [fg, bg] = style.inverse
    ? ['var(--vscode-editor-background)', ink(style.fg) ?? 'var(--vscode-foreground)']
    : [ink(style.fg), paper(style.bg)];
  const lines = [style.underline ? 'underline' : '', style.strike ? 'line-through' : ''].filter(Boolean);
  return {
    ...(fg === undefined ? {} : { color: fg }),
    ...(bg === undefined ? {} : { backgroundColor: bg }),
    ...(style.bold ? { fontWeight: 'bold' } : {}),
    ...(style.dim ? { opacity: 0.75 } : {}),
    ...(style.italic ? { fontStyle: 'italic' } : {}),
    ...(lines.length > 0 ? { textDecoration: lines.join(' ') } : {}),
  };
}

const cutLines = (text: string): string =>
  text.length <= LINE_CHARS
    ? text
    : text
        .split('\n')
        .map((line) =>
          line.length <= LINE_CHARS
            ? line
            : `${line.slice(0, LINE_CHARS)}\x1b[0m … ${t`${formatCount(line.length - LINE_CHARS)} more characters`}`,
        )
        .join('\n');

/** One run of terminal text. */
export function Ansi({ text }: { text: string }): JSX.Element {
  const runs = useMemo(() => parseAnsi(cutLines(text)), [text]);
  return <Runs runs={runs} />;
}

export const Runs = ({ runs }: { runs: readonly AnsiRun[] }): JSX.Element => (
  <>
    {runs.map((run) =>
      Object.keys(run.style).length === 0 ? run.text : <span style={css(run.style)}>{run.text}</span>,
    )}
  </>
);

/** Blocks of lines drawn only when scrolled to. @param first the block that is wanted now */
function AllText({ buffer, first }: { buffer: TextBuffer; first: number | null }): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const [nearness] = useState(() => new Nearness());
  useLayoutEffect(() => {
    if (place.current !== null) nearness.start(place.current);
    return () => nearness.stop();
  }, [nearness]);
  useLayoutEffect(() => {
    if (first !== null) nearness.bring(first);
  }, [first, nearness]);
  return (
    <div class="text-all" tabindex={0} role="region" aria-label={t('All lines')} ref={place}>
      {allBlocks(buffer).map((block, index) => (
        <MemoBlock key={index} index={index} text={block} nearness={nearness} />
      ))}
    </div>
  );
}

function Block({ index, text, nearness }: { index: number; text: string; nearness: Nearness }): JSX.Element {
  const place = useRef<HTMLPreElement>(null);
  const [drawn, setDrawn] = useState(index === 0);
  useLayoutEffect(() => {
    if (place.current === null) return undefined;
    return nearness.watch(index, place.current, { come: () => setDrawn(true), leave: () => false });
  }, [index, nearness]);
  const lines = useMemo(() => text.split('\n').length, [text]);
  return (
    <pre class="text-block" ref={place} {...(drawn ? {} : { style: { height: `${String(lines)}lh` } })}>
      {drawn && <Ansi text={text} />}
    </pre>
  );
}

/** All but the last stay as they are while a stream goes on. */
const MemoBlock = memo(Block);

interface TextProps {
  buffer: TextBuffer;
  class?: string;
}

export function Text({ buffer, class: className = '' }: TextProps): JSX.Element {
  const [open, setOpen] = useState(false);
  const [wanted, setWanted] = useState<number | null>(null);
  useWantedText(buffer, (block) => {
    setWanted(block);
    setOpen(true);
  });
  const lines = lineCount(buffer);
  if (lines <= SHOWN_WHOLE_LINES) {
    return (
      <pre class={`text ${className}`} tabindex={0}>
        <Ansi text={firstLines(buffer, lines)} />
      </pre>
    );
  }
  const hidden = lines - HEAD_LINES - TAIL_LINES;
  return (
    <div class={`text ${className}`}>
      {open ? (
        <AllText buffer={buffer} first={wanted} />
      ) : (
        <pre tabindex={0}>
          <Ansi text={firstLines(buffer, HEAD_LINES)} />
        </pre>
      )}
      <div class="text-gap">
        <span>{open ? t`${formatCount(lines)} lines` : t`${formatCount(hidden)} lines not shown`}</span>
        <button type="button" class="link" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? t('Show less') : t('Show all')}
        </button>
        <button
          type="button"
          class="link"
          onClick={() => void perform('copyText', { text: stripAnsi(wholeText(buffer)) })}
        >
          {t('Copy all')}
        </button>
      </div>
      {!open && (
        <pre tabindex={0}>
          <Ansi text={lastLines(buffer, TAIL_LINES)} />
        </pre>
      )}
    </div>
  );
}
