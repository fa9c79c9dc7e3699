/** Alternative texts of charts: what they show, from what they are drawn from. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chartWords } from '../../../src/shared/chartWords.ts';
import { FIGURE_MIME, type Figure } from '../../../src/shared/outputs.ts';
import { recorded } from '../../e2e/webview/scenes.ts';

describe('words for a chart', () => {
  it('of Plotly name its traces, points and axes', () => {
    const { title, shows } = chartWords(recorded.plotlyLine);
    assert.equal(title, 'Revenue by region');
    assert.match(shows, /^scatter chart of North, South, East, West, 24 points\. x: month, y: revenue$/);
  });

  it('of Vega-Lite name its mark and what is drawn where', () => {
    const { title, shows } = chartWords(recorded.vegaBar);
    assert.equal(title, 'Mean revenue by region');
    assert.equal(shows, 'Chart: bar with color: region, x: region, y: mean of revenue');
  });

  it('of matplotlib come from the figure behind the picture', () => {
    const figure: Figure = {
      title: '',
      axes: [
        {
          title: 'Revenue by month',
          xLabel: 'month',
          yLabel: 'k€',
          xScale: 'date',
          yScale: 'linear',
          series: ['North', 'South'].map((label) => ({
            label,
            kind: 'line',
            columns: [],
            points: 12,
            shown: 0,
          })),
          moreSeries: 0,
        },
      ],
      findings: null,
      size: { widthInches: 7, heightInches: 4 },
    };
    assert.deepEqual(chartWords({ ...recorded.png, [FIGURE_MIME]: figure }), {
      title: 'Revenue by month',
      shows: 'line chart of North, South, 24 points, x: month, y: k€',
    });
  });

  it('of a picture nothing is known of are none, and damaged ones do no harm', () => {
    const nothing = { title: '', shows: '' };
    assert.deepEqual(chartWords(recorded.png), nothing);
    assert.deepEqual(chartWords({ 'application/vnd.plotly.v1+json': { data: 'x' } }), nothing);
    assert.deepEqual(chartWords({ 'application/vnd.vegalite.v5+json': [] }), nothing);
    assert.deepEqual(chartWords({ [FIGURE_MIME]: { axes: 1 } }), nothing);
  });

  it('stay short, and are text: tags of a title are left out', () => {
    const data = Array.from({ length: 50 }, (_, at) => ({
      type: 'bar',
      name: `series number ${String(at)}`,
    }));
    const { title, shows } = chartWords({
      'application/vnd.plotly.v1+json': { data, layout: { title: { text: '<b>Sales</b><br>by month' } } },
    });
    assert.equal(title, 'Sales by month');
    assert.match(shows, /and 44 more$/);
    assert.ok(shows.length <= 400);
  });
});
