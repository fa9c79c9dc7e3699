/** Bytes in, lines out: streaming UTF-8 (a character split over chunks survives) and bounded line length. */

export class LineTooLongError extends Error {
  constructor(limitBytes: number) {
    super(`A line is longer than ${limitBytes} bytes.`);
  }
}

export class LineReader {
  /** `fatal`: bytes that are not UTF-8 throw instead of becoming replacement characters. */
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  private parts: string[] = [];
  private pendingBytes = 0;

  constructor(private readonly limitBytes: number) {}

  /**
   * Complete lines of the stream so far, without their newline; empty lines are left out.
   * @throws LineTooLongError, or TypeError when the bytes are not UTF-8; the stream is useless after either.
   */
  *push(chunk: Uint8Array): Generator<string> {
    let start = 0;
    while (true) {
      const end = chunk.indexOf(0x0a, start);
      const piece = chunk.subarray(start, end === -1 ? chunk.length : end);
      this.pendingBytes += piece.length;
      if (this.pendingBytes > this.limitBytes) throw new LineTooLongError(this.limitBytes);
      // A newline never is part of a longer character, so the decoder is at a boundary after each line.
      this.parts.push(this.decoder.decode(piece, { stream: end === -1 }));
      if (end === -1) return;
      const line = this.parts.join('');
      this.parts = [];
      this.pendingBytes = 0;
      start = end + 1;
      if (line.trim() !== '') yield line;
    }
  }

  /** Bytes of an unfinished line. At the end of a stream more than 0 means that it was cut. */
  get unfinishedBytes(): number {
    return this.pendingBytes;
  }
}
