import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Failure } from '../../../src/failures.ts';
import { Redactor } from '../../../src/host/redact.ts';
import { ApiKeys } from '../../../src/host/secrets.ts';

function world(broken = false, agrees = false) {
  const asked: string[] = [];
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
    async (from, to) => Promise.resolve((asked.push(`${from} → ${to}`), agrees)),
  );
  return { keys, stored, state, redactor, asked };
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

  it('S6 go to a new host only when the user agrees to old and new, asked once', async () => {
    const { keys, asked, stored } = world(false, false);
    await keys.set('https://old.test', 'sk-one-123456');
    assert.equal(await keys.getOrAsk('https://new.test:8443/v1'), null);
    assert.equal(await keys.getOrAsk('https://new.test:8443'), null);
    assert.deepEqual(asked, ['old.test → new.test:8443']);
    assert.equal(stored.size, 1);
    assert.equal(
      await keys.getOrAsk('https://old.test/v2'),
      'sk-one-123456',
      'its own host needs no question',
    );
  });

  it('S6 may still go there with consent, and are kept for that host, too', async () => {
    const { keys, asked } = world(false, true);
    await keys.set('https://old.test', 'sk-one-123456');
    const both = await Promise.all([keys.getOrAsk('https://new.test'), keys.getOrAsk('https://new.test')]);
    assert.deepEqual(both, ['sk-one-123456', 'sk-one-123456']);
    assert.deepEqual(asked, ['old.test → new.test'], 'two at once are one question');
    assert.equal(await keys.get('https://new.test'), 'sk-one-123456');
  });

  it('are not asked about when there is none', async () => {
    const { keys, asked } = world(false, true);
    assert.equal(await keys.getOrAsk('https://new.test'), null);
    await keys.set('https://old.test', 'sk-one-123456');
    await keys.removeAll('https://old.test');
    assert.equal(await keys.getOrAsk('https://new.test'), null);
    assert.deepEqual(asked, []);
  });

  it('S14 are really removed, for all addresses', async () => {
    const { keys, stored, state } = world();
    await keys.set('https://a.test', 'sk-one-123456');
    await keys.set('https://b.test', 'sk-two-123456');
    assert.equal(await keys.removeAll('https://a.test'), 2);
    assert.equal(stored.size, 0);
    assert.equal(await keys.removeAll('https://a.test'), 0);
    assert.ok(!JSON.stringify([...state]).includes('sk-'));
  });

  it('S14 never reach the ordinary state or the log', async () => {
    const { keys, state, redactor } = world();
    await keys.set('https://a.test', 'very-private-token');
    assert.ok(!JSON.stringify([...state]).includes('very-private-token'));
    assert.equal(redactor.redact('sent very-private-token'), 'sent [key]');
  });

  it('S14 are stored nowhere when the store refuses', async () => {
    const { keys, stored, state } = world(true);
    await assert.rejects(
      keys.set('https://a.test', 'sk-one-123456'),
      (error) => error instanceof Failure && error.code === 'secrets-unavailable',
    );
    assert.equal(stored.size + state.size, 0);
    assert.equal(await keys.get('https://a.test'), null);
  });
});
