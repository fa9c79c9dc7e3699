/** The file of all attempts to use the network. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import * as z from 'zod/mini';
import { LEDGER, NetworkLedger, OLD_LEDGER } from '../../../src/session/networkLedger.ts';
import type { NetworkAttempt } from '../../../src/shared/network.ts';

const attempt = (host: string): NetworkAttempt => ({
  time: '2026-01-02T03:04:05.000Z',
  host,
  port: 443,
  method: 'CONNECT',
  verdict: 'allowed',
  reason: null,
  bytes: 12,
});

describe('the ledger of the network', () => {
  let folder = '';
  const logged: string[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ledger-'));
    logged.length = 0;
  });
  afterEach(async () => rm(folder, { recursive: true, force: true }));
  const open = (maxBytes?: number): NetworkLedger =>
    new NetworkLedger({
      folder,
      log: (line) => logged.push(line),
      ...(maxBytes === undefined ? {} : { maxBytes }),
    });
  const hosts = async (name: string): Promise<string[]> =>
    (await readFile(join(folder, name), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => z.object({ host: z.string() }).parse(JSON.parse(line)).host);

  it('has a line for each, in order, readable by the user alone', async () => {
    const ledger = open();
    for (let n = 0; n < 500; n += 1) ledger.add(n % 2 === 0 ? 'c1' : null, attempt(`h${n}`));
    await ledger.flush();
    assert.deepEqual(
      await hosts(LEDGER),
      Array.from({ length: 500 }, (_, n) => `h${n}`),
    );
    assert.equal((await stat(join(folder, LEDGER))).mode & 0o777, 0o600);
  });

  it('never grows beyond its limit, and keeps the newest', async () => {
    const maxBytes = 4000;
    for (let round = 0; round < 4; round += 1) {
      const ledger = open(maxBytes);
      for (let n = 0; n < 60; n += 1) ledger.add('c1', attempt(`h${round}-${n}`));
      await ledger.flush();
      const sizes = await Promise.all(
        (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size),
      );
      assert.ok(sizes.reduce((sum, size) => sum + size, 0) <= maxBytes, sizes.join());
    }
    const kept = [...(await hosts(OLD_LEDGER)), ...(await hosts(LEDGER))];
    assert.equal(kept.at(-1), 'h3-59');
    assert.ok(kept.length > 10);
    assert.deepEqual(
      kept,
      Array.from({ length: kept.length }, (_, n) => `h3-${60 - kept.length + n}`),
    );
  });

  it('that cannot be written is told in the log, and harms nobody', async () => {
    await rm(folder, { recursive: true });
    const ledger = open();
    ledger.add(null, attempt('h'));
    await ledger.flush();
    assert.match(logged.join(), /network\.jsonl/);
  });
});
