import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, it } from 'node:test';
import { Demux } from '../../../src/container/demux.ts';

function frame(stream: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

describe('demultiplexer', () => {
  it('separates stdout and stderr however the bytes are cut', async () => {
    const bytes = Buffer.concat([
      frame(1, Buffer.from('out one ')),
      frame(2, Buffer.from('err one ')),
      frame(1, Buffer.alloc(0)),
      frame(1, Buffer.from('out two')),
      frame(2, Buffer.from('err two')),
    ]);
    for (let size = 1; size <= bytes.length; size += 1) {
      let stderr = '';
      const demux = new Demux((chunk) => (stderr += chunk.toString()));
      const chunks: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
      let stdout = '';
      for await (const chunk of Readable.from(chunks).pipe(demux)) stdout += String(chunk);
      assert.deepEqual([stdout, stderr], ['out one out two', 'err one err two'], `cut every ${size} bytes`);
    }
  });

  it('does not run ahead of its reader', async () => {
    let produced = 0;
    const payload = frame(1, Buffer.alloc(64 * 1024));
    const source = Readable.from(
      (function* () {
        for (; produced < 10_000; produced += 1) yield payload;
      })(),
    );
    const demux = source.pipe(new Demux(() => undefined));
    demux.on('readable', () => undefined);
    await pause(100);
    assert.ok(produced > 0 && produced < 100, `${produced} of 10000 frames were taken without a reader`);
    source.destroy();
  });

  it('fails on a frame of an unknown stream instead of passing it on', async () => {
    const demux = Readable.from([Buffer.from('HTTP/1.1 400 Bad Request')]).pipe(new Demux(() => undefined));
    await assert.rejects(async () => {
      for await (const chunk of demux) assert.fail(String(chunk));
    }, /does not exist/);
  });
});
