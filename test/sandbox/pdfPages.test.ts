/** PDFs of cells in a session: the model gets the first page where it may see outputs, the panel any page of any PDF. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { dataRequests } from '../../src/host/dataRequests.ts';
import { Session } from '../../src/session/session.ts';
import { firstPage } from '../../src/shared/pdf.ts';
import { privacySchema, type Privacy } from '../../src/shared/protocol.ts';
import { makeWorkspace, SandboxFixture } from '../support/dockerFixture.ts';
import { keeping } from '../support/keepingSandbox.ts';
import { apiModel, sessionOptions } from '../support/openSession.ts';
import { startScriptedApi, type ScriptedApi } from '../support/scriptedApi.ts';

const CODE = `
import base64, reportlab.pdfgen.canvas as canvas
drawing = canvas.Canvas('report.pdf', pagesize=(600, 300))
for page in range(3):
    drawing.rect(0, 0, 600, 100 * (page + 1), fill=1); drawing.showPage()
drawing.save()
from IPython.display import display
display({'application/pdf': base64.b64encode(open('report.pdf', 'rb').read()).decode()}, raw=True)
`;

describe('PDFs in a session', { timeout: 300_000 }, () => {
  let box: SandboxFixture;
  let api: ScriptedApi;
  const root = mkdtempSync(join(tmpdir(), 'pdf-pages-'));

  before(async () => {
    api = await startScriptedApi({ script: 'text' });
    box = await SandboxFixture.started({}, makeWorkspace({}));
  });
  after(async () => {
    await api.close();
    await box.close();
    rmSync(root, { recursive: true, force: true });
  });

  /** A turn that makes a PDF: its session, and what the model was sent after it. */
  async function made(privacy: Privacy): Promise<{ session: Session; sent: string }> {
    const options = { folder: join(root, privacy), sandbox: keeping(box.sandbox), privacy: () => privacy };
    const session = await Session.open(sessionOptions(apiModel(api), options));
    const steps = [{ type: 'tool_use' as const, name: 'python', input: { purpose: 'Report', code: CODE } }];
    api.setScript((_, n) => ({
      kind: 'message',
      blocks: n === 1 ? steps : [{ type: 'text', text: 'Done.' }],
    }));
    assert.deepEqual(await session.send({ intent: 'ask', text: 'Write it', files: [] }), {
      kind: 'finished',
    });
    return { session, sent: api.requests.at(-1)?.raw ?? '' };
  }

  for (const privacy of privacySchema.options) {
    it(`with privacy ${privacy}: the panel gets every page, the model what it may see`, async () => {
      const { session, sent } = await made(privacy);
      const events = session.events();
      const bundle = events.flatMap((event) =>
        event.type === 'cell_output' && 'data' in event.output ? [event.output.data] : [],
      )[0];
      const first = firstPage(bundle ?? {});
      assert.ok(first !== null && 'base64' in first, JSON.stringify(first));
      assert.deepEqual([first.pages, first.page, first.width, first.height], [3, 1, 800, 400]);
      assert.equal(sent.includes(first.base64), privacy === 'full');
      assert.equal(sent.includes('page 1 of 3 of the PDF that was shown'), privacy === 'full');

      const artifact = events.find((event) => event.type === 'artifact_stored');
      assert.ok(artifact?.type === 'artifact_stored' && artifact.name === 'report.pdf');
      // Names of cells are found out by themselves, at their own time.
      const told = () => session.events().filter(({ type }) => type !== 'cell_names').length;
      const before = told();
      const panel = dataRequests({ sessions: { now: { session } } });
      const page = async (pdf: { base64: string } | { sha256: string }, number: number) =>
        panel.pdfPage({ pdf, page: number });
      const third = await page({ sha256: artifact.sha256 }, 3);
      assert.ok(third.ok && 'base64' in third.answer && third.answer.page === 3, JSON.stringify(third));
      const same = await page({ base64: String(bundle?.['application/pdf']) }, 1);
      assert.deepEqual(same, { ok: true, answer: first });
      assert.deepEqual(await page({ sha256: artifact.sha256 }, 4), {
        ok: true,
        answer: { problem: 'missing' },
      });
      const gone = await page({ sha256: '0'.repeat(64) }, 1);
      assert.equal(!gone.ok && gone.reason, 'gone');
      assert.equal(told(), before, 'the session knows nothing of it');
    });
  }
});
