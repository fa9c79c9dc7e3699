import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toMarkdown } from '../../../src/export/markdown.ts';
import { quietMarkdown } from '../../../src/export/markdownText.ts';
import { reportOf } from '../../../src/export/report.ts';
import { ask, logOf, NOTHING_KNOWN, printed, ran, shows } from './support.ts';

const written = (...events: Parameters<typeof logOf>) =>
  toMarkdown(reportOf(logOf(...events), NOTHING_KNOWN), 'my report_files');

describe('a session as Markdown', () => {
  it('has its pictures in the folder beside it, and tables as tables', () => {
    const frame = `<style scoped>.dataframe td { x: y }</style><table class="dataframe"><thead><tr><th></th><th>a|b</th></tr></thead>
      <tbody><tr><th>0</th><td>1</td></tr></tbody></table><p>1 rows × 1 columns</p>`;
    const { text, files } = written(
      ask('Why?'),
      ran('c1', 'plot()', [
        shows({ 'image/png': 'iVBORw0KGgo=' }),
        shows({ 'text/html': frame, 'text/plain': 'x' }),
      ]),
      ran('c2', 'fig', [shows({ 'application/vnd.plotly.v1+json': { data: [] } })]),
    );
    assert.deepEqual(
      files.map(({ name }) => name),
      ['chart-01.png', 'chart-02.plotly.json'],
    );
    assert.match(text, /!\[Do c1\]\(my%20report_files\/chart-01\.png\)/);
    assert.match(text, /\n\[Interactive chart: Do c2\]\(my%20report_files\/chart-02\.plotly\.json\)/);
    assert.match(text, /\| {2}\| a\\\|b \|\n\| --- \| --- \|\n\| 0 \| 1 \|\n\n1 rows × 1 columns/);
  });

  it('no output ends the block that it stands in', () => {
    const { text } = written(ran('c1', 'x', [printed('```\n# free\n````\n')]));
    assert.match(text, /`````text\n```\n# free\n````\n`````/);
  });

  it('of a model loads nothing when it is opened', () => {
    assert.equal(quietMarkdown('![a](https://e.test/x)'), '\\![a](https://e.test/x)');
    assert.equal(quietMarkdown('a <IMG src=x> <b>b</b>'), 'a &lt;IMG src=x> <b>b</b>');
    assert.equal(quietMarkdown('```\n<img>![a](b)\n```\n<img>'), '```\n<img>![a](b)\n```\n&lt;img>');
    const own = '![a](data:image/png;base64,AA==) ![b](attachment:c.png)';
    assert.equal(quietMarkdown(own), own);
  });
});
