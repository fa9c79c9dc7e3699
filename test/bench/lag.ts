/** How long the host's event loop is held up while a cell floods it: what the window's other work has to wait for. */
import assert from 'node:assert/strict';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { SandboxFixture } from '../support/dockerFixture.ts';
import type { BenchContext } from './benches.ts';
import { alternate, type Comparison } from './measure.ts';
import { dockerTimed, FLOOD, FLOOD_BYTES } from './peers.ts';

const RESOLUTION_MS = 1;

/** The 99th percentile of the delays of a timer, in ms, without the timer's own period. */
async function lagDuring(work: () => Promise<void>): Promise<number> {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  await work();
  histogram.disable();
  assert.ok(histogram.count > 50, `${histogram.count} samples`);
  return Math.max(0, histogram.percentile(99) / 1e6 - RESOLUTION_MS);
}

export async function floodLag({ rounds }: BenchContext): Promise<Comparison> {
  const fixture = await SandboxFixture.started();
  try {
    const id = await fixture.containerId();
    const series = await alternate(
      rounds,
      {
        label: 'a cell that prints 100 MB',
        run: async () =>
          lagDuring(async () => {
            const { status, truncated } = await fixture.run('python', FLOOD);
            assert.equal(status, 'ok');
            assert.ok((truncated[0]?.droppedBytes ?? 0) > FLOOD_BYTES / 2);
          }),
      },
      {
        label: 'docker exec python3, all bytes read',
        run: async () =>
          lagDuring(async () => {
            const { stdout } = await dockerTimed(['exec', '-i', id, 'python3', '-c', FLOOD]);
            assert.equal(stdout.length, FLOOD_BYTES);
          }),
      },
    );
    return { name: 'Event loop held up during 100 MB of output', unit: 'ms, 99th percentile', ...series };
  } finally {
    await fixture.close();
  }
}
