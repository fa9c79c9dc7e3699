/** Which model answers, and what the pickers offer. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ModelChoice } from '../../../src/host/modelChoice.ts';
import { readSettings } from '../../../src/host/settings.ts';

const settings = (values: Record<string, unknown>) => () =>
  readSettings({
    inspect: <T>(key: string) => ({ key, globalValue: values[key] as T }),
  });

function choice(values: Record<string, unknown>, key: string | null) {
  const listed: string[] = [];
  const list = async (apiKey: string, baseUrl: string) => {
    listed.push(`${apiKey} ${baseUrl}`);
    return Promise.resolve([
      { id: 'claude-new', label: 'Claude New' },
      { id: 'claude-old', label: 'Claude Old' },
    ]);
  };
  const asked: string[] = [];
  const keys = {
    get: async () => Promise.resolve(key),
    getOrAsk: async (baseUrl: string) => Promise.resolve((asked.push(baseUrl), key)),
  };
  return {
    models: new ModelChoice(
      keys,
      settings(values),
      () => undefined,
      () => undefined,
      list,
    ),
    listed,
    asked,
  };
}

describe('the model that answers', () => {
  it('is the analyst when it was chosen, although there is a key', async () => {
    const { models } = choice({ model: 'analyst' }, 'secret');
    assert.equal((await models.choose()).id, 'analyst');
    assert.equal((await models.choose()).provider, null);
    assert.equal((await models.state()).hasKey, true);
  });

  it('is the analyst without a key, whatever was chosen', async () => {
    const { models } = choice({ model: 'claude-new' }, null);
    assert.equal((await models.choose()).id, 'analyst');
    const state = await models.state();
    assert.equal(state.hasKey, false);
    assert.equal(state.effort, undefined);
  });
});

describe('a key for another address', () => {
  it('is asked for by a turn, not by the state, and not when the analyst was chosen', async () => {
    const { models, asked } = choice({ apiBaseUrl: 'https://new.test' }, null);
    await models.state();
    assert.deepEqual(asked, []);
    await models.choose();
    await models.addressChanged();
    assert.deepEqual(asked, ['https://new.test', 'https://new.test']);
    const analyst = choice({ apiBaseUrl: 'https://new.test', model: 'analyst' }, null);
    await analyst.models.choose();
    assert.deepEqual(analyst.asked, []);
  });

  it('is not asked for at an address that is refused', async () => {
    const { models, asked } = choice({ apiBaseUrl: 'http://new.test' }, null);
    await models.addressChanged();
    await assert.rejects(models.choose());
    assert.deepEqual(asked, []);
  });
});

describe('the picker of models', () => {
  it('offers nothing of the API without a key, and asks it nothing', async () => {
    const { models, listed } = choice({}, null);
    assert.equal(await models.models(), null);
    assert.deepEqual(listed, []);
  });

  it("lists the API's models and marks the one in use", async () => {
    const { models, listed } = choice({ model: 'claude-old' }, 'secret');
    assert.deepEqual(await models.models(), [
      { id: 'claude-new', label: 'Claude New', isCurrent: false },
      { id: 'claude-old', label: 'Claude Old', isCurrent: true },
    ]);
    assert.deepEqual(listed, ['secret https://api.anthropic.com']);
  });

  it('shows a typed id that the API does not list', async () => {
    const { models } = choice({ model: 'my-own' }, 'secret');
    assert.deepEqual((await models.models())?.[0], { id: 'my-own', label: 'my-own', isCurrent: true });
  });

  it('marks none of them when the analyst was chosen', async () => {
    const { models } = choice({ model: 'analyst' }, 'secret');
    const rows = await models.models();
    assert.equal(rows?.length, 2);
    assert.ok(rows?.every(({ isCurrent }) => !isCurrent));
  });
});

describe('the effort in the settings', () => {
  it('is one of the known ones; anything else is left to the API', () => {
    assert.equal(settings({ effort: 'high' })().effort, 'high');
    assert.equal(settings({ effort: 'auto' })().effort, null);
    assert.equal(settings({ effort: 'enormous' })().effort, null);
    assert.equal(settings({})().effort, null);
  });
});
