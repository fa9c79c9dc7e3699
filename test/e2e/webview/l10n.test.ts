/** The panel in a language with accents and longer words: what is said goes through the bundle, and fits. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { isPseudo, pseudoLanguage } from '../../support/pseudoLanguage.ts';
import { panelFlow } from './flow.ts';
import { type OpenOptions } from './harness.ts';
import { claude, conversation, panelState, suggestions, troubles } from './scenes.ts';

/** What is not ours to translate, by its place in the page. */
const DATA: Readonly<Record<string, string>> = {
  'h1.sr-only': 'the title of the session',
  '.code pre, pre, code, .error-summary': 'code, what it printed and its errors',
  '.markdown, .thinking p': 'words of the model',
  '.outputs td, .outputs th, svg, .figure-body': 'outputs of cells, their titles included',
  '.user-text, .chips li, .suggestions': 'words of the user and names of files',
  '.cell-title, .artifact': 'what the model called its cells, names of files',
  '.turn-heading': 'the name of the model',
  '.notice-body > p, .remedy-text, .turn-end, .progress-text, .cell-note':
    'sentences of the host, said in its language',
  '.status-item[title]': 'facts of the sandbox, from the host',
  '.badge': 'names of languages',
};
/** Names that stand among our words: of models (from the host), the product, programs, units, keys. */
const NAMES =
  /^(Built-in analyst: fixed steps, no language model|Code Interpreter|Claude Sonnet|Anthropic|Python|Bash|JavaScript|PNG|SVG|CSV|[\d.,\s]*(ms|s|min|kB|MB|B|%)|\W*)+$/;

interface Said {
  text: string;
  where: string;
}

/** Every visible text and every word for screen readers and tooltips outside of `data`. */
const READ = (data: string): string => `(() => {
  const said = [];
  const within = (element) => element.closest(${JSON.stringify(data)}) !== null;
  const place = (element) => element.tagName.toLowerCase() + '.' + element.className;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (parent === null || parent.closest('script, style, [hidden]') !== null || within(parent)) continue;
    if (parent.checkVisibility()) said.push({ text: node.data.trim(), where: place(parent) });
  }
  for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]')) {
    for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
      const text = element.getAttribute(name);
      if (text !== null && !within(element)) said.push({ text, where: place(element) + ' ' + name });
    }
  }
  return said;
})()`;

/** What sticks out of the window and cannot be scrolled to inside a box of its own. */
const WIDER = `[...document.querySelectorAll('body *')].flatMap((element) => {
  const { right, width } = element.getBoundingClientRect();
  if (width === 0 || right <= window.innerWidth + 1) return [];
  for (let box = element.parentElement; box !== null; box = box.parentElement) {
    if (/auto|scroll|hidden|clip/.test(getComputedStyle(box).overflowX) && !box.matches('.scroller, body, html')) return [];
  }
  return [element.tagName + '.' + element.className + ' ' + Math.round(right)];
})`;

const SCENES: Readonly<Record<string, () => OpenOptions>> = {
  'an empty session': () => ({ state: panelState({ suggestions }) }),
  'an untrusted workspace': () => ({ state: panelState({ trusted: false, sandbox: { kind: 'off' } }) }),
  'a conversation': () => ({ state: panelState({ model: claude }), events: conversation().events }),
  troubles: () => ({
    state: panelState({ turn: 'running', sandbox: { kind: 'busy', detail: '3.13' }, model: claude }),
    events: troubles().events,
  }),
};

describe('the panel in another language', () => {
  const { shown } = panelFlow();
  for (const [name, scene] of Object.entries(SCENES)) {
    const options = (): OpenOptions => ({ ...scene(), language: pseudoLanguage(), width: 290, height: 1200 });

    shown(`${name}: nothing is said in English`, options, async ({ page }) => {
      const said = await page.evaluate<Said[]>(READ(Object.keys(DATA).join(', ')));
      const english = said.filter(
        ({ text }) => /\p{L}{2,}/u.test(text) && !isPseudo(text) && !NAMES.test(text),
      );
      assert.deepEqual(english, []);
      assert.ok(said.filter(({ text }) => isPseudo(text)).length >= 10, 'it was read at all');
    });

    shown(`${name}: nothing is wider than 290 px`, options, async ({ page }) => {
      assert.deepEqual(await page.evaluate<string[]>(WIDER), []);
    });
  }

  shown(
    'says what a bundle lacks in English',
    () => ({
      state: panelState({ model: claude }),
      events: conversation().events,
      language: {
        tag: 'de',
        bundle: { Message: 'Nachricht', 'Ask about your data': 'Frag nach deinen Daten' },
      },
    }),
    async ({ page }) => {
      await page.getByRole('textbox', { name: 'Frag nach deinen Daten' }).waitFor();
      // A sentence that the bundle lacks is said in English, not as an empty string or a key.
      await page.getByRole('button', { name: 'Attach data files' }).waitFor();
    },
  );
});
