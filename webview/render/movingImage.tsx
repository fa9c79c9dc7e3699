/** A picture that moves, for people who asked for less motion: its first frame, and a button that plays it. */
import { type JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../view/icon.tsx';
import { t } from '../../src/shared/l10n.ts';

const QUERY = '(prefers-reduced-motion: reduce)';

export function useReducedMotion(): boolean {
  const [reduced, setReduced] = useState(() => matchMedia(QUERY).matches);
  useEffect(() => {
    const media = matchMedia(QUERY);
    const changed = (): void => setReduced(media.matches);
    media.addEventListener('change', changed);
    return () => media.removeEventListener('change', changed);
  }, []);
  return reduced;
}

interface MovingImageProps {
  url: string;
  alt: string;
  width: number;
  height: number;
}

export function MovingImage({ url, alt, width, height }: MovingImageProps): JSX.Element {
  const [plays, setPlays] = useState(false);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (plays) return undefined;
    let gone = false;
    const picture = new Image();
    // A picture that is in no page is drawn as its first frame.
    picture.onload = () => {
      const context = canvas.current?.getContext('2d');
      if (!gone && context) context.drawImage(picture, 0, 0, width, height);
    };
    picture.src = url;
    return () => {
      gone = true;
    };
  }, [url, plays, width, height]);
  return (
    <div class="moving-image">
      {plays ? (
        <img src={url} alt={alt} width={width} height={height} />
      ) : (
        <canvas ref={canvas} width={width} height={height} role="img" aria-label={alt} />
      )}
      <button
        type="button"
        class="moving-image-button"
        aria-label={plays ? t('Stop the animation') : t('Play the animation')}
        title={plays ? t('Stop the animation') : t('Play the animation')}
        onClick={(event) => {
          // The picture around it enlarges when clicked.
          event.stopPropagation();
          setPlays(!plays);
        }}
      >
        <Icon name={plays ? 'debug-stop' : 'play'} />
      </button>
    </div>
  );
}
