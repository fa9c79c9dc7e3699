/** Which charts VS Code's notebooks get: none that names something outside, whatever renderer the reader has chosen. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chartItem } from '../../../src/export/html/chartItems.ts';
import { chartAttacks } from '../../support/hostileCharts.ts';

const LITE = 'application/vnd.vegalite.v5+json';
const PLOTLY = 'application/vnd.plotly.v1+json';
const lite = {
  ...{ $schema: 'https://vega.github.io/schema/vega-lite/v5.json', mark: 'bar' },
  data: { values: [{ a: 1, url: 'https://example.org/' }] },
  encoding: { x: { field: 'a' } },
};

describe('data of charts for notebooks of VS Code', () => {
  it('goes on as it is when it names nothing outside, rows with addresses included', () => {
    assert.deepEqual(chartItem(LITE, lite), lite);
    assert.deepEqual(chartItem('application/vnd.vegalite.v6.1.0+json', lite), lite);
    assert.deepEqual(chartItem('application/vnd.vega.v5+json', { marks: [] }), { marks: [] });
    const figure = { data: [{ type: 'bar', y: [1] }], layout: { title: { text: 'T' } } };
    assert.deepEqual(chartItem(PLOTLY, { ...figure, config: { plotlyServerURL: 'https://x' } }), figure);
  });

  it('is left out where it loads, links, or is no chart', () => {
    const image = { mark: 'image', encoding: { url: { field: 'url' } } };
    for (const spec of [
      { data: { url: 'https://example.org/a.csv' } },
      image,
      { mark: { href: 'https://x' } },
    ])
      assert.equal(chartItem(LITE, { ...lite, ...spec }), null);
    assert.equal(chartItem(LITE, { ...lite, layer: [{ data: { url: 'a.csv' } }] }), null);
    assert.equal(chartItem(LITE, 'text'), null);
    assert.equal(chartItem(PLOTLY, { data: [{ type: 'scattergeo' }] }), null);
    assert.equal(chartItem('application/vnd.own+json', lite), null);
    assert.equal(chartItem('text/html', '<b>x</b>'), null);
  });

  it('has no address of an attack outside of its rows', () => {
    let looked = 0;
    for (const { attacks } of chartAttacks)
      for (const attack of Object.values(attacks)) {
        if (attack.as !== 'display') continue;
        for (const [mime, value] of Object.entries(attack.data)) {
          const item = chartItem(mime, value);
          if (item === null) continue;
          looked += 1;
          const text = JSON.stringify(item, (key, inner: unknown) => (key === 'values' ? undefined : inner));
          assert.doesNotMatch(text, /"(?:url|href|source)":/, text);
          if (mime === PLOTLY) assert.doesNotMatch(text, /<a[ >]/i, text);
        }
      }
    assert.ok(looked > 5, String(looked));
  });
});
