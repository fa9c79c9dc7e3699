/**
 * A PDF page by page, as pictures that the sandbox draws. What has been drawn stays, also while the reader is elsewhere;
 * other pages need the sandbox.
 */
import { type JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type PdfAnswer, type PdfPage, type PdfProblem } from '../../src/shared/pdf.ts';
import { type RequestParams } from '../../src/shared/protocol.ts';
import { Button, IconButton } from '../kit.ts';
import { caller } from '../rpcClient.ts';
import { Spinner } from '../view/icon.tsx';
import { Row } from '../view/row.tsx';
import { CannotShow } from './cannotShow.tsx';
import { ZoomDialog } from './zoom.tsx';
import { t } from '../../src/shared/l10n.ts';

export type PdfSource = RequestParams<'pdfPage'>['pdf'];

/** A page is no taller than this; the large view shows it in full. In CSS pixels. */
const MAX_HEIGHT = 720;
const MAX_FILES = 12;
const MAX_PAGES = 40;

/** Of one file: the page that is shown, and those that were drawn. */
interface Drawn {
  now: number;
  pages: Map<number, PdfPage>;
}
const files = new Map<string, Drawn>();

function drawnOf(source: PdfSource, first: PdfAnswer | null): Drawn {
  const key = 'sha256' in source ? source.sha256 : source.base64;
  const known = files.get(key);
  if (known !== undefined) return known;
  const drawn: Drawn = { now: 1, pages: new Map() };
  if (first !== null && 'base64' in first) drawn.pages.set(first.page, first);
  for (const old of [...files.keys()].slice(0, Math.max(0, files.size + 1 - MAX_FILES))) files.delete(old);
  files.set(key, drawn);
  return drawn;
}

interface Trouble {
  sentence: string;
  /** It may go well another time. */
  again: boolean;
}

function troubleOf(problem: PdfProblem, page: number): Trouble {
  switch (problem) {
    case 'encrypted':
      return {
        sentence: t(
          'The PDF asks for a password, so its pages cannot be shown. Save it and open it elsewhere.',
        ),
        again: false,
      };
    case 'damaged':
      return { sentence: t('The PDF is damaged, so its pages cannot be shown.'), again: false };
    case 'large':
      return {
        sentence: t`Page ${page} is too large to be drawn here. Save the PDF and open it elsewhere.`,
        again: false,
      };
    case 'slow':
      return { sentence: t`Drawing page ${page} took too long and was ended.`, again: true };
    case 'missing':
      return { sentence: t`The PDF has no page ${page}.`, again: false };
  }
}

async function asked(pdf: PdfSource, page: number): Promise<PdfPage | Trouble> {
  try {
    const answer = await caller.call('pdfPage', { pdf, page });
    if (answer.ok) return 'problem' in answer.answer ? troubleOf(answer.answer.problem, page) : answer.answer;
    if (answer.reason === 'busy' || answer.reason === 'cancelled')
      return { sentence: t`Page ${page} can be drawn when the cell that runs has ended.`, again: true };
    if (answer.reason === 'gone')
      return {
        sentence: t`The sandbox, which draws page ${page}, is not running. It starts with the next cell.`,
        again: true,
      };
    return { sentence: t`Page ${page} could not be drawn: ${answer.problem}`, again: true };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { sentence: t`Page ${page} could not be drawn: ${reason}`, again: true };
  }
}

interface PdfPagesProps {
  source: PdfSource;
  /** Of the document, for the alternative text. */
  name: string;
  /** What came with it; null: its pages are asked for. */
  first: PdfAnswer | null;
  /** How many pages it has, when that becomes known. */
  onPages?: (pages: number) => void;
}

