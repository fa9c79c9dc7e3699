/** The model's editor and show_output in the panel. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { panelFlow } from './flow.ts';
import { artifact, Log, panelState } from './scenes.ts';

function edited(lines: number) {
  const log = new Log();
  log.ask('Write a report');
  log.cell('c1', 'Load', 'df');
  log.add({
    type: 'output_shown',
    turnId: 't1',
    callId: 's1',
    cellId: 'c1',
    ok: true,
    sentence: 'Read lines 1 to 9 of the output of “Load”',
  });
  const base = { type: 'file_edit' as const, turnId: 't1', path: 'report.md' };
  log.add({
    ...base,
    callId: 'e1',
    command: 'str_replace',
    ok: true,
    sentence: 'Changed report.md: +1 −1 lines',
    diff: [
      '--- a/report.md',
      '+++ b/report.md',
      '@@ -1,2 +1,2 @@',
      ' # Report',
      '-<img src=x onerror=alert(1)>',
      ...Array.from({ length: lines }, (_, n) => `+line ${n}`),
    ].join('\n'),
    artifact: artifact('report.md', 2048),
  });
  log.add({
    ...base,
    callId: 'e2',
    command: 'str_replace',
    ok: false,
    sentence: 'Could not change report.md: old_str was not found',
    diff: '',
    artifact: null,
  });
  log.end();
  return { state: panelState(), events: log.events };
}

describe('what the model does beside its cells', () => {
  const { shown } = panelFlow();

  shown(
    'the difference is drawn as text, with the file to save below it',
    () => edited(3),
    async (panel) => {
      const card = panel.page.getByRole('region', { name: 'File: Changed report.md: +1 −1 lines' });
      await card.waitFor();
      assert.equal((await card.locator('.diff-removed').innerText()).trim(), '-<img src=x onerror=alert(1)>');
      assert.equal(await card.locator('.diff-added').count(), 3);
      assert.equal(await card.locator('img').count(), 0);
      await card.getByRole('button', { name: 'Save report.md' }).click();
      const [saved] = await panel.posted('saveArtifact');
      assert.deepEqual(saved?.params, { sha256: 'ab'.repeat(32), name: 'report.md' });
      await panel.page.getByText('Read lines 1 to 9 of the output of “Load”').waitFor();
      await panel.page.getByText('Could not change report.md: old_str was not found').waitFor();
    },
  );

  shown(
    'a long difference waits to be opened',
    () => edited(100),
    async (panel) => {
      const toggle = panel.page.getByRole('button', { name: 'Changed report.md: +1 −1 lines' });
      assert.equal(await toggle.getAttribute('aria-expanded'), 'false');
      assert.equal(await panel.page.locator('.diff').count(), 0);
      await toggle.click();
      assert.equal(await panel.page.locator('.diff-added').count(), 100);
    },
  );
});
