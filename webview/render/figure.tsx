/** The frame of every chart: alternative text, enlarge, save. */
import { type ComponentChildren, type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { perform } from '../app.ts';
import { slug } from '../format.ts';
import { IconButton } from '../kit.ts';
import { type IMAGE_ENDINGS, type ImageMime } from './mime.ts';
import { ZoomDialog } from './zoom.tsx';

/** A picture of the chart as a file: for saving, and for showing it large. */
export interface Snapshot {
  extension: (typeof IMAGE_ENDINGS)[ImageMime] | 'svg';
  base64: string;
}

const MIMES = {
  bmp: 'image/bmp',
  png: 'image/png',
  jpg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  svg: 'image/svg+xml',
} as const;
export const snapshotUrl = ({ extension, base64 }: Snapshot): string =>
  `data:${MIMES[extension]};base64,${base64}`;

interface FigureProps {
  title: string;
  /** Null while there is nothing to take a picture of. */
  snapshot: (() => Promise<Snapshot>) | null;
  /** A still picture enlarges when clicked; an interactive chart needs its clicks. */
  interactive: boolean;
  children: ComponentChildren;
}

export function Figure({ title, snapshot, interactive, children }: FigureProps): JSX.Element {
  const [zoomed, setZoomed] = useState<string | null>(null);
  const zoom = async (): Promise<void> => {
    if (snapshot !== null) setZoomed(snapshotUrl(await snapshot()));
  };
  const save = async (): Promise<void> => {
    if (snapshot === null) return;
    const { extension, base64 } = await snapshot();
    await perform('saveImage', { suggestedName: `${slug(title)}.${extension}`, base64 });
  };
  return (
    <figure class="figure">
      <div
        class={interactive ? 'figure-body' : 'figure-body zoomable'}
        {...(interactive ? {} : { onClick: () => void zoom() })}
      >
        {children}
      </div>
      {snapshot !== null && (
        <div class="actions figure-actions">
          <IconButton icon="zoom-in" label="Enlarge chart" onClick={() => void zoom()} />
          <IconButton icon="save" label="Save chart as image" onClick={() => void save()} />
        </div>
      )}
      {zoomed !== null && (
        <ZoomDialog title={title} url={zoomed} onSave={() => void save()} onClose={() => setZoomed(null)} />
      )}
    </figure>
  );
}
