/** `UPDATE_GOLDEN=1` writes the lines of `icons.css` from the names of `icons.ts` and the mapping of the package. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ICON_NAMES, iconClass } from '../../../webview/icons.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SHEET = 'webview/styles/icons.css';
const LIST = join('webview', 'icons.ts');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Name → character, as an escape of CSS, as the package says. */
const GLYPHS = new Map(
  [
    ...read('node_modules/@vscode/codicons/dist/codicon.css').matchAll(
      /\.codicon-([a-z0-9-]+)::?before\s*\{\s*content:\s*['"](\\[0-9a-f]+)['"]/g,
    ),
  ].map(([, name = '', glyph = '']) => [name, glyph]),
);
const rule = (name: string): string => {
  const glyph = GLYPHS.get(name);
  assert.ok(glyph !== undefined, `${name} is no codicon`);
  return `.codicon-${name}::before {\n  content: '${glyph}';\n}\n`;
};

/** Path → text of everything that the panel is built from, but for the list itself. */
const sources = new Map(
  ['webview', 'src/shared']
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.tsx?$/.test(name))
        .map((name) => join(folder, name)),
    )
    .filter((path) => path !== LIST)
    .map((path) => [path, read(path)]),
);

describe('the icons of the panel', () => {
  it('each have their line in the sheet, and the sheet has no other', () => {
    assert.ok(GLYPHS.size > 500 && ICON_NAMES.length > 50);
    const sheet = read(SHEET);
    const head = sheet.slice(0, sheet.search(/\.codicon-[a-z0-9-]+::before/));
    const wanted = head + [...ICON_NAMES].sort().map(rule).join('');
    if (process.env['UPDATE_GOLDEN'] === '1' && sheet !== wanted) writeFileSync(join(ROOT, SHEET), wanted);
    else assert.equal(sheet, wanted, 'UPDATE_GOLDEN=1 writes it');
  });

  it('are all used', () => {
    const words = new Set(
      [...sources.values()].flatMap((text) =>
        [...text.matchAll(/['"]([a-z0-9-]+)['"]/g)].map(([, word]) => word),
      ),
    );
    assert.deepEqual(
      ICON_NAMES.filter((name) => !words.has(name)),
      [],
    );
  });

  it('are named by the type alone: nobody else makes their class', () => {
    assert.equal(iconClass('add'), 'codicon codicon-add');
    const makers = [...sources].flatMap(([path, text]) =>
      text
        .split('\n')
        .filter((line) => /codicon-(?!modifier-)|codicon \$/.test(line))
        .map((line) => `${path}: ${line.trim()}`),
    );
    assert.deepEqual(makers, []);
  });
});
