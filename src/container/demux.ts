/**
 * The engine multiplexes an exec's stdout and stderr on one stream: an 8-byte header (byte 0: 1 stdout or
 * 2 stderr, bytes 4–7: length, big endian), then the payload. docker-modem's own demultiplexer ignores
 * backpressure and copies its buffer for each frame; this one is a Transform, so that a slow reader slows the
 * container down instead of filling the host's memory.
 */
import { Transform, type TransformCallback } from 'node:stream';

const HEADER_BYTES = 8;
const STDOUT = 1;
const STDERR = 2;

export class Demux extends Transform {
  private header = Buffer.alloc(0);
  private remainingBytes = 0;
  private target = STDOUT;

  /** @param onStderr gets stderr as it comes; stdout is what this stream gives. */
  constructor(private readonly onStderr: (chunk: Buffer) => void) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.remainingBytes === 0) {
        const missing = HEADER_BYTES - this.header.length;
        this.header = Buffer.concat([this.header, rest.subarray(0, missing)]);
        rest = rest.subarray(missing);
        if (this.header.length < HEADER_BYTES) break;
        this.target = this.header.readUInt8(0);
        this.remainingBytes = this.header.readUInt32BE(4);
        this.header = Buffer.alloc(0);
        if (this.target !== STDOUT && this.target !== STDERR) {
          done(new Error(`The engine sent a frame for stream ${this.target}, which does not exist.`));
          return;
        }
        continue;
      }
      const part = rest.subarray(0, this.remainingBytes);
      rest = rest.subarray(part.length);
      this.remainingBytes -= part.length;
      if (this.target === STDOUT) this.push(part);
      else this.onStderr(part);
    }
    done();
  }
}
