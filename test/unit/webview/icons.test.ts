import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

const ROOT = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const rulesOf = (css: string): Map<string, string> =>
  new Map(
    [...css.matchAll(/\.codicon-([a-z0-9-]+)::?before\s*\{\s*content:\s*['"](\\[0-9a-f]+)['"]/g)].map(
      ([, name = '', code = '']) => [name, code],
    ),
  );

describe('the icons of the panel', () => {
  const all = rulesOf(read('node_modules/@vscode/codicons/dist/codicon.css'));
  const ours = rulesOf(read('webview/styles/icons.css'));

  it('are those of the font', () => {
    assert.ok(all.size > 500 && ours.size > 50);
    for (const [name, code] of ours) assert.equal(code, all.get(name), name);
  });

  it('are all there: every word of the source that names one', () => {
    const files = ['webview', 'src/shared'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.tsx?$/.test(name))
        .map((name) => join(folder, name)),
    );
    const source = files.map(read).join('\n');
    const named = [...source.matchAll(/['"`]([a-z0-9-]+)['"`]|codicon-([a-z0-9-]+)/g)];
    const words = new Set(named.map(([, quoted, classed]) => quoted ?? classed ?? ''));
    const missing = [...all].filter(([name]) => words.has(name) && !ours.has(name));
    const lines = missing.map(([name, code]) => `.codicon-${name}::before { content: "${code}"; }`);
    assert.deepEqual(lines, [], 'to be added to webview/styles/icons.css');
  });
});
