/** text/latex as a formula; one that cannot be read gives way to a picture of it, or shows its source. */
import { type ComponentChildren, type JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { DomSlot } from './domSlot.tsx';
import { latexHtml } from './latexHtml.ts';
import { sanitized } from './sanitize.ts';
import { typeset, typesetAtOnce } from './typeset.ts';

interface LatexProps {
  text: string;
  /** A picture of the same; absent when there is none. */
  picture?: ComponentChildren;
}

export function LatexOutput({ text, picture }: LatexProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const [unreadable, setUnreadable] = useState<string | null>(null);
  useLayoutEffect(() => {
    if (place.current === null) return;
    void typeset(place.current).then((all) => {
      if (!all) setUnreadable(text);
    });
  }, [text]);
  if (unreadable === text && picture !== undefined) return <>{picture}</>;
  return (
    <div class="latex" ref={place} tabindex={0}>
      <DomSlot make={() => typesetAtOnce(sanitized(latexHtml(text), 'markdown'))} of={text} />
    </div>
  );
}
