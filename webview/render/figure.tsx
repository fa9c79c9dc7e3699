/** The frame of every chart: alternative text, what can be done with it, its data below it. */
import { type ComponentChildren, type JSX } from 'preact';
import { useContext, useRef, useState } from 'preact/hooks';
import { dispatch } from '../app.ts';
import { hasPictures } from '../charts/attached.ts';
import { chartAction, justCopied, menuContext, openMenu } from '../charts/actions.ts';
import { altOf, hasData, hasVector, type ChartEntry } from '../charts/chartList.ts';
import { ChartContext } from '../charts/context.ts';
import { snapshotUrl } from '../charts/draw.ts';
import { pictureOf } from '../charts/pictures.ts';
import { shownData, useRevealChart } from '../charts/reveal.ts';
import { IconButton } from '../kit.ts';
import { later } from '../view/later.tsx';
import { Row } from '../view/row.tsx';
import { ZoomDialog } from './zoom.tsx';
import { t } from '../../src/shared/l10n.ts';

const Compare = later(async () => (await import('./compare.tsx')).Compare);
const ChartData = later(async () => (await import('./chartData.tsx')).ChartData);

interface FigureProps {
  /** Of the cell. */
  title: string;
  /** A still picture enlarges when clicked; an interactive chart needs its clicks. */
  interactive: boolean;
  /** Gets the alternative text. */
  children: (alt: string) => ComponentChildren;
}

export function Figure({ title, interactive, children }: FigureProps): JSX.Element {
  const chart = useContext(ChartContext);
  const place = useRef<HTMLElement>(null);
  const [zoomed, setZoomed] = useState<string | null>(null);
  const [compared, setCompared] = useState(false);
  useRevealChart(chart?.key ?? null, () => {
    place.current?.scrollIntoView({ block: 'center' });
    place.current?.focus({ preventScroll: true });
  });
  if (chart === null) return <figure class="figure">{children(title)}</figure>;
  const zoom = (): void => {
    pictureOf(chart, 'own').then(
      (picture) => setZoomed(snapshotUrl(picture)),
      () => dispatch({ type: 'problem', sentence: t('This chart could not be enlarged.') }),
    );
  };
  return (
    <>
      <figure
        class="figure"
        ref={place}
        // Focus comes here from the gallery.
        tabIndex={-1}
        aria-label={t`Chart: ${chart.title || title}`}
        data-chart={chart.key}
        data-vscode-context={menuContext(chart)}
      >
        <div
          class={interactive ? 'figure-body' : 'figure-body zoomable'}
          {...(interactive ? {} : { onClick: zoom })}
        >
          {children(altOf(chart, title))}
        </div>
        <Actions chart={chart} zoom={zoom} compare={() => setCompared(true)} />
      </figure>
      {shownData.value.has(chart.key) && <ChartData chart={chart} title={chart.title || title} />}
      {compared && <Compare chart={chart} title={chart.title || title} onClose={() => setCompared(false)} />}
      {zoomed !== null && (
        <ZoomDialog
          title={chart.title || title}
          alt={altOf(chart, title)}
          url={zoomed}
          onCopy={() => void chartAction('copyImage', chart.key)}
          onSave={() => void chartAction(hasVector(chart) && !interactive ? 'saveSvg' : 'savePng', chart.key)}
          onClose={() => setZoomed(null)}
        />
      )}
    </>
  );
}

interface ActionsProps {
  chart: ChartEntry;
  zoom: () => void;
  compare: () => void;
}

function Actions({ chart, zoom, compare }: ActionsProps): JSX.Element {
  const act = (action: Parameters<typeof chartAction>[0]) => () => void chartAction(action, chart.key);
  const hasTable = shownData.value.has(chart.key);
  const copied = justCopied.value === chart.key;
  // An SVG of code is saved as it is; what is drawn here, as a picture. The menu has both.
  const save = chart.drawings[0]?.kind === 'svg' ? 'saveSvg' : 'savePng';
  return (
    <Row class="actions figure-actions" label={t('Chart')}>
      <IconButton icon="zoom-in" label={t('Enlarge chart')} onClick={zoom} />
      {hasPictures.value && <IconButton icon="diff" label={t('Compare with picture')} onClick={compare} />}
      <IconButton
        icon={copied ? 'check' : 'copy'}
        label={copied ? t('Copied') : t('Copy chart as image')}
        onClick={act('copyImage')}
      />
      <IconButton icon="save" label={t('Save chart as image')} onClick={act(save)} />
      {hasData(chart) && (
        <IconButton
          icon="table"
          label={hasTable ? t('Hide data of chart') : t('Show data of chart')}
          onClick={act('showData')}
        />
      )}
      <IconButton icon="comment-discussion" label={t('Ask about this chart')} onClick={act('ask')} />
      <IconButton
        icon="ellipsis"
        label={t('More')}
        popup
        hint={t('Open in a tab, show code, save as SVG')}
        onClick={openMenu}
      />
    </Row>
  );
}
