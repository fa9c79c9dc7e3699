/**
 * R12: twelve requests that want too much of everything, as a model would carry them out, through a whole session. Each
 * ends within its time, the user is shown which limit it was, the model is told, and the session answers afterwards.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { Session } from '../../../src/session/session.ts';
import type { SessionEvent } from '../../../src/shared/events.ts';
import { limitForModel } from '../../../src/shared/limitWords.ts';
import type { CellResult, Language, LimitHit } from '../../../src/shared/outputs.ts';
import { attacks } from '../../support/attack.ts';
import { keeping } from '../../support/keepingSandbox.ts';
import { sessionOptions } from '../../support/openSession.ts';
import { scriptedModel, type ScriptedModel } from '../../support/scriptedModel.ts';
import { TIGHT_LIMITS } from '../../support/tightLimits.ts';

const CELL_MS = 8000;

/** What the user asks, what the model runs, and any of which limits ends it. */
const PROMPTS: { ask: string; language: Language; code: string; kinds: LimitHit['kind'][] }[] = [
  {
    ask: 'Give me π to a billion digits.',
    language: 'python',
    code: `from decimal import Decimal, getcontext
getcontext().prec = 10**9
print(sum(Decimal(1) / Decimal(16)**k * (Decimal(4) / (8*k+1)) for k in range(10**9)))`,
    kinds: ['time', 'memory'],
  },
  {
    ask: 'List all permutations of 13 letters.',
    language: 'python',
    code: 'import itertools\nall = list(itertools.permutations("abcdefghijklm"))\nprint(len(all))',
    kinds: ['memory', 'time'],
  },
  {
    ask: 'Write a terabyte of test data.',
    language: 'bash',
    code: 'for n in $(seq 20000); do head -c 50000000 /dev/zero >/outputs/data$n; done',
    kinds: ['disk'],
  },
  {
    ask: 'Put a terabyte into the temporary folder.',
    language: 'python',
    code: 'with open("/tmp/data", "wb") as f:\n    while True: f.write(b"x" * 1_000_000)',
    kinds: ['disk', 'fileSize'],
  },
  {
    ask: 'Make me a million files, one for each customer.',
    language: 'python',
    // /tmp holds few; /outputs so many that on a busy machine the time is up first.
    code: 'import os\nos.mkdir("/tmp/customers")\nfor n in range(1_000_000): open(f"/tmp/customers/{n}", "w").close()',
    kinds: ['files'],
  },
  {
    ask: 'Start as many processes as you can.',
    language: 'bash',
    code: 'bomb() { bomb | bomb & }; bomb; sleep 600',
    kinds: ['processes'],
  },
  {
    ask: 'Use a thread for each of the million rows.',
    language: 'python',
    code: `import threading
go = threading.Event()
try:
    for _ in range(1_000_000): threading.Thread(target=go.wait).start()
finally: go.set()`,
    kinds: ['processes'],
  },
  {
    ask: 'Print every number there is.',
    language: 'python',
    code: 'n = 0\nwhile True: print(n); n += 1',
    kinds: ['output'],
  },
  {
    ask: 'Make a matrix of a million by a million.',
    language: 'python',
    code: 'import numpy as np\nnp.ones((10**6, 10**6))',
    kinds: ['memory'],
  },
  {
    ask: 'Open the file a hundred thousand times.',
    language: 'javascript',
    code: 'const fs = require("fs"); const all = []; for (let n = 0; n < 1e5; n++) all.push(fs.openSync("/dev/null"));',
    kinds: ['openFiles'],
  },
  { ask: 'Wait until next year.', language: 'python', code: 'import time; time.sleep(1e9)', kinds: ['time'] },
  {
    ask: 'Share the whole of it between the workers.',
    language: 'bash',
    code: 'for n in $(seq 100); do head -c 50000000 /dev/zero >/dev/shm/part$n || break; done; rm -f /dev/shm/part*; false',
    kinds: ['disk'],
  },
];

