import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isChart, renderings } from '../../../../webview/render/mime.ts';

const kinds = (bundle: Record<string, unknown>) => renderings(bundle).map((rendering) => rendering.kind);
const PLOTLY = 'application/vnd.plotly.v1+json';

describe('the best representation comes first', () => {
  it('prefers what is interactive, then HTML, then pictures, then text', () => {
    const bundle = {
      'text/plain': 't',
      'image/png': 'AAAA',
      'text/html': '<table></table>',
      [PLOTLY]: { data: [] },
      'image/svg+xml': '<svg/>',
    };
    assert.deepEqual(kinds(bundle), ['plotly', 'html', 'svg', 'image', 'text', 'json']);
  });

  it('has the order of JupyterLab where nothing runs script', () => {
    const bundle = {
      'text/plain': 't',
      'application/javascript': 'x',
      'application/pdf': 'AAAA',
      'image/webp': 'AAAA',
      'image/gif': 'AAAA',
      'image/png': 'AAAA',
      'image/svg+xml': '<svg/>',
      'text/latex': '$x$',
      'text/markdown': '*m*',
      'text/html': '<b>h</b>',
      'application/json': {},
    };
    assert.deepEqual(kinds(bundle), [
      'json',
      'html',
      'markdown',
      'latex',
      'svg',
      'image',
      'image',
      'image',
      'pdf',
      'script',
      'text',
    ]);
    const mimes = renderings(bundle).flatMap((found) => (found.kind === 'image' ? [found.mime] : []));
    assert.deepEqual(mimes, ['image/png', 'image/gif', 'image/webp']);
  });

  it('prefers a picture to HTML that lives by its script', () => {
    assert.deepEqual(kinds({ 'text/html': '<div></div><script>x</script>', 'image/png': 'AAAA' }), [
      'image',
      'html',
    ]);
  });

  it('knows every version of Vega and Vega-Lite', () => {
    for (const version of ['v4', 'v5', 'v5.21', 'v6'])
      assert.deepEqual(renderings({ [`application/vnd.vegalite.${version}+json`]: {} })[0], {
        kind: 'vega',
        mode: 'vega-lite',
        value: {},
      });
    assert.equal(kinds({ 'application/vnd.vega.v5+json': {} })[0], 'vega');
  });

  it('joins lists of lines, as nbformat allows', () => {
    assert.deepEqual(renderings({ 'text/plain': ['a\n', 'b'] }), [{ kind: 'text', text: 'a\nb' }]);
  });

  it('takes white space out of base64', () => {
    assert.deepEqual(renderings({ 'image/png': 'AA\nAA\n' }), [
      { kind: 'image', mime: 'image/png', base64: 'AAAA' },
    ]);
  });
});

describe('what cannot be shown', () => {
  it('names unknown types, and keeps what they hold', () => {
    assert.deepEqual(renderings({ 'application/x-own': 'data' }), [
      { kind: 'unknown', mimes: ['application/x-own'], values: ['data'] },
    ]);
  });

  it('shows the data of an unknown kind as a tree, when there is no text', () => {
    assert.deepEqual(kinds({ 'application/x-own+json': { a: 1 } }), ['json']);
    assert.deepEqual(kinds({ 'application/x-own+json': { a: 1 }, 'text/plain': 't' }), ['text', 'json']);
  });

  it('never takes a script or a widget for something to run', () => {
    const widget = 'application/vnd.jupyter.widget-view+json';
    assert.deepEqual(kinds({ [widget]: { model_id: 'x' }, 'text/plain': 'Widget' }), ['text']);
    assert.deepEqual(kinds({ [widget]: { model_id: 'x' } }), ['unknown']);
    for (const mime of ['application/javascript', 'text/javascript', 'application/ecmascript'])
      assert.deepEqual(renderings({ [mime]: 'alert(1)' }), [{ kind: 'script', code: 'alert(1)' }]);
  });

  it('skips values of the wrong shape', () => {
    assert.deepEqual(kinds({ [PLOTLY]: 'not an object', 'image/png': 5, 'text/plain': 'ok' }), ['text']);
    assert.deepEqual(kinds({ 'application/pdf': { a: 1 }, 'text/latex': 7 }), ['unknown']);
  });

  it('shows nothing for facts alone', () => {
    assert.deepEqual(renderings({ 'application/vnd.code-interpreter.facts+json': {} }), []);
  });
});

it('counts pictures and plots as charts, tables not', () => {
  assert.ok(isChart({ 'image/png': 'AAAA', 'text/plain': 'Figure' }));
  assert.ok(isChart({ [PLOTLY]: { data: [] } }));
  assert.ok(!isChart({ 'text/html': '<table></table>' }));
});
