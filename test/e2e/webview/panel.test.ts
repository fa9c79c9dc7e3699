/** The panel as its user meets it: asking, stopping, reading, saving. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { attempt } from '../../support/vscodeWindow.ts';
import { inputOf, panelFlow } from './flow.ts';
import { conversation, Log, panelState, stdout, suggestions, troubles } from './scenes.ts';

describe('the panel', () => {
  const { shown } = panelFlow();

  describe('asking', () => {
    const idle = () => ({ state: panelState() });

    shown('Enter sends, Shift+Enter makes a line, the field is empty afterwards', idle, async (panel) => {
      await inputOf(panel).fill('first');
      await panel.page.keyboard.press('Shift+Enter');
      await panel.page.keyboard.type('second');
      await panel.page.keyboard.press('Enter');
      const [sent] = await panel.posted('send');
      assert.deepEqual(sent?.params, { intent: 'ask', text: 'first\nsecond', fileIds: [], imageIds: [] });
      await panel.page.waitForTimeout(50);
      assert.equal(await inputOf(panel).inputValue(), '');
    });

    shown('Enter that ends a composition of an input method does not send', idle, async (panel) => {
      await inputOf(panel).fill('にほん');
      await inputOf(panel).evaluate(
        '(e) => e.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true }))',
      );
      assert.deepEqual(await panel.posted('send'), []);
    });

    shown('files are attached, shown, removed, and alone mean: analyze', idle, async (panel) => {
      await panel.page.getByRole('button', { name: 'Attach data files' }).click();
      const chips = panel.page.getByRole('list', { name: 'Attached files' });
      await chips.getByText('attached.csv').waitFor();
      await panel.push({
        type: 'focusComposer',
        text: 'Compare',
        files: [
          { id: 'f9', label: 'data/attached.csv' },
          { id: 'f8', label: 'other.csv' },
        ],
      });
      assert.equal(await chips.getByRole('listitem').count(), 2);
      assert.equal(await inputOf(panel).inputValue(), 'Compare');
      assert.ok(await panel.page.evaluate<boolean>('document.activeElement.tagName === "TEXTAREA"'));
      await chips.getByRole('button', { name: 'Remove other.csv' }).click();
      await inputOf(panel).fill('');
      await panel.page.getByRole('button', { name: 'Send' }).click();
      const [sent] = await panel.posted('send');
      assert.deepEqual(sent?.params, { intent: 'analyze', text: '', fileIds: ['f9'], imageIds: [] });
    });

    shown('nothing to send: Send is off and says why', idle, async (panel) => {
      const send = panel.page.locator('vscode-button', { hasText: 'Send' });
      assert.equal(await send.getAttribute('title'), 'Write a question or attach a file first');
      await inputOf(panel).press('Enter');
      assert.deepEqual(await panel.posted('send'), []);
    });

    shown(
      'a refusal of the host is a sentence that can be dismissed, and the text stays',
      () => ({ state: panelState(), answers: { send: 'The session is busy.' } }),
      async (panel) => {
        await inputOf(panel).fill('Question');
        await inputOf(panel).press('Enter');
        await panel.page.getByRole('alert').getByText('The session is busy.').waitFor();
        assert.equal(await inputOf(panel).inputValue(), 'Question');
        await panel.page.getByRole('button', { name: 'Dismiss' }).click();
        assert.equal(await panel.page.getByRole('alert').count(), 0);
      },
    );

    shown('what is being written survives being hidden', idle, async (panel) => {
      await inputOf(panel).fill('half a thought');
      assert.deepEqual(await panel.page.evaluate('window.__saved'), {
        draft: { text: 'half a thought', files: [], images: [] },
        sessionId: 's1',
      });
    });

    shown(
      'suggestions send what they say',
      () => ({ state: panelState({ suggestions }) }),
      async (panel) => {
        await panel.page.getByRole('button', { name: 'Chart sales.csv' }).click();
        const [sent] = await panel.posted('send');
        assert.deepEqual(sent?.params, { intent: 'chart', text: '', fileIds: ['f1'], imageIds: [] });
        await panel.page.getByRole('button', { name: 'Try with Sample Data' }).click();
        assert.deepEqual((await panel.posted('runCommand'))[0]?.params, {
          command: 'codeInterpreter.trySample',
        });
      },
    );
  });

  describe('stopping', () => {
    const busy = () => ({ state: panelState({ turn: 'running' }), events: troubles().events });

    shown('Stop stands where Send was, and Escape stops from anywhere', busy, async (panel) => {
      assert.equal(await panel.page.getByRole('button', { name: 'Send' }).count(), 0);
      await panel.page.getByRole('button', { name: 'Stop' }).click();
      await panel.page.keyboard.press('Escape');
      assert.equal((await panel.posted('stop')).length, 2);
    });

    shown(
      'Escape in an enlarged chart closes the chart only',
      () => ({ ...busy(), events: conversation().events }),
      async (panel) => {
        await panel.page.locator('.figure img').click();
        await panel.page.getByRole('dialog').waitFor();
        await panel.page.keyboard.press('Escape');
        await panel.page.getByRole('dialog').waitFor({ state: 'detached' });
        assert.deepEqual(await panel.posted('stop'), []);
      },
    );

    shown(
      'an untrusted workspace says why and leads to trust',
      () => ({ state: panelState({ trusted: false }) }),
      async (panel) => {
        await inputOf(panel).fill('x');
        await inputOf(panel).press('Enter');
        assert.deepEqual(await panel.posted('send'), []);
        await panel.page.getByRole('button', { name: 'Manage Workspace Trust' }).click();
        assert.deepEqual((await panel.posted('runCommand'))[0]?.params, {
          command: 'workbench.trust.manage',
        });
      },
    );

    shown(
      'a missing engine shows its remedy and recovers by itself',
      () => ({
        state: panelState({
          sandbox: {
            kind: 'waiting',
            failure: {
              code: 'x',
              sentence: 'Docker does not answer.',
              remedy: { text: 'Start Docker.', command: 'codeInterpreter.checkSetup' },
            },
          },
        }),
      }),
      async (panel) => {
        await panel.page.getByText('Docker does not answer.').waitFor();
        await panel.page.locator('.notice').getByRole('button', { name: 'Check Setup' }).click();
        assert.deepEqual((await panel.posted('runCommand'))[0]?.params, {
          command: 'codeInterpreter.checkSetup',
        });
        await panel.push({ type: 'state', state: panelState() });
        assert.equal(await panel.page.getByText('Docker does not answer.').count(), 0);
        assert.ok(await panel.page.getByText('Sandbox ready').isVisible());
      },
    );

    shown(
      'after a start that failed, the next question tries again',
      () => ({
        state: panelState({
          sandbox: {
            kind: 'failed',
            failure: { code: 'x', sentence: 'The sandbox did not start.', remedy: { text: 'Try again.' } },
          },
        }),
      }),
      async (panel) => {
        await panel.page.getByText('The sandbox did not start.').waitFor();
        await inputOf(panel).fill('again');
        await inputOf(panel).press('Enter');
        assert.equal((await panel.posted('send'))[0]?.params['text'], 'again');
      },
    );
  });

  describe('cells', () => {
    const told = () => ({ state: panelState(), events: conversation().events });

    shown(
      'long code that went well is folded, short code is open, both by the keyboard',
      told,
      async (panel) => {
        const folded = panel.page.getByRole('region', { name: 'Code cell: Revenue by month' });
        assert.equal(await folded.getByRole('region', { name: 'Code', exact: true }).count(), 0);
        await folded.locator('.cell-toggle').press('Enter');
        await folded.getByText('Monthly totals over all regions').waitFor();
        const open = panel.page.getByRole('region', { name: 'Code cell: Open the file' });
        assert.equal(await open.getByRole('region', { name: 'Code', exact: true }).count(), 1);
      },
    );

    shown(
      'the failing line is marked, and the traceback opens',
      () => ({ state: panelState(), events: troubles().events }),
      async (panel) => {
        const cell = panel.page.getByRole('region', { name: 'Code cell: Sum revenue' });
        const mark = await cell.locator('.failing-line').boundingBox();
        const line = await cell.locator('.code .hljs-string', { hasText: "'month'" }).first().boundingBox();
        assert.ok(mark && line && Math.abs(mark.y - line.y) < 8, 'the mark lies on the line');
        await cell.getByText('Full traceback').click();
        assert.ok(await cell.getByText('get_grouper').first().isVisible());
      },
    );

    shown('files are saved, opened, and saved all together', told, async (panel) => {
      await panel.page.getByRole('button', { name: 'Save monthly.csv' }).click();
      await panel.page.getByRole('button', { name: 'Open revenue-by-month.png' }).click();
      await panel.page.getByRole('button', { name: 'Save all files' }).click();
      assert.deepEqual((await panel.posted('saveArtifact'))[0]?.params, {
        sha256: 'ab'.repeat(32),
        name: 'monthly.csv',
      });
      assert.deepEqual((await panel.posted()).map((message) => message.name).slice(-2), [
        'openArtifact',
        'saveArtifacts',
      ]);
      assert.deepEqual(
        (await panel.posted('saveArtifacts'))[0]?.params['artifacts'],
        ['revenue-by-month.png', 'monthly.csv'].map((name) => ({ name, sha256: 'ab'.repeat(32) })),
      );
    });

    shown('code and tables are copied whole', told, async (panel) => {
      await panel.page
        .getByRole('region', { name: 'Code cell: Open the file' })
        .getByRole('button', { name: 'Copy code' })
        .click();
      await panel.page.getByRole('button', { name: 'Copy table with headers' }).click();
      const [code, table] = (await panel.posted('copyText')).map((message) => String(message.params['text']));
      assert.match(code ?? '', /^import pandas as pd\n/);
      assert.match(table ?? '', /^\tmonth\tregion\trevenue\torders\n0\t2025-01-01\tNorth\t/);
    });

    shown('links ask the host', told, async (panel) => {
      await panel.page.getByRole('link', { name: 'method' }).press('Enter');
      assert.deepEqual((await panel.posted('openLink'))[0]?.params, { url: 'https://example.com/method' });
    });

    shown(
      'code appears while it is written, and runs, without stealing the focus',
      () => ({ state: panelState({ turn: 'running' }) }),
      async (panel) => {
        await inputOf(panel).focus();
        const log = new Log();
        log.ask('Go');
        log.write('c1', 'Count', 'import pan');
        await panel.push({ type: 'events', events: log.events });
        await panel.page.getByText('Writing').waitFor();
        const more = log.add({
          type: 'cell_running',
          cellId: 'c1',
          purpose: 'Count',
          code: 'import pandas',
          executionCount: 1,
        });
        await panel.push({ type: 'events', events: [more] });
        await panel.page.getByText('Running', { exact: true }).waitFor();
        const twoLines = [
          log.add({ type: 'cell_output', cellId: 'c1', output: stdout('10%\r') }),
          log.add({ type: 'cell_output', cellId: 'c1', output: stdout('99%\n') }),
        ];
        await panel.push({ type: 'events', events: twoLines });
        assert.equal(await panel.page.locator('pre.text').textContent(), '99%');
        assert.ok(await panel.page.evaluate<boolean>('document.activeElement.tagName === "TEXTAREA"'));
      },
    );
  });

  describe('place in the conversation', () => {
    shown(
      'follows the end, stays where one reads, and leads back',
      () => ({ state: panelState({ turn: 'running' }), events: conversation().events, height: 500 }),
      async (panel) => {
        const fromEnd = async () =>
          panel.page.evaluate<number>(
            '(() => { const s = document.querySelector(".scroller"); return s.scrollHeight - s.scrollTop - s.clientHeight; })()',
          );
        await panel.page.waitForTimeout(300);
        assert.ok((await fromEnd()) < 4, 'opened at its end');
        await panel.page.mouse.move(200, 200);
        await panel.page.mouse.wheel(0, -400);
        await attempt(20_000, async () => assert.ok((await fromEnd()) > 300));
        await panel.page.waitForTimeout(200);
        const top = await panel.page.evaluate<number>('document.querySelector(".scroller").scrollTop');
        const log = conversation();
        const event = log.add({
          type: 'text',
          turnId: 't1',
          blockId: 'late',
          delta: 'More words.\n\n'.repeat(30),
        });
        await panel.push({ type: 'events', events: [event] });
        await panel.page.waitForTimeout(200);
        assert.equal(await panel.page.evaluate('document.querySelector(".scroller").scrollTop'), top);
        await panel.page.getByRole('button', { name: 'Jump to latest' }).click();
        await panel.page.waitForTimeout(200);
        assert.ok((await fromEnd()) < 4);
        assert.equal(await panel.page.getByRole('button', { name: 'Jump to latest' }).count(), 0);
      },
    );

    shown(
      'page keys go from message to message',
      () => ({ state: panelState(), events: troubles().events }),
      async (panel) => {
        const label = async () =>
          panel.page.evaluate<string>('document.activeElement.getAttribute("aria-label")');
        await panel.page.locator('article').last().focus();
        assert.match(await label(), /^Claude Sonnet, message 5 of 5$/);
        await panel.page.keyboard.press('PageUp');
        assert.match(await label(), /^You, message 4 of 5$/);
      },
    );

    shown(
      'another session takes the place of this one',
      () => ({ state: panelState(), events: conversation().events }),
      async (panel) => {
        await panel.push({ type: 'reset', state: panelState({ sessionId: 's2', suggestions }), events: [] });
        assert.equal(await panel.page.locator('article').count(), 0);
        assert.ok(await panel.page.getByRole('button', { name: 'Chart sales.csv' }).isVisible());
      },
    );
  });
});