/** On gVisor what exceeds memory or processes ends the whole sandbox (resources.test.ts). */
const isToldByGvisor = (kind: LimitHit['kind']): boolean =>
  kind === 'time' || kind === 'output' || kind === 'openFiles';

const TIDY = 'rm -rf /tmp/data /tmp/customers; find /outputs -mindepth 1 -delete';

attacks(
  'R: a model that wants too much',
  { options: { limits: TIGHT_LIMITS }, runtimes: ['runc'] },
  (target) => {
    const folder = mkdtempSync(join(tmpdir(), 'too-much-'));
    const events: SessionEvent[] = [];
    let model: ScriptedModel;
    let session: Session;
    let now: { language: Language; code: string } = { language: 'bash', code: 'true' };

    before(async () => {
      // One call, and then words.
      model = scriptedModel((_, { messages }) => {
        const answered = messages.at(-1)?.content.some(({ type }) => type === 'tool_result') === true;
        if (answered) return { content: [{ type: 'text', text: 'Done.' }] };
        const input = { purpose: 'As you asked', code: now.code };
        const id = `call${model.requests.length}`;
        return {
          content: [{ type: 'tool_use', id, name: now.language, input, inputJson: JSON.stringify(input) }],
        };
      });
      session = await Session.open(
        sessionOptions(() => model, {
          title: 'Too much',
          folder,
          sandbox: keeping(target.box.sandbox),
          cellTimeoutMs: CELL_MS,
          outputLimitBytes: 200_000,
          onEvents: (batch) => events.push(...batch),
        }),
      );
    });
    after(async () => {
      await session.dispose();
      rmSync(folder, { recursive: true, force: true });
    });

    async function asked(
      ask: string,
      language: Language,
      code: string,
    ): Promise<{ result: CellResult; told: string }> {
      now = { language, code };
      const from = events.length;
      await session.send({ intent: 'ask', text: ask, files: [] });
      const done = events.slice(from).find((event) => event.type === 'cell_done');
      assert.ok(done?.type === 'cell_done', JSON.stringify(events.slice(from).map(({ type }) => type)));
      const last = model.requests.at(-1)?.messages.at(-1)?.content ?? [];
      const told = last.flatMap((block) =>
        block.type === 'tool_result'
          ? block.content.flatMap((part) => (part.type === 'text' ? [part.text] : []))
          : [],
      );
      return { result: done.result, told: told.join('\n') };
    }

    const prompts =
      target.runtime === 'runsc' ? PROMPTS.filter(({ kinds }) => kinds.every(isToldByGvisor)) : PROMPTS;
    for (const { ask, language, code, kinds } of prompts) {
      it(`R12 "${ask}" ends, and says why`, async () => {
        const { result, told } = await asked(ask, language, code);
        const hits = (result.limits ?? []).filter(({ kind }) => kinds.includes(kind));
        const [hit] = hits;
        assert.ok(
          hit,
          `${kinds.join(' or ')} is not among ${JSON.stringify(result.limits)}: ${told.slice(0, 500)}`,
        );
        assert.ok(result.durationMs < CELL_MS + 10_000, `${result.durationMs} ms`);
        assert.ok(told.includes(limitForModel(hit)), told.slice(0, 500));
        const next = await asked('Go on.', 'bash', `${TIDY}; echo fine`);
        assert.equal(next.result.status, 'ok', next.told);
        assert.deepEqual(next.result.limits ?? [], []);
      });
    }

    it('R12 may still: an ordinary question, with nothing to say about limits', async () => {
      // What was asked before may have cost the idle kernel its memory: this is told once, with the first cell after it.
      await asked('Are you there?', 'python', 'print(1)');
      const { result, told } = await asked('How many?', 'python', 'print(sum(range(10**6)))');
      assert.equal(result.status, 'ok', told);
      assert.equal(result.limits, undefined);
      assert.doesNotMatch(told, /limit/);
    });
  },
);
