/** A reporter for node:test that writes one JSON object: counts, and each failure by name and with its reason. */
import { isAbsolute, relative } from 'node:path';

/** A suite repeats the failures of its tests; only a failing hook is news. */
const isNews = (data) => data.details?.type !== 'suite' || data.details?.error?.failureType === 'hookFailed';

const REASON_LETTERS = 400;

function reasonOf({ error } = {}) {
  const text = String(error?.cause?.message ?? error?.cause ?? error?.message ?? '');
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > REASON_LETTERS ? `${line.slice(0, REASON_LETTERS)}…` : line;
}

export default async function* countReporter(source) {
  const counts = { passed: 0, failed: 0, skipped: 0, failures: [], failedTests: [] };
  for await (const { type, data } of source) {
    if (type === 'test:pass' && data.details?.type !== 'suite') {
      if (data.skip !== undefined || data.todo !== undefined) counts.skipped++;
      else counts.passed++;
    }
    if (type === 'test:fail' && isNews(data)) {
      counts.failed++;
      const place = data.file === undefined ? '' : relative('.', data.file);
      // A file that did not end, or could not be loaded, fails under its own path.
      const name = isAbsolute(data.name) ? relative('.', data.name) : data.name;
      counts.failures.push(`${name === place ? '' : place} ${name}: ${reasonOf(data.details)}`.trim());
      counts.failedTests.push(name);
    }
  }
  yield JSON.stringify(counts);
}
