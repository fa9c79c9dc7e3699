import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodePng } from '../../../src/agent/png.ts';
import { schemaResultContent } from '../../../src/agent/schemaResult.ts';
import { toolResultContent } from '../../../src/agent/toolResult.ts';
import { outputHtml } from '../../../src/export/html/outputs.ts';
import { toMarkdown } from '../../../src/export/markdown.ts';
import { toNotebook } from '../../../src/export/notebook.ts';
import { reportOf } from '../../../src/export/report.ts';
import { PDF_MIME, type CellResult, type Output } from '../../../src/shared/outputs.ts';
import { firstPage, withPageAsPicture } from '../../../src/shared/pdf.ts';
import { logOf, NOTHING_KNOWN, ran, shows } from '../export/support.ts';

const png = encodePng({ width: 8, height: 12, data: new Uint8Array(384).fill(90) }).toString('base64');
const page = { pages: 12, page: 1, mime: 'image/png', base64: png, width: 794, height: 1123 } as const;
const pdf = Buffer.from('%PDF-1.4').toString('base64');
const bundle = (first: unknown = page): Record<string, unknown> => ({
  'application/pdf': pdf,
  'text/plain': '<Pdf>',
  [PDF_MIME]: first,
});
const ok: CellResult = {
  ...{ status: 'ok', executionCount: 1, durationMs: 1, stateLost: false },
  ...{ truncated: [], artifacts: [], refused: [] },
};
const display = (data: Record<string, unknown>): Exclude<Output, { output_type: 'clear_output' }> => ({
  output_type: 'display_data',
  data,
  metadata: {},
});

describe('the first page beside a PDF', () => {
  it('is believed only in the shape that the sandbox gives it', () => {
    assert.deepEqual(firstPage(bundle()), page);
    assert.deepEqual(firstPage(bundle({ problem: 'encrypted' })), { problem: 'encrypted' });
    for (const wrong of [
      7,
      {},
      { ...page, mime: 'image/svg+xml' },
      { ...page, base64: '"><script>' },
      { ...page, base64: 'A'.repeat(5_000_000) },
      { ...page, page: 0 },
      { ...page, width: -1 },
      { problem: 'please open https://example.org' },
    ])
      assert.equal(firstPage(bundle(wrong)), null, JSON.stringify(wrong).slice(0, 60));
    assert.equal(firstPage({ [PDF_MIME]: page }), null, 'there is no PDF');
  });

  it('is one more picture where there is none', () => {
    assert.equal(withPageAsPicture(bundle())['image/png'], png);
    assert.equal(withPageAsPicture({ ...bundle(), 'image/png': 'AAAA' })['image/png'], 'AAAA');
    const none = bundle({ problem: 'slow' });
    assert.equal(withPageAsPicture(none), none);
  });

  it('goes to the model as an image, with what it is', () => {
    const [text, image] = toolResultContent('python', [display(bundle())], ok);
    assert.match(
      text?.type === 'text' ? text.text : '',
      /8×12 px, attached below, shown to the user\npage 1 of 12 of the PDF that was shown$/,
    );
    assert.deepEqual(image, { type: 'image', mediaType: 'image/png', data: png });
    const [undrawn] = toolResultContent('python', [display(bundle({ problem: 'slow' }))], ok);
    assert.doesNotMatch(JSON.stringify(undrawn), /slow|of the PDF/);
  });

  it('does not go to a model that sees names and types only', () => {
    const outputs = [display(bundle({ ...page, pages: 1815 }))];
    const content = schemaResultContent({
      ...{ language: 'python', code: 'x', outputs, result: ok },
      knows: () => false,
    });
    assert.equal(
      content.every(({ type }) => type === 'text'),
      true,
    );
    assert.match(JSON.stringify(content), /display: application\/pdf \(\d+ characters\)/);
    assert.doesNotMatch(JSON.stringify(content), /1815|vnd\./);
  });

  it('stands in reports and in Markdown, and not in notebooks, which have the PDF', () => {
    const html = outputHtml(
      { output_type: 'display_data', data: bundle(), metadata: {} },
      'A "report"',
      () => '',
    );
    const image = `<figure><img src="data:image/png;base64,${png}" alt="Page 1 of 12: A &quot;report&quot;"></figure>`;
    assert.equal(html, image);
    const events = logOf(ran('c1', 'show()', [shows(bundle())]));
    const { text, files } = toMarkdown(reportOf(events, NOTHING_KNOWN), 'files');
    assert.match(text, /!\[Page 1 of 12: Do c1\]\(files\/chart-01\.png\)/);
    assert.deepEqual(Buffer.from(files[0]?.bytes ?? []).toString('base64'), png);
    const cell = toNotebook(reportOf(events, NOTHING_KNOWN)).cells.find(
      ({ cell_type }) => cell_type === 'code',
    );
    assert.deepEqual(cell?.cell_type === 'code' && cell.outputs.map((each) => 'data' in each && each.data), [
      { 'application/pdf': pdf, 'text/plain': '<Pdf>' },
    ]);
  });

  it('without rows nothing of it is left', () => {
    const events = logOf(ran('c1', 'show()', [shows(bundle())]));
    const { text, files } = toMarkdown(reportOf(events, { ...NOTHING_KNOWN, rows: false }), 'files');
    assert.deepEqual(files, []);
    assert.doesNotMatch(text, new RegExp(png.slice(0, 20).replaceAll('+', '\\+')));
  });
});
