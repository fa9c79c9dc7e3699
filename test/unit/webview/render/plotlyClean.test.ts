import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cleanFigure, themed } from '../../../../webview/render/plotlyClean.ts';

const theme = { text: '#111', muted: '#222', grid: '#333', background: '#fff', font: 'x' };

describe('a figure before it is drawn', () => {
  it('loses pictures and maps from elsewhere, and keeps pictures it brings along', () => {
    const { layout } = cleanFigure({
      data: [],
      layout: {
        images: [{ source: 'https://evil.example/x.png' }, { source: 'data:image/png;base64,AAAA' }],
        mapbox: { style: 'https://evil.example' },
        geo: {},
      },
    });
    assert.deepEqual(layout, { images: [{}, { source: 'data:image/png;base64,AAAA' }] });
  });

  it('loses links in its texts, also broken ones', () => {
    const { layout } = cleanFigure({
      data: [],
      layout: { title: { text: '<a href="javascript:x">T</a> <b>b</b><A HREF=x>' } },
    });
    assert.deepEqual(layout, { title: { text: 'T <b>b</b>' } });
  });

  it('cannot reach into prototypes', () => {
    cleanFigure(
      JSON.parse('{"data":[{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}]}'),
    );
    assert.equal(Reflect.get({}, 'polluted'), undefined);
  });

  it('ends at a depth no chart has', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 10_000; i++) deep = { deep };
    assert.doesNotThrow(() => cleanFigure({ data: [], layout: { deep } }));
  });

  it('names the kinds of charts that are not in the library', () => {
    assert.throws(
      () => cleanFigure({ data: [{ type: 'scatter3d' }, { type: 'bar' }] }),
      /of the kind scatter3d are not/,
    );
    assert.throws(() => cleanFigure({ layout: {} }), /not a list/);
    assert.equal(cleanFigure({ data: [{ type: 'histogram' }, {}] }).data.length, 2);
  });
});

it('gives paper and text to the theme, and leaves the author’s own layout', () => {
  const layout = themed(
    {
      paper_bgcolor: 'pink',
      template: { layout: { paper_bgcolor: 'white', colorway: ['red'] }, data: { bar: [] } },
    },
    theme,
  );
  assert.equal(layout['paper_bgcolor'], 'pink');
  const template = layout['template'] as { layout: Record<string, unknown>; data: unknown };
  assert.deepEqual(template.data, { bar: [] });
  assert.deepEqual(template.layout['colorway'], ['red']);
  assert.equal(template.layout['paper_bgcolor'], 'rgba(0,0,0,0)');
  assert.deepEqual(template.layout['font'], { color: '#111', family: 'x' });
});
