/** A log as bytes, for readers that look at few of its lines. */

/** Whole lines, without their end; a torn last one is left out. */
export function* eachLine(log: Buffer): Generator<Buffer> {
  for (let at = 0; at < log.length;) {
    const end = log.indexOf(0x0a, at);
    if (end === -1) return;
    yield log.subarray(at, end);
    at = end + 1;
  }
}

/** Short values stand first, and the kind of an event is the first of this name. */
const HEAD_BYTES = 300;

/** Kind and cell of an event without parsing it; empty where there is none. */
export function lineHead(line: Buffer): { type: string; cellId: string } {
  const head = line.toString('latin1', 0, HEAD_BYTES);
  const [, type = ''] = /"type":"(\w+)"/.exec(head) ?? [];
  const [, cellId = ''] = /"cellId":"([^"\\]*)"/.exec(head) ?? [];
  return { type, cellId };
}

/** Undefined for what is no JSON. */
export function parseLine(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
