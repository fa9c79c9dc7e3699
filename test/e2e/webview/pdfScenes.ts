/** A report of three pages, as the sandbox draws it, and PDFs that have no page to show. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PDF_MIME } from '../../../src/shared/outputs.ts';
import { type PdfPage } from '../../../src/shared/pdf.ts';
import { type OpenOptions } from './harness.ts';
import { artifact, display, Log, panelState } from './scenes.ts';

export const report = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/webview/pdf-pages.json'), 'utf8'),
) as { pdf: string; pages: [PdfPage, PdfPage, PdfPage] };

export const drawnPdf = { 'application/pdf': report.pdf, [PDF_MIME]: report.pages[0] };

/** Draws as the sandbox does; `__refuse` is what it answers instead. */
const HOST = `{
  pdfPage: async ({ page }) => {
    window.__asked = [...(window.__asked ?? []), page];
    if (window.__hold !== undefined) await window.__hold;
    return window.__refuse ?? { ok: true, answer: ${JSON.stringify(report.pages)}[page - 1] ?? { problem: 'missing' } };
  },
}`;

export function pdfScene(): OpenOptions {
  const log = new Log();
  log.ask('Write a report');
  log.cell('c1', 'Show the report', 'display(report)', [display(drawnPdf)], {
    artifacts: [artifact('report.pdf', 34_245)],
  });
  log.end();
  return { state: panelState(), events: log.events, host: HOST };
}

/** One that wants a password, one that took too long, and one of an opened notebook while nothing runs. */
export function pdfTroubles(): OpenOptions {
  const log = new Log();
  log.ask('Show them');
  const pdf = (text: string): string => Buffer.from(`%PDF-1.7 /Type /Page ${text}`).toString('base64');
  log.cell('c1', 'Letters', 'show()', [
    display({ 'application/pdf': pdf('a'), [PDF_MIME]: { problem: 'encrypted' } }),
    display({ 'application/pdf': pdf('b'), [PDF_MIME]: { problem: 'slow' } }),
    display({ 'application/pdf': pdf('c') }),
  ]);
  log.end();
  return {
    state: panelState(),
    events: log.events,
    answers: { pdfPage: { ok: false, reason: 'gone', problem: '' } },
  };
}
