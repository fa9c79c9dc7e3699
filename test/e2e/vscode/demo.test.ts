/** `npm run demo` for people: the address it prints shows an analysis that started by itself; Ctrl+C ends everything. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { SESSION_LABEL } from '../../../src/container/labels.ts';
import { engineAddress, ourObjects } from '../../setup/engineApi.mjs';
import { REPOSITORY } from '../../support/demoWorkspace.ts';
import { launchBrowser } from '../../support/launchBrowser.ts';
import { charts, finishedTurns, panelReady } from '../../support/panel.ts';
import { screenStatistics, showsSomething } from '../../support/pixels.ts';
import { shownOnFailure } from '../../support/vscodeFixture.ts';
import { VsCodeWindow } from '../../support/vscodeWindow.ts';

const sessions = async (): Promise<Set<string>> =>
  new Set((await ourObjects(engineAddress())).map(({ labels }) => labels[SESSION_LABEL] ?? ''));

describe('the demo', () => {
  it('analyzes by itself when its address is opened, and leaves nothing behind', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'test/support/demoWindow.ts'], {
      cwd: REPOSITORY,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    const browser = await launchBrowser();
    try {
      const url = await printedAddress(child.stdout);
      const workspace = new URL(url).searchParams.get('folder') ?? '';
      assert.ok(existsSync(workspace));
      const before = await sessions();
      const window = await VsCodeWindow.at(browser, url, { width: 1440, height: 900 });
      await shownOnFailure(window, 'demo', async () => panelReady(window.panel()));
      await finishedTurns(window.panel(), 1);
      assert.ok(showsSomething(await screenStatistics(charts(window.panel()).first())));
      await window.screenshot('demo');
      const ours = [...(await sessions())].filter((session) => !before.has(session));
      assert.ok(ours.length >= 1, 'its sandbox is there');

      child.kill('SIGINT');
      const [code] = (await ended) as [number | null];
      assert.equal(code, 0);
      assert.equal(existsSync(workspace), false, 'the copy of the sample data is gone');
      const left = await sessions();
      assert.ok(
        ours.some((session) => !left.has(session)),
        'its sandbox is gone',
      );
    } finally {
      await browser.close();
      child.kill('SIGINT');
      await ended;
    }
  });
});

/** Reads on afterwards: who stops reading breaks the pipe of who writes. */
async function printedAddress(output: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    output.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const url = /Open (http:\/\/127\.0\.0\.1:\S+)/.exec(text)?.[1];
      if (url !== undefined) resolve(url);
    });
    output.on('end', () => reject(new Error(`The demo printed no address:\n${text}`)));
  });
}
