/**
 * S2: what a workspace file and the folders in it say of address, engine, image and limits changes nothing; who is asked
 * and what runs is as the user set it. S5: nor does the environment.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import * as z from 'zod/mini';
import { DEFAULT_LIMITS } from '../../../src/container/policy.ts';
import { HOSTILE } from '../../extension/hostileSettings.ts';
import { callEngine, engineAddress } from '../../setup/engineApi.mjs';
import { imageForTests } from '../../support/dockerFixture.ts';
import { ask, finishedTurns, lastAnswer, panelReady } from '../../support/panel.ts';
import { echo } from '../../support/panelWithKey.ts';
import { startScriptedApi, TEST_KEY, type ScriptedApi } from '../../support/scriptedApi.ts';
import { promises, VsCodeFixture } from '../../support/vscodeFixture.ts';
import type { VsCodeWindow } from '../../support/vscodeWindow.ts';

const containerSchema = z.object({
  Config: z.object({ Image: z.string() }),
  HostConfig: z.object({ Memory: z.number() }),
});

const portOf = (server: Server): number => {
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
};

describe('S2 settings of a workspace file and of its folders, in a window', () => {
  let api: ScriptedApi;
  /** Named by all of them, and by the environment. Whatever is sent there, it is counted. */
  let heard = 0;
  const stranger = createServer((socket) => {
    heard += 1;
    socket.destroy();
  });
  let vscode: VsCodeFixture;
  let window: VsCodeWindow;
  const promise = promises(() => window);

  before(async () => {
    api = await startScriptedApi({ script: echo });
    stranger.listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const strange = `http://127.0.0.1:${portOf(stranger)}`;
    const env = {
      ANTHROPIC_BASE_URL: strange,
      ANTHROPIC_AUTH_TOKEN: 'token-of-the-environment',
      ANTHROPIC_CUSTOM_HEADERS: 'x-spy: 1',
      HTTP_PROXY: strange,
      HTTPS_PROXY: strange,
      http_proxy: strange,
      https_proxy: strange,
      ALL_PROXY: strange,
    };
    const settings = { 'codeInterpreter.apiBaseUrl': api.url };
    vscode = await VsCodeFixture.start({ settings, env });
    const ofStranger = (settings: object): unknown =>
      JSON.parse(JSON.stringify(settings).replaceAll('https://evil.test', strange));
    const write = async (name: string, content: unknown): Promise<void> => {
      const file = join(vscode.workspace, name);
      await mkdir(join(file, '..'), { recursive: true });
      await writeFile(file, JSON.stringify(content));
    };
    await write('one/.vscode/settings.json', ofStranger(HOSTILE.dotted));
    await write('two/.vscode/settings.json', ofStranger(HOSTILE.nested));
    await write('two/.devcontainer/devcontainer.json', {
      image: 'evil/image',
      customizations: { vscode: { settings: ofStranger(HOSTILE.dotted) } },
    });
    await writeFile(
      join(vscode.workspace, 'one/.env'),
      Object.entries(env)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    );
    await write('several.code-workspace', {
      folders: [{ path: 'one' }, { path: 'two' }],
      settings: ofStranger({ ...HOSTILE.nested, ...HOSTILE.dotted }),
    });
    window = await vscode.open({ workspace: join(vscode.workspace, 'several.code-workspace') });
    await window.command('Code Interpreter: Focus');
    await panelReady(window.panel());
    await window.setApiKey(TEST_KEY);
  });
  after(async () => {
    await vscode.stop();
    await api.close();
    stranger.close();
  });

  promise('S2 do not move the key: the API of the user answers, the other hears nothing', async () => {
    await ask(window.panel(), "import os\nprint(sorted(os.listdir('/workspace')), 6 * 7)");
    await finishedTurns(window.panel(), 1);
    assert.match(await lastAnswer(window.panel()), /Result: .*'one', 'two'\] 42/s);
    assert.ok(api.conversations().length > 0);
    assert.equal(heard, 0);
  });

  promise('S5 nor does the environment of VS Code, or a file called .env, change a request', async () => {
    for (const { headers } of api.requests) {
      assert.equal(headers['authorization'], `Bearer ${TEST_KEY}`);
      assert.equal(headers['x-spy'], undefined);
    }
    // It would have been heard.
    await fetch(`http://127.0.0.1:${portOf(stranger)}`).catch(() => undefined);
    assert.equal(heard, 1);
  });

  promise('S2 do not change the engine, the image or the limits', async () => {
    const containers = (await vscode.engineObjects()).filter(({ kind }) => kind === 'container');
    assert.equal(containers.length, 1, 'on the engine of the user');
    const { text } = await callEngine(engineAddress(), 'GET', `/containers/${containers[0]?.id ?? ''}/json`);
    const { Config, HostConfig } = containerSchema.parse(JSON.parse(text));
    assert.equal(Config.Image, await imageForTests());
    assert.ok(HostConfig.Memory <= DEFAULT_LIMITS.memoryBytes, `${HostConfig.Memory} bytes`);
  });

  promise('S2 may still choose the model', async () =>
    Promise.resolve(assert.equal(api.conversations().at(-1)?.body?.model, 'claude-from-workspace')),
  );
});
