/** A reporter for node:test that writes one JSON object: counts, and each failure by name. */

/** A suite repeats the failures of its tests; only a failing hook is news. */
const isNews = (data) => data.details?.type !== 'suite' || data.details?.error?.failureType === 'hookFailed';

export default async function* countReporter(source) {
  const counts = { passed: 0, failed: 0, skipped: 0, failures: [] };
  for await (const { type, data } of source) {
    if (type === 'test:pass' && data.details?.type !== 'suite') {
      if (data.skip !== undefined || data.todo !== undefined) counts.skipped++;
      else counts.passed++;
    }
    if (type === 'test:fail' && isNews(data)) {
      counts.failed++;
      counts.failures.push(`${data.file ?? ''} ${data.name}`.trim());
    }
  }
  yield JSON.stringify(counts);
}
