import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exported, FORMATS } from '../../../src/export/formats.ts';
import { reportOf } from '../../../src/export/report.ts';
import type { NewSessionEvent } from '../../../src/shared/events.ts';
import { FACTS_MIME, FRAME_MIME, type Output } from '../../../src/shared/outputs.ts';
import { ask, logOf, NOTHING_KNOWN, printed, ran, shows } from './support.ts';

const CANARY = 'CANARY7f3a';
const frame = { rows: 3, columnCount: 2, columns: [{ name: CANARY, dtype: 'int64', missing: 0 }] };

/** A value of the data in every place of an output. */
const OUTPUTS: Output[] = [
  printed(CANARY),
  { output_type: 'error', ename: CANARY, evalue: CANARY, traceback: [CANARY] },
  {
    output_type: 'execute_result',
    execution_count: 1,
    data: { 'text/plain': CANARY },
    metadata: { a: CANARY },
  },
  shows({
    'text/html': `<table><tr><td>${CANARY}</td></tr></table>`,
    'text/plain': CANARY,
    [FRAME_MIME]: frame,
  }),
  shows({ 'text/html': `<b>${CANARY}</b>` }),
  shows({ 'text/markdown': CANARY }),
  shows({ 'text/latex': CANARY }),
  shows({ 'application/json': { [CANARY]: CANARY } }),
  shows({ 'application/vnd.plotly.v1+json': { data: [{ x: [CANARY] }] } }),
  shows({ 'application/vnd.vegalite.v5+json': { data: { values: [CANARY] } } }),
  shows({ 'image/svg+xml': `<svg>${CANARY}</svg>`, [FACTS_MIME]: CANARY }),
  shows({ 'image/png': Buffer.from(CANARY).toString('base64') }),
  shows({ [`application/${CANARY}`]: CANARY }),
];

const events = logOf(
  ask('How many?'),
  { type: 'turn_started', turnId: 't1', model: { id: 'm', label: 'Model' } },
  ran('c1', 'df', OUTPUTS),
  {
    ...{ type: 'file_edit', turnId: 't1', callId: 'e', command: 'create', path: CANARY, ok: true },
    ...{ sentence: `Created ${CANARY}`, diff: `+${CANARY}`, artifact: null },
  } satisfies NewSessionEvent,
  { type: 'artifact_stored', cellId: 'c1', name: `${CANARY}.csv`, bytes: 1, sha256: 'a'.repeat(64) },
  { type: 'text_inserted', textId: 'x', format: 'markdown', source: `![a](data:image/png;base64,${CANARY})` },
  { type: 'text', turnId: 't1', blockId: 'b', delta: 'There are three.' },
);

const encoded = [CANARY, Buffer.from(CANARY).toString('base64')];

describe('shared without rows', () => {
  for (const format of FORMATS) {
    it(`${format} has no value of any output, and says what was left out`, async () => {
      const options = { side: 's', chartCode: async () => Promise.resolve('0') };
      const whole = await exported(format, reportOf(events, NOTHING_KNOWN), options);
      if (format !== 'py') assert.ok(whole.text.includes(CANARY), 'with rows it is there');
      const { text, files } = await exported(
        format,
        reportOf(events, { ...NOTHING_KNOWN, rows: false }),
        options,
      );
      for (const canary of encoded) assert.ok(!text.includes(canary), text.slice(text.indexOf(canary) - 200));
      assert.deepEqual(files, []);
      assert.match(text, /Shared without rows/);
      assert.match(text, /There are three\./);
      if (format !== 'py') assert.match(text, /a table, 3 rows × 2 columns \(1 × int64\), left out/);
    });
  }
});
