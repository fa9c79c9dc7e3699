/** Pictures made of pixels: shown from a blob after a look at the bytes. */
import { type JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { type MimeBundle } from '../../src/shared/outputs.ts';
import { isAnimated } from './animated.ts';
import { CannotShow } from './cannotShow.tsx';
import { Figure } from './figure.tsx';
import { fromBase64, imageProblem, readHeader } from './imageHeader.ts';
import { type ImageMime } from './mime.ts';
import { MovingImage, useReducedMotion } from './movingImage.tsx';
import { t } from '../../src/shared/l10n.ts';

/**
 * A blob's address, given back when the bytes change or the picture goes. There from the first drawing on: an update
 * in place must not leave an empty frame in between.
 */
export function useBlobUrl(bytes: BlobPart | null, type: string): string | null {
  const url = useMemo(
    () => (bytes === null ? null : URL.createObjectURL(new Blob([bytes], { type }))),
    [bytes, type],
  );
  useEffect(() => {
    if (url === null) return undefined;
    return () => URL.revokeObjectURL(url);
  }, [url]);
  return url;
}

interface Size {
  width: number;
  height: number;
}

const positive = (value: unknown): number | null =>
  typeof value === 'number' && value > 0 && Number.isFinite(value) ? value : null;

/** As the output asks for it, else its own: the page keeps the place before the picture is drawn. */
function shownSize(own: Size, metadata: MimeBundle, mime: string): Size {
  const asked = metadata[mime];
  if (typeof asked !== 'object' || asked === null) return own;
  const width = 'width' in asked ? positive(asked.width) : null;
  const height = 'height' in asked ? positive(asked.height) : null;
  const ratio = own.height / own.width;
  return {
    width: Math.round(width ?? (height === null ? own.width : height / ratio)),
    height: Math.round(height ?? (width === null ? own.height : width * ratio)),
  };
}

/** IPython's `Image(…, alt=…)`. */
function ownWords(metadata: MimeBundle, mime: string): string | null {
  const own = metadata[mime];
  return typeof own === 'object' && own !== null && 'alt' in own && typeof own.alt === 'string'
    ? own.alt
    : null;
}

interface ImageProps {
  mime: ImageMime;
  base64: string;
  metadata: MimeBundle;
  title: string;
}

export function ImageOutput({ mime, base64, metadata, title }: ImageProps): JSX.Element {
  const bytes = useMemo(() => fromBase64(base64), [base64]);
  const problem = bytes === null ? t('The picture is damaged.') : imageProblem(bytes, mime);
  const url = useBlobUrl(problem === null ? bytes : null, mime);
  const reduced = useReducedMotion();
  if (problem !== null || bytes === null || url === null)
    return <CannotShow reason={problem ?? t('The picture is damaged.')} />;
  const size = shownSize(readHeader(bytes) ?? { width: 1, height: 1 }, metadata, mime);
  const words = ownWords(metadata, mime);
  const moves = reduced && isAnimated(bytes, mime);
  return (
    <Figure title={title} interactive={false}>
      {(alt) =>
        moves ? (
          <MovingImage url={url} alt={words ?? alt} {...size} />
        ) : (
          <img src={url} alt={words ?? alt} {...size} />
        )
      }
    </Figure>
  );
}
