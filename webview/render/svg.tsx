/** SVG as a picture: inside an <img> no script runs and nothing is loaded. Never inline. */
import { type JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { Figure, type Snapshot } from './figure.tsx';
import { CannotShow } from './cannotShow.tsx';
import { toBase64 } from './imageHeader.ts';
import { useBlobUrl } from './image.tsx';

const LIMIT_CHARS = 8_000_000;

export function svgProblem(svg: string): string | null {
  if (svg.length > LIMIT_CHARS) return 'The SVG is too large to show.';
  // Entities can expand to gigabytes; charts have no use for them.
  if (/<!ENTITY/i.test(svg)) return 'The SVG defines entities and is not shown.';
  return /<svg[\s>]/i.test(svg) ? null : 'The output is not an SVG.';
}

export function SvgOutput({ svg, title }: { svg: string; title: string }): JSX.Element {
  const problem = svgProblem(svg);
  const bytes = useMemo(() => new TextEncoder().encode(svg), [svg]);
  const url = useBlobUrl(problem === null ? bytes : null, 'image/svg+xml');
  if (problem !== null) return <CannotShow reason={problem} />;
  const snapshot = async (): Promise<Snapshot> =>
    Promise.resolve({ extension: 'svg', base64: toBase64(bytes) });
  return (
    <Figure title={title} snapshot={snapshot} interactive={false}>
      {url !== null && <img src={url} alt={title} />}
    </Figure>
  );
}
