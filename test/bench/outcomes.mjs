/** A reporter: one line of JSON for each test that ended, with the suite it belongs to. */
export default async function* outcomes(events) {
  let waiting = [];
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.details.type === 'suite') {
      if (data.nesting > 0) continue;
      for (const test of waiting) yield `${JSON.stringify({ ...test, suite: data.name })}\n`;
      waiting = [];
      continue;
    }
    const reason = String(data.details.error?.cause?.message ?? data.details.error?.message ?? '');
    waiting.push({
      name: data.name,
      passed: type === 'test:pass',
      skipped: data.skip !== undefined,
      onlyOurs: reason.includes('is no sandbox of ours'),
      reason: reason.split('\n').slice(0, 3).join(' ').slice(0, 300),
    });
  }
}
