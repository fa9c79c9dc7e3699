/** What the hardening costs, and gVisor: the same kernel in a container made plainly, in ours, and in ours on runsc. */
import type { Kernel } from '../../src/kernel/kernel.ts';
import { SandboxFixture } from '../support/dockerFixture.ts';
import { meanCellMs, pandasResult } from './cells.ts';
import { alternate, timed, type Comparison, type Contender } from './measure.ts';
import { startPlain } from './plainContainer.ts';

const CELLS = 100;

/** Something that has a kernel, once it is started. */
interface Started {
  kernel: () => Kernel;
  close: () => Promise<void>;
}

interface Place {
  label: string;
  start: () => Promise<Started>;
}

const ours = (runtime: 'runc' | 'runsc'): Place => ({
  label: `our sandbox on ${runtime}`,
  start: async () => {
    const fixture = await SandboxFixture.started({ runtime });
    return { kernel: () => fixture.sandbox.kernel, close: async () => fixture.close() };
  },
});

const plain = (image: string): Place => ({
  label: 'docker run -v WORKSPACE:/workspace:ro IMAGE, the same kernel in it',
  start: async () => {
    const { kernel, close } = await startPlain(image);
    return { kernel: () => kernel, close };
  },
});

/** From nothing to the first pandas result; what is removed afterwards does not count. */
async function cold(name: string, rounds: number, one: Place, other: Place): Promise<Comparison> {
  const contender = ({ label, start }: Place): Contender => ({
    label,
    run: async () => {
      let started: Started | null = null;
      try {
        return await timed(async () => {
          started = await start();
          await pandasResult(started.kernel());
        });
      } finally {
        await (started as Started | null)?.close();
      }
    },
  });
  return { name, unit: 'ms', ...(await alternate(rounds, contender(one), contender(other))) };
}

/** Both are there all the time, and take turns. */
async function roundTrip(name: string, rounds: number, one: Place, other: Place): Promise<Comparison> {
  const opened: Started[] = [];
  const contender = async ({ label, start }: Place): Promise<Contender> => {
    const started = await start();
    opened.push(started);
    return { label, run: async () => meanCellMs(started.kernel, CELLS) };
  };
  try {
    const [first, second] = [await contender(one), await contender(other)];
    return { name, unit: `ms a cell, mean of ${CELLS}`, ...(await alternate(rounds, first, second)) };
  } finally {
    for (const { close } of opened) await close();
  }
}

interface Context {
  image: string;
  rounds: number;
}

export const hardeningCold = async ({ image, rounds }: Context): Promise<Comparison> =>
  cold('Hardening, cold start to the first pandas result', rounds, ours('runc'), plain(image));

export const hardeningRoundTrip = async ({ image, rounds }: Context): Promise<Comparison> =>
  roundTrip('Hardening, cell round trip', rounds, ours('runc'), plain(image));

export const gvisorCold = async ({ rounds }: Context): Promise<Comparison> =>
  cold('gVisor, cold start to the first pandas result', rounds, ours('runsc'), ours('runc'));

export const gvisorRoundTrip = async ({ rounds }: Context): Promise<Comparison> =>
  roundTrip('gVisor, cell round trip', rounds, ours('runsc'), ours('runc'));
