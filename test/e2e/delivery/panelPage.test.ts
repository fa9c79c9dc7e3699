/** What the delivered panel may do at most, read from the files themselves. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { contentSecurityPolicy } from '../../../src/shared/csp.ts';
import { REPOSITORY, VSIX } from '../../support/demoWorkspace.ts';
import { readZip } from '../../support/zip.ts';

describe('the delivered panel', () => {
  let host = '';
  let page: { name: string; text: string }[] = [];
  before(() => {
    const entries = readZip(VSIX).map(({ name, content }) => ({ name, text: content.toString() }));
    host = entries.find(({ name }) => name === 'extension/dist/extension.js')?.text ?? '';
    page = entries.filter(({ name }) => /dist\/webview\/.*\.(js|css)$/.test(name));
    assert.ok(host.length > 100_000 && page.length > 3);
  });

  it('has a policy that names no foreign origin, no eval, and inline styles only', () => {
    const policy = contentSecurityPolicy({ cspSource: 'SOURCE', nonce: 'NONCE' });
    const directives = new Map(
      policy.split('; ').map((directive) => {
        const [name = '', ...sources] = directive.split(' ');
        return [name, sources];
      }),
    );
    assert.deepEqual(Object.fromEntries(directives), {
      'default-src': [`'none'`],
      'script-src': [`'nonce-NONCE'`, 'SOURCE'],
      'style-src': ['SOURCE', `'unsafe-inline'`],
      'img-src': ['SOURCE', 'blob:', 'data:'],
      'font-src': ['SOURCE'],
      'connect-src': [`'none'`],
      'frame-src': [`'none'`],
      'base-uri': [`'none'`],
      'form-action': [`'none'`],
    });
    assert.ok(host.includes(`form-action 'none'`), 'the host writes this policy');
  });

  it('lets no link run a command, and serves its own folder only', () => {
    assert.doesNotMatch(host, /enableCommandUris/);
    assert.deepEqual(
      [...host.matchAll(/localResourceRoots:\[([^\]]*)\]/g)]
        .map((found) => found[1]?.length ?? 0)
        .sort((a, b) => a - b)
        .map((length) => length <= 2),
      [true, true],
      'nothing, or one folder',
    );
  });

  it('loads no script or style by an address', () => {
    for (const { name, text } of page) {
      assert.doesNotMatch(text, /import\(?["']https?:/, name);
      assert.doesNotMatch(text, /@import\s+(url\()?["']?https?:|url\(["']?https?:/, name);
    }
  });

  it('is served by a host that unpacks nothing: no decompressor without a bound', async () => {
    const names = (await readdir(join(REPOSITORY, 'src'), { recursive: true })).filter((name) =>
      name.endsWith('.ts'),
    );
    assert.ok(names.length > 100);
    for (const name of names) {
      const text = readFileSync(join(REPOSITORY, 'src', name), 'utf8');
      assert.doesNotMatch(text, /from '(zlib|jszip|yauzl|adm-zip|unzipper|fflate|pako|tar)'/, name);
      if (!text.includes(`from 'node:zlib'`)) continue;
      // Pages of an attached PDF, pixels of a chart: each call says how much it takes.
      const calls = text.match(/(inflate|gunzip|unzip|brotliDecompress)\w*\([^;]*;/g) ?? [];
      assert.ok(calls.length > 0 && calls.every((call) => call.includes('maxOutputLength')), name);
    }
    for (const name of names) {
      const text = readFileSync(join(REPOSITORY, 'src', name), 'utf8');
      // Written for the image's build context. Read in one place: one file of an image, as long as it may be and no longer.
      if (!/from 'tar-stream'/.test(text) || !/\bextract\b/.test(text)) continue;
      assert.equal(name, 'container/imageManifest.ts');
      assert.match(text, /size > MANIFEST_LIMIT_BYTES/);
    }
  });
});
