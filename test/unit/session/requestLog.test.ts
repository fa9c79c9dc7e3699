import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { requestsText } from '../../../src/host/requestsText.ts';
import { RequestLog, REQUESTS } from '../../../src/session/requestLog.ts';

let folder: string;
let logged: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'requests-'));
  logged = [];
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

const open = (more: { maxRequests?: number; maxBytes?: number } = {}): RequestLog =>
  new RequestLog({ folder, log: (line) => logged.push(line), ...more });
const add = (requests: RequestLog, n: number, words = 'x'): void =>
  requests.add({ turnId: `t${n % 2}`, at: n, model: 'm', body: { n, words } });
const numbers = async (requests: RequestLog, turnId: string | null = null): Promise<number[]> =>
  (await requests.read(turnId)).map(({ at }) => at);

describe('the recorded requests', () => {
  it('are those of a turn or of all, in their order, also after opening again', async () => {
    const requests = open();
    for (let n = 1; n <= 5; n += 1) add(requests, n);
    assert.deepEqual(await numbers(requests, 't1'), [1, 3, 5]);
    const again = open();
    add(again, 6);
    await again.flush();
    assert.deepEqual(await numbers(open()), [1, 2, 3, 4, 5, 6]);
    assert.deepEqual(logged, []);
  });

  it('are the newest when there are too many, and the file stays small', async () => {
    const requests = open({ maxRequests: 10 });
    for (let n = 1; n <= 47; n += 1) add(requests, n);
    assert.deepEqual(await numbers(requests), [38, 39, 40, 41, 42, 43, 44, 45, 46, 47]);
    const lines = (await readFile(join(folder, REQUESTS), 'utf8')).trim().split('\n');
    assert.ok(lines.length <= 13, String(lines.length));
  });

  it('are within the size, but never none', async () => {
    const requests = open({ maxBytes: 10_000 });
    for (let n = 1; n <= 20; n += 1) add(requests, n, 'x'.repeat(2000));
    assert.ok((await numbers(requests)).length >= 3);
    assert.ok((await stat(join(folder, REQUESTS))).size <= 10_000);
    add(requests, 21, 'x'.repeat(50_000));
    assert.deepEqual(await numbers(requests), [21]);
  });

  it('do without a line that cannot be read, and keep the next one apart from a torn one', async () => {
    const before = open();
    add(before, 1);
    await before.flush();
    await appendFile(join(folder, REQUESTS), 'nonsense\n{"turnId":"t1","at":2,"mod');
    const requests = open();
    add(requests, 3);
    assert.deepEqual(await numbers(requests), [1, 3]);
  });

  it('name pictures and documents, wherever they stand, and leave the body alone', async () => {
    const data = Buffer.from('picture').toString('base64');
    const body = {
      messages: [{ content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data } }] }],
    };
    const requests = open();
    requests.add({ turnId: 't1', at: 1, model: 'm', body });
    const [record] = await requests.read(null);
    assert.match(JSON.stringify(record?.body), /"omitted":\{"mediaType":"image\/png","bytes":7,"sha256":"/);
    assert.equal(body.messages[0]?.content[0]?.source.data, data);
    assert.equal(record?.bytes, Buffer.byteLength(JSON.stringify(body)));
  });

  it('are logged as not written when the folder is gone; nothing is thrown', async () => {
    const requests = new RequestLog({
      folder: join(folder, 'no', 'where'),
      log: (line) => logged.push(line),
    });
    add(requests, 1);
    await requests.flush();
    assert.equal(logged.length, 1);
  });
});

describe('the document', () => {
  const record = (at: number, body: unknown) => ({ turnId: 't1', at, model: 'm', bytes: 5, body });

  it('has each body with its time, model and size', () => {
    const shown = JSON.parse(requestsText([record(0, { a: 1 })])) as { requests: unknown[] };
    assert.deepEqual(shown.requests, [
      { time: '1970-01-01T00:00:00.000Z', turn: 't1', model: 'm', bytes: 5, body: { a: 1 } },
    ]);
  });

  it('leaves the oldest out when it would be too long, and says so', () => {
    const heavy = Array.from({ length: 5 }, (_, n) => record(n, 'x'.repeat(6_000_000)));
    const shown = JSON.parse(requestsText(heavy)) as { olderLeftOut: number; requests: { time: string }[] };
    assert.equal(shown.olderLeftOut, 2);
    assert.equal(shown.requests.at(-1)?.time, '1970-01-01T00:00:00.004Z');
  });

  it('says that nothing was sent', () => {
    assert.match(requestsText([]), /sends nothing/);
  });
});
