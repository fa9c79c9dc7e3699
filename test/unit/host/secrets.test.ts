import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Failure } from '../../../src/failures.ts';
import { Redactor } from '../../../src/host/redact.ts';
import { ApiKeys } from '../../../src/host/secrets.ts';

function world(broken = false) {
  const stored = new Map<string, string>();
  const state = new Map<string, unknown>();
  const redactor = new Redactor();
  const keys = new ApiKeys(
    {
      get: async (name) => Promise.resolve(stored.get(name)),
      store: async (name, value) => {
        if (broken) throw new Error('no keyring');
        await Promise.resolve(stored.set(name, value));
      },
      delete: async (name) => void (await Promise.resolve(stored.delete(name))),
    },
    {
      get: <T>(name: string) => state.get(name) as T,
      update: async (name, value) => void (await Promise.resolve(state.set(name, value))),
    },
    redactor,
  );
  return { keys, stored, state, redactor };
}

describe('API keys', () => {
  it('belong to the address they were entered for', async () => {
    const { keys } = world();
    await keys.set('https://api.example.com/v1', 'sk-one-123456');
    assert.equal(await keys.get('https://api.example.com'), 'sk-one-123456');
    assert.equal(await keys.get('https://evil.test'), null);
    assert.equal(await keys.get('http://api.example.com'), null);
    assert.equal(await keys.get('https://api.example.com:8443'), null);
  });

  it('are really removed, for all addresses', async () => {
    const { keys, stored, state } = world();
    await keys.set('https://a.test', 'sk-one-123456');
    await keys.set('https://b.test', 'sk-two-123456');
    assert.equal(await keys.removeAll('https://a.test'), 2);
    assert.equal(stored.size, 0);
    assert.equal(await keys.removeAll('https://a.test'), 0);
    assert.ok(!JSON.stringify([...state]).includes('sk-'));
  });

  it('never reach the ordinary state or the log', async () => {
    const { keys, state, redactor } = world();
    await keys.set('https://a.test', 'very-private-token');
    assert.ok(!JSON.stringify([...state]).includes('very-private-token'));
    assert.equal(redactor.redact('sent very-private-token'), 'sent [key]');
  });

  it('are stored nowhere when the store refuses', async () => {
    const { keys, stored, state } = world(true);
    await assert.rejects(
      keys.set('https://a.test', 'sk-one-123456'),
      (error) => error instanceof Failure && error.code === 'secrets-unavailable',
    );
    assert.equal(stored.size + state.size, 0);
    assert.equal(await keys.get('https://a.test'), null);
  });
});
