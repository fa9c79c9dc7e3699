/** Puts formulas in the place of their source (see `texRules.ts`). The library is loaded when the first one is met. */

import { t } from '../../src/shared/l10n.ts';
import { dispatch } from '../app.ts';
// Only the type: the module itself must stay out of what is loaded first.
import type { mathMl } from './math.ts';

interface MathModule {
  mathMl: typeof mathMl;
}

let loaded: MathModule | null = null;
let loading: Promise<MathModule> | null = null;

function replaceIn(root: ParentNode, math: MathModule): void {
  for (const place of root.querySelectorAll('[data-tex]')) {
    const tex = place.getAttribute('data-tex') ?? '';
    const formula = math.mathMl(tex, place.classList.contains('tex-display'));
    // What cannot be read stays as it was written.
    if (formula !== null) place.replaceChildren(formula);
    place.classList.toggle('tex-source', formula === null);
    place.removeAttribute('data-tex');
  }
}

/** When the library has come; without it formulas stay as they were written. @returns whether every one could be read */
export async function typeset(root: ParentNode): Promise<boolean> {
  if (root.querySelector('[data-tex]') !== null) {
    try {
      loading ??= import('./math.ts');
      loaded ??= await loading;
    } catch {
      // The next formula tries again.
      loading = null;
      const sentence = t(
        'Formulas are shown as they were written: what draws them could not be loaded. Reload the window to try again.',
      );
      dispatch({ type: 'problem', sentence });
      return false;
    }
    replaceIn(root, loaded);
  }
  return root.querySelector('.tex-source') === null;
}

/** With the library there already, before anything is seen. */
export function typesetAtOnce(fragment: DocumentFragment): DocumentFragment {
  if (loaded !== null) replaceIn(fragment, loaded);
  return fragment;
}
