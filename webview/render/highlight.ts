/**
 * Code → coloured nodes; colours come from classes and the theme. The library is loaded when the first code is shown:
 * until then, and without it, code is plain.
 */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t } from '../../src/shared/l10n.ts';
import { dispatch } from '../app.ts';
import { plainCode, type Colour } from './colour.ts';
import { sanitized } from './sanitize.ts';

const library = signal<Colour>(plainCode);
let asked = false;

async function load(): Promise<void> {
  if (asked) return;
  asked = true;
  try {
    library.value = (await import('./highlightHtml.ts')).highlightedHtml;
  } catch {
    // The next code tries again.
    asked = false;
    const sentence = t('The colours of code could not be loaded. Reload the window to try again.');
    dispatch({ type: 'problem', sentence });
  }
}

/** Another function as soon as the library has come. @param wanted there is code to be shown */
export function useColours(wanted = true): Colour {
  useEffect(() => {
    if (wanted) void load();
  }, [wanted]);
  return wanted ? library.value : plainCode;
}

export function highlighted(code: string, language: string, colour: Colour): Node {
  const html = colour(code, language);
  return html === null ? document.createTextNode(code) : sanitized(html, 'code');
}
