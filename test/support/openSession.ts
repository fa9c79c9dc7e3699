/** Sessions for tests: what they are made of, and for unit tests a folder, a fake sandbox, and everything they said. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'node:test';
import { DEFAULT_TURN_LIMITS } from '../../src/agent/loop.ts';
import { createAnthropicModel, type AnthropicOptions } from '../../src/models/anthropic.ts';
import type { Model } from '../../src/models/model.ts';
import { Session, type SessionActivity, type SessionOptions } from '../../src/session/session.ts';
import type { SessionEvent } from '../../src/shared/events.ts';
import { fakeSandbox, type FakeSandbox } from './fakeSandbox.ts';
import { TEST_KEY, type ScriptedApi } from './scriptedApi.ts';

export interface Seen {
  session: Session;
  events: SessionEvent[];
  states: SessionActivity[];
  sandbox: FakeSandbox;
}

/** The real client, against the scripted API. */
export const apiModel = (api: ScriptedApi, more: Partial<AnthropicOptions> = {}) =>
  createAnthropicModel({
    apiKey: TEST_KEY,
    baseUrl: api.url,
    modelId: 'claude-sonnet-5-5',
    log: () => undefined,
    ...more,
  });

/** What a session is made of when a test does not say otherwise; a function is asked for its model at each turn. */
export const sessionOptions = (
  model: Model | (() => Model),
  own: Pick<SessionOptions, 'folder' | 'sandbox'> & Partial<SessionOptions>,
): SessionOptions => ({
  id: 'a',
  title: 'a',
  model: async () => Promise.resolve(typeof model === 'function' ? model() : model),
  cellTimeoutMs: 60_000,
  outputLimitBytes: 100_000,
  limits: DEFAULT_TURN_LIMITS,
  now: Date.now,
  onEvents: () => undefined,
  onState: () => undefined,
  log: () => undefined,
  ...own,
});

/** Call it once at the top of a test file. Sessions are closed after each test. */
export function sessionsForTests() {
  let folder = '';
  const open: Session[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'session-'));
  });
  afterEach(async () => {
    for (const session of open.splice(0)) await session.dispose();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    folder: (): string => folder,
    open: async (
      model: Model,
      sandbox: FakeSandbox = fakeSandbox(),
      more: Partial<SessionOptions> = {},
    ): Promise<Seen> => {
      const events: SessionEvent[] = [];
      const states: SessionActivity[] = [];
      const session = await Session.open(
        sessionOptions(model, {
          title: 'Sales',
          folder,
          sandbox,
          cellTimeoutMs: 1000,
          now: () => 1_700_000_000_000,
          onEvents: (batch) => events.push(...batch),
          onState: (state) => states.push(state),
          ...more,
        }),
      );
      open.push(session);
      return { session, events, states, sandbox };
    },
  };
}
