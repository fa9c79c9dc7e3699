/** SVG as a picture: inside an <img> no script runs and nothing is loaded. Never inline. */
import { type JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { Figure } from './figure.tsx';
import { CannotShow } from './cannotShow.tsx';
import { useBlobUrl } from './image.tsx';
import { svgProblem } from './svgProblem.ts';

export function SvgOutput({ svg, title }: { svg: string; title: string }): JSX.Element {
  const problem = svgProblem(svg);
  const bytes = useMemo(() => new TextEncoder().encode(svg), [svg]);
  const url = useBlobUrl(problem === null ? bytes : null, 'image/svg+xml');
  if (problem !== null) return <CannotShow reason={problem} />;
  return (
    <Figure title={title} interactive={false}>
      {(alt) => url !== null && <img src={url} alt={alt} />}
    </Figure>
  );
}
