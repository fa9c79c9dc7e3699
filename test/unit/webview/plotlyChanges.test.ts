/** What a reader did to a Plotly chart can be done again to another drawing of it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PlotlyChanges } from '../../../webview/render/plotlyChanges.ts';

describe('changes of a Plotly chart', () => {
  it('keep the last zoom of each axis, not the place the chart has', () => {
    const changes = new PlotlyChanges(null);
    changes.relaidOut({ 'xaxis.range[0]': 1, 'xaxis.range[1]': 5, 'yaxis.range[0]': 0, 'yaxis.range[1]': 9 });
    changes.relaidOut({ width: 400 });
    changes.relaidOut({ 'xaxis.range[0]': 2, 'xaxis.range[1]': 3 });
    assert.deepEqual(changes.relayout(), {
      'xaxis.range[0]': 2,
      'xaxis.range[1]': 3,
      'yaxis.range[0]': 0,
      'yaxis.range[1]': 9,
    });
  });

  it('forget a zoom that was taken back, of that axis alone', () => {
    const changes = new PlotlyChanges(null);
    changes.relaidOut({ 'xaxis.range[0]': 1, 'xaxis.range[1]': 5, 'xaxis2.range': [0, 1] });
    changes.relaidOut({ 'xaxis.autorange': true });
    assert.deepEqual(changes.relayout(), { 'xaxis.autorange': true, 'xaxis2.range': [0, 1] });
    changes.relaidOut({ 'xaxis.range[0]': 1, 'xaxis.range[1]': 5 });
    assert.equal(changes.relayout()?.['xaxis.autorange'], undefined);
  });

  it('keep what was hidden for each trace, and go from drawing to drawing', () => {
    const first = new PlotlyChanges(null);
    first.restyled([{ visible: ['legendonly'] }, [1]]);
    first.restyled([{ visible: [true, 'legendonly'], opacity: 0.5 }, [1, 2]]);
    const state = first.state();
    assert.ok(state?.kind === 'plotly');
    const second = new PlotlyChanges(state);
    assert.deepEqual(second.restyles(), [
      { change: { visible: [true], opacity: [0.5] }, traces: [1] },
      { change: { visible: ['legendonly'], opacity: [0.5] }, traces: [2] },
    ]);
    second.restyled([{ visible: 'legendonly' }, [1]]);
    assert.deepEqual(first.state(), state, 'the earlier drawing is not touched');
  });

  it('are none for a chart that nobody touched', () => {
    const changes = new PlotlyChanges(null);
    changes.relaidOut({ width: 300 });
    changes.relaidOut('nonsense');
    changes.restyled([{ visible: true }]);
    assert.equal(changes.state(), null);
  });
});
