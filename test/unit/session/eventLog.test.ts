import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EventLog } from '../../../src/session/eventLog.ts';
import type { NewSessionEvent, SessionEvent } from '../../../src/shared/events.ts';

function makeLog(append: (batch: readonly SessionEvent[]) => Promise<void> = async () => Promise.resolve()) {
  const batches: SessionEvent[][] = [];
  const log = new EventLog({
    transcript: { append, sync: async () => Promise.resolve(), close: async () => Promise.resolve() },
    restored: [],
    now: () => 0,
    onEvents: (events) => batches.push(events),
    log: () => undefined,
  });
  return { log, batches };
}

const text = (delta: string, blockId = 'b'): NewSessionEvent => ({
  type: 'text',
  turnId: 't',
  blockId,
  delta,
});
const code = (cellId: string, typed: string): NewSessionEvent => ({
  type: 'cell_code',
  cellId,
  purpose: '',
  code: typed,
});
const out = (words: string, name: 'stdout' | 'stderr' = 'stdout'): NewSessionEvent => ({
  type: 'cell_output',
  cellId: 'c',
  output: { output_type: 'stream', name, text: words },
});
const notice: NewSessionEvent = { type: 'notice', level: 'info', text: 'n' };

/** What was said, without numbers. */
const said = (events: readonly SessionEvent[]): string[] =>
  events.map((event) => {
    if (event.type === 'text') return `${event.blockId}:${event.delta}`;
    if (event.type === 'cell_code') return `${event.cellId}:${event.code}`;
    if (event.type === 'cell_output' && event.output.output_type === 'stream')
      return `${event.output.name}:${event.output.text}`;
    return event.type;
  });

describe('the log', () => {
  it('joins what is typed and keeps the order of everything', async () => {
    const { log, batches } = makeLog();
    for (const event of [
      text('a'),
      text('b'),
      text('c', 'd'),
      text('e'),
      notice,
      text('f'),
      code('x', '1'),
      code('x', '12'),
      code('y', '2'),
      out('o'),
      out('p'),
      out('q', 'stderr'),
      out('r'),
    ]) {
      log.push(event);
    }
    await log.flush();
    const all = batches.flat();
    assert.deepEqual(said(all), [
      'b:ab',
      'd:c',
      'b:e',
      'notice',
      'b:f',
      'x:12',
      'y:2',
      'stdout:op',
      'stderr:q',
      'stdout:r',
    ]);
    assert.deepEqual(
      all.map(({ seq }) => seq),
      all.map((_, index) => index + 1),
    );
  });

  it('holds typing for a moment, and lets everything else through at once with what was held', async () => {
    const { log, batches } = makeLog();
    log.push(text('a'));
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(batches.length, 0);
    log.push(notice);
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(batches.map(said), [['b:a', 'notice']]);
    log.push(text('b'));
    await new Promise((resolve) => setTimeout(resolve, 90));
    assert.deepEqual(batches.map(said), [['b:a', 'notice'], ['b:b']]);
  });

  it('makes few writes of a flood, and loses nothing of it', async () => {
    let writes = 0;
    const { log, batches } = makeLog(async () => {
      writes += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
    });
    for (let n = 0; n < 20_000; n += 1) {
      log.push(out(`${n}\n`));
      if (n % 1000 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await log.flush();
    const joined = batches
      .flat()
      .map((e) => (e.type === 'cell_output' && e.output.output_type === 'stream' ? e.output.text : ''))
      .join('');
    assert.equal(joined, Array.from({ length: 20_000 }, (_, n) => `${n}\n`).join(''));
    assert.ok(writes < 20, `${writes} writes`);
  });

  it('writes what could not be written before, in order and once', async () => {
    const disk: number[] = [];
    let full = true;
    const { log } = makeLog(async (batch) => {
      if (full) return Promise.reject(new Error('full'));
      disk.push(...batch.map(({ seq }) => seq));
      return Promise.resolve();
    });
    log.push(notice);
    await log.flush();
    log.push(text('a'));
    await log.flush();
    full = false;
    log.push(text('b'));
    await log.flush();
    await log.flush();
    assert.deepEqual(
      disk,
      disk.map((_, index) => index + 1),
    );
    assert.equal(disk.length, log.events.length);
  });

  it('does not suffer from a panel that throws', async () => {
    const log = new EventLog({
      transcript: {
        append: async () => Promise.resolve(),
        sync: async () => Promise.resolve(),
        close: async () => Promise.resolve(),
      },
      restored: [],
      now: () => 0,
      onEvents: () => {
        throw new Error('panel');
      },
      log: () => undefined,
    });
    log.push(notice);
    await log.flush();
    assert.equal(log.events.length, 1);
  });
});
