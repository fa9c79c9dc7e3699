/** The way of a key: typed, tried against an API on this machine, stored in the secret storage, removed. */
import assert from 'node:assert/strict';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as vscode from 'vscode';
import { answering, setSetting, testApi, until } from './support.ts';

const GOOD = 'sk-test-good-0123456789';

/** An API that knows one key, as far as listing models goes. */
async function api(): Promise<{ server: http.Server; url: string; keys: string[] }> {
  const keys: string[] = [];
  const server = http.createServer((request, response) => {
    const key = String(request.headers['x-api-key']);
    keys.push(key);
    const accepted = key === GOOD;
    const body = accepted
      ? {
          data: [{ type: 'model', id: 'm', display_name: 'M', created_at: '2026-01-01T00:00:00Z' }],
          has_more: false,
          first_id: 'm',
          last_id: 'm',
        }
      : { type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } };
    response.writeHead(accepted ? 200 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, keys };
}

describe('the API key', () => {
  let running: Awaited<ReturnType<typeof api>>;
  before(async () => {
    running = await api();
    await setSetting('apiBaseUrl', running.url);
  });
  after(async () => {
    await setSetting('apiBaseUrl', undefined);
    running.server.close();
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
    assert.ok(running.keys.includes('sk-test-wrong-987654321'), 'the API was asked');
    assert.equal(await hasKey(), false);
  });

  it('makes Claude answer from the next question on, named with its provider', async () => {
    await setKey(GOOD);
    await until('the key counts', hasKey);
    const { model } = (await (await testApi()).snapshot()).state;
    assert.equal(model.provider, 'Anthropic');
    assert.ok(!JSON.stringify(await (await testApi()).snapshot()).includes(GOOD));
  });

  it('is not used for another address', async () => {
    await setSetting('apiBaseUrl', 'https://other.test');
    await until('there is no key for it', async () => !(await hasKey()));
    await setSetting('apiBaseUrl', running.url);
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
