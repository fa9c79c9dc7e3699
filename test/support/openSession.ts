/** Sessions for unit tests: a folder of their own, a fake sandbox, and everything they said; closed after each test. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'node:test';
import { DEFAULT_TURN_LIMITS } from '../../src/agent/loop.ts';
import type { Model } from '../../src/models/model.ts';
import { Session, type SessionActivity, type SessionOptions } from '../../src/session/session.ts';
import type { SessionEvent } from '../../src/shared/events.ts';
import { fakeSandbox, type FakeSandbox } from './fakeSandbox.ts';

export interface Seen {
  session: Session;
  events: SessionEvent[];
  states: SessionActivity[];
  sandbox: FakeSandbox;
}

/** Call it once at the top of a test file. */
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
      const session = await Session.open({
        id: 'a',
        title: 'Sales',
        folder,
        sandbox,
        model: async () => Promise.resolve(model),
        cellTimeoutMs: 1000,
        outputLimitBytes: 100_000,
        limits: DEFAULT_TURN_LIMITS,
        now: () => 1_700_000_000_000,
        onEvents: (batch) => events.push(...batch),
        onState: (state) => states.push(state),
        log: () => undefined,
        ...more,
      });
      open.push(session);
      return { session, events, states, sandbox };
    },
  };
}
