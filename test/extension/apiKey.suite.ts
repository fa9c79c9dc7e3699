/** The way of a key: typed, tried against an API on this machine, stored in the secret storage, removed. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { startScriptedApi, TEST_KEY, type ScriptedApi } from '../support/scriptedApi.ts';
import { answering, setSetting, testApi, until } from './support.ts';

const GOOD = TEST_KEY;

describe('the API key', () => {
  let api: ScriptedApi;
  before(async () => {
    api = await startScriptedApi({ script: 'text' });
    await setSetting('apiBaseUrl', api.url);
  });
  after(async () => {
    await setSetting('apiBaseUrl', undefined);
    await api.close();
  });

  const hasKey = async (): Promise<boolean> => (await (await testApi()).snapshot()).state.model.hasKey;
  const setKey = async (key: string): Promise<void> =>
    answering(
      'showInputBox',
      () => key,
      async () =>
        answering(
          'showInformationMessage',
          () => undefined,
          async () => void (await vscode.commands.executeCommand('codeInterpreter.setApiKey')),
        ),
    );

  it('is tried before it is stored; a wrong one is not stored, and not repeated to the screen', async () => {
    const said: string[] = [];
    await answering(
      'showErrorMessage',
      (text) => void said.push(String(text)),
      async () => setKey('sk-test-wrong-987654321'),
    );
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /not stored/);
    assert.ok(!said.join().includes('wrong-987654321'));
    assert.deepEqual(
      api.requests.map(({ status }) => status),
      [401],
    );
    assert.equal(await hasKey(), false);
  });

  it('makes Claude answer from the next question on, named with its provider', async () => {
    await setKey(GOOD);
    await until('the key counts', hasKey);
    const { model } = (await (await testApi()).snapshot()).state;
    assert.match(model.provider ?? '', /Anthropic/);
    assert.ok(!JSON.stringify(await (await testApi()).snapshot()).includes(GOOD));
  });

  /** Changes the address; the answer to the question whether the key may go there. Returns what was asked. */
  const moveTo = async (url: string, agrees: boolean): Promise<string[]> => {
    const asked: string[] = [];
    await answering(
      'showWarningMessage',
      (question, options, button) => {
        asked.push(`${String(question)} ${(options as vscode.MessageOptions).detail ?? ''}`);
        return agrees ? button : undefined;
      },
      async () => {
        await setSetting('apiBaseUrl', url);
        await until('it was asked', () => asked.length > 0);
      },
    );
    return asked;
  };

  it('S6 is not sent to a new host when the user does not agree; the question names both', async () => {
    const other = await startScriptedApi({ script: 'text' });
    try {
      const asked = await moveTo(other.url, false);
      assert.equal(asked.length, 1);
      for (const url of [api.url, other.url]) assert.ok(asked[0]?.includes(new URL(url).host), url);
      await until('there is no key for it', async () => !(await hasKey()));
      assert.deepEqual(other.requests, []);
    } finally {
      await setSetting('apiBaseUrl', api.url);
      await until('the key counts again', hasKey);
      await other.close();
    }
  });

  it('S6 may still be used at a new host when the user agrees', async () => {
    const other = await startScriptedApi({ script: 'text' });
    try {
      await moveTo(other.url, true);
      await until('the key counts there', hasKey);
    } finally {
      await setSetting('apiBaseUrl', api.url);
      await until('the key counts again', hasKey);
      await other.close();
    }
  });

  it('S6 is not even asked about for an address without TLS beyond this machine', async () => {
    const asked: unknown[] = [];
    await answering(
      'showWarningMessage',
      (question) => void asked.push(question),
      async () => {
        await setSetting('apiBaseUrl', 'http://other.test');
        await until('there is no key for it', async () => !(await hasKey()));
      },
    );
    assert.deepEqual(asked, []);
    await setSetting('apiBaseUrl', api.url);
    await until('the key counts again', hasKey);
  });

  it('is really removed', async () => {
    await answering(
      'showInformationMessage',
      () => undefined,
      async () => vscode.commands.executeCommand('codeInterpreter.removeApiKey'),
    );
    await until('the key is gone', async () => !(await hasKey()));
    const { model } = (await (await testApi()).snapshot()).state;
    assert.equal(model.provider, null);
  });
});