export function PdfPages({ source, name, first, onPages }: PdfPagesProps): JSX.Element {
  const drawn = drawnOf(source, first);
  const [shown, setShown] = useState(drawn.pages.get(drawn.now) ?? null);
  /** The page that is being drawn. */
  const [waits, setWaits] = useState<number | null>(null);
  const [trouble, setTrouble] = useState<(Trouble & { page: number }) | null>(
    first !== null && 'problem' in first ? { ...troubleOf(first.problem, 1), page: 1 } : null,
  );
  const [zoomed, setZoomed] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  /** The newest page that was asked for; an older answer comes too late. */
  const wanted = useRef(0);
  /** The page for which the keyboard asked from in here; the next may be asked for before this is looked at. */
  const focusOf = useRef<number | null>(null);

  const show = (page: PdfPage): void => {
    drawn.now = page.page;
    drawn.pages.set(page.page, page);
    const oldest = [...drawn.pages.keys()].find((number) => number !== 1);
    if (drawn.pages.size > MAX_PAGES && oldest !== undefined) drawn.pages.delete(oldest);
    setShown(page);
    onPages?.(page.pages);
  };
  const go = async (number: number): Promise<void> => {
    wanted.current = number;
    setTrouble(null);
    const known = drawn.pages.get(number);
    if (known === undefined) setWaits(number);
    const answer = known ?? (await asked(source, number));
    if (wanted.current !== number) return;
    setWaits(null);
    if ('sentence' in answer) setTrouble({ ...answer, page: number });
    else show(answer);
  };
  useEffect(() => {
    if (shown === null && trouble === null) void go(1);
    return () => {
      wanted.current = 0;
    };
  }, []);
  // A button that was pressed at the last page cannot be pressed any more, and the browser takes the focus from it a
  // moment later: the keyboard stays in here.
  useEffect(() => {
    if (shown === null || focusOf.current !== shown.page) return;
    focusOf.current = null;
    const active = document.activeElement;
    const isLost =
      !place.current?.contains(active) ||
      (active !== null && 'disabled' in active && active.disabled === true);
    if (isLost) place.current?.focus();
  }, [shown]);
  const step = (to: number): void => {
    if (shown === null || to < 1 || to > shown.pages || to === (waits ?? shown.page)) return;
    focusOf.current = place.current?.contains(document.activeElement) === true ? to : null;
    void go(to);
  };
  const at = waits ?? shown?.page ?? 1;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || shown === null) return;
    const to = { PageDown: at + 1, PageUp: at - 1, Home: 1, End: shown.pages }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    step(Math.min(Math.max(to, 1), shown.pages));
  };
  return (
    <div
      class="pdf-pages"
      role="group"
      aria-label={t`Pages of ${name}`}
      tabIndex={-1}
      ref={place}
      onKeyDown={onKeyDown}
    >
      {shown !== null && (
        <>
          <Page page={shown} name={name} busy={waits !== null} onClick={() => setZoomed(true)} />
          <div class="pdf-bar">
            <Row class="pdf-buttons" label={t('Pages')}>
              <IconButton
                icon="arrow-left"
                label={t('Previous page')}
                hint={t('Key Page Up')}
                disabled={at <= 1}
                onClick={() => step(at - 1)}
              />
              <IconButton
                icon="arrow-right"
                label={t('Next page')}
                hint={t('Key Page Down')}
                disabled={at >= shown.pages}
                onClick={() => step(at + 1)}
              />
              <IconButton icon="zoom-in" label={t('Enlarge page')} onClick={() => setZoomed(true)} />
            </Row>
            <span class="muted" role="status">
              {waits === null ? t`Page ${shown.page} of ${shown.pages}` : t`Drawing page ${waits}…`}
            </span>
          </div>
        </>
      )}
      {shown === null && waits !== null && (
        <p class="muted" role="status">
          <Spinner /> {t`Drawing page ${waits}…`}
        </p>
      )}
      {trouble !== null && (
        <div class="pdf-trouble" role="status">
          <CannotShow reason={trouble.sentence} />
          {trouble.again && <Button onClick={() => void go(trouble.page)}>{t('Try again')}</Button>}
        </div>
      )}
      {zoomed && shown !== null && (
        <ZoomDialog title={words(shown, name)} url={urlOf(shown)} onClose={() => setZoomed(false)} />
      )}
    </div>
  );
}

const words = ({ page, pages }: PdfPage, name: string): string => t`Page ${page} of ${pages} of ${name}`;

const urlOf = ({ mime, base64 }: PdfPage): string => `data:${mime};base64,${base64}`;

interface PageProps {
  page: PdfPage;
  name: string;
  busy: boolean;
  onClick: () => void;
}

function Page({ page, name, busy, onClick }: PageProps): JSX.Element {
  const scale = Math.min(1, MAX_HEIGHT / page.height);
  return (
    <div class="zoomable" onClick={onClick} aria-busy={busy}>
      <img
        src={urlOf(page)}
        alt={words(page, name)}
        width={Math.max(1, Math.round(page.width * scale))}
        height={Math.max(1, Math.round(page.height * scale))}
      />
    </div>
  );
}
