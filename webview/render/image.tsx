/** PNG, JPEG, GIF: shown from a blob after a look at the bytes. */
import { type JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { type MimeBundle } from '../../src/shared/outputs.ts';
import { Figure } from './figure.tsx';
import { fromBase64, imageProblem } from './imageHeader.ts';
import { CannotShow } from './cannotShow.tsx';

/** A blob's address, given back when the bytes change or the picture goes. */
export function useBlobUrl(bytes: BlobPart | null, type: string): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (bytes === null) return undefined;
    const made = URL.createObjectURL(new Blob([bytes], { type }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes, type]);
  return url;
}

const size = (metadata: MimeBundle, mime: string): { width?: number } => {
  const own = metadata[mime];
  if (typeof own !== 'object' || own === null || !('width' in own)) return {};
  return typeof own.width === 'number' && own.width > 0 ? { width: own.width } : {};
};

interface ImageProps {
  mime: 'image/png' | 'image/jpeg' | 'image/gif';
  base64: string;
  metadata: MimeBundle;
  title: string;
}

export function ImageOutput({ mime, base64, metadata, title }: ImageProps): JSX.Element {
  const bytes = useMemo(() => fromBase64(base64), [base64]);
  const problem = bytes === null ? 'The picture is damaged.' : imageProblem(bytes, mime);
  const url = useBlobUrl(problem === null ? bytes : null, mime);
  if (problem !== null) return <CannotShow reason={problem} />;
  return (
    <Figure title={title} interactive={false}>
      {(alt) => url !== null && <img src={url} alt={alt} {...size(metadata, mime)} />}
    </Figure>
  );
}
