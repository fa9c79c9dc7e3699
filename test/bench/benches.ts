/** The five comparisons. Each run checks its own result: a crash is not a fast run. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { SandboxFixture } from '../support/dockerFixture.ts';
import { CliProcess, sharedFolder } from '../support/cliProcess.ts';
import { runWithNbclient } from '../support/notebookPeer.ts';
import { meanCellMs, pandasResult } from './cells.ts';
import { alternate, timed, type Comparison, type Contender } from './measure.ts';
import { dockerTimed, FLOOD, FLOOD_BYTES, isPng, PLOT, PLOT_ALONE, ROUND_TRIP } from './peers.ts';

export interface BenchContext {
  image: string;
  /** The built CLI. */
  cli: string;
  rounds: number;
}

/** The limits of a session, for peers that get a container of their own. */
const LIMITS = ['--network', 'none', '--memory', '2g', '--memory-swap', '2g', '--cpus', '2', '--init'];

async function withSandbox<T>(
  work: (fixture: SandboxFixture, containerId: string) => Promise<T>,
): Promise<T> {
  const fixture = await SandboxFixture.started();
  try {
    return await work(fixture, await fixture.containerId());
  } finally {
    await fixture.close();
  }
}

const inContainer = (id: string, ...command: string[]): string[] => ['exec', '-i', id, ...command];

/** One number is the mean of a batch; jupyter_client talks to the very same kernel process. */
export async function cellRoundTrip({ rounds }: BenchContext): Promise<Comparison> {
  const cells = 100;
  return withSandbox(async (fixture, id) => {
    const ours: Contender = {
      label: 'Kernel.execute from the host, one cell after the other',
      run: async () => meanCellMs(() => fixture.sandbox.kernel, cells),
    };
    const peer: Contender = {
      label: 'jupyter_client in the container, same kernel process',
      run: async () => {
        const { stdout } = await dockerTimed(inContainer(id, 'python3', '-c', ROUND_TRIP, String(cells)));
        const each = JSON.parse(stdout.toString()) as number[];
        assert.equal(each.length, cells);
        return each.reduce((sum, ms) => sum + ms, 0) / cells;
      },
    };
    return {
      name: 'Cell round trip',
      unit: `ms a cell, mean of ${cells}`,
      ...(await alternate(rounds, ours, peer)),
    };
  });
}

export async function coldSession({ image, rounds }: BenchContext): Promise<Comparison> {
  const ours: Contender = {
    label: 'new sandbox until a pandas result is here',
    run: async () => {
      const fixture = await SandboxFixture.make();
      try {
        return await timed(async () => {
          await fixture.sandbox.start(() => undefined);
          await pandasResult(fixture.sandbox.kernel);
        });
      } finally {
        await fixture.close();
      }
    },
  };
  const program = 'import pandas as pd; print(pd.DataFrame({"a": [1, 2]})["a"].sum())';
  const peer: Contender = {
    label: 'docker run IMAGE python3 -c "import pandas; …"',
    run: async () => {
      const { stdout, ms } = await dockerTimed(['run', '--rm', ...LIMITS, image, 'python3', '-c', program]);
      assert.equal(stdout.toString().trim(), '3');
      return ms;
    },
  };
  return {
    name: 'Cold session to first pandas result',
    unit: 'ms',
    ...(await alternate(rounds, ours, peer)),
  };
}

export async function samePlot({ rounds }: BenchContext): Promise<Comparison> {
  return withSandbox(async (fixture, id) => {
    const ours: Contender = {
      label: 'cell in the session, chart as PNG at the host',
      run: async () => {
        let png = Buffer.alloc(0);
        const ms = await timed(async () => {
          for (const output of (await fixture.run('python', PLOT)).outputs) {
            const data = 'data' in output ? output.data['image/png'] : undefined;
            if (typeof data === 'string') png = Buffer.from(data, 'base64');
          }
        });
        assert.ok(isPng(png));
        return ms;
      },
    };
    const peer: Contender = {
      label: 'fresh python3 for the call, in the same container',
      run: async () => {
        const { stdout, ms } = await dockerTimed(inContainer(id, 'python3', '-c', PLOT_ALONE));
        assert.ok(isPng(stdout));
        return ms;
      },
    };
    return { name: 'The same plot again', unit: 'ms', ...(await alternate(rounds, ours, peer)) };
  });
}

/** 20 cells: pandas, four charts, prints. */
function notebookOf20(): string {
  const chart = (n: number): string =>
    `fig, ax = plt.subplots(); ax.plot(df["x"] * ${n}, df["y"]); plt.show()`;
  const cells = [
    'import numpy as np, pandas as pd\nimport matplotlib.pyplot as plt',
    'df = pd.DataFrame({"x": np.arange(1000), "y": np.arange(1000) % 7})',
    'df.head()',
    'df.describe()',
    ...[1, 2, 3, 4].map(chart),
    ...Array.from({ length: 11 }, (_, n) => `total_${n} = df["y"].sum() + ${n}\nprint(total_${n})`),
    'int(total_0 + total_10)',
  ].map((source) => ({ cell_type: 'code', source, metadata: {}, execution_count: null, outputs: [] }));
  assert.equal(cells.length, 20);
  return JSON.stringify({ nbformat: 4, nbformat_minor: 4, metadata: {}, cells });
}

function checkNotebook(text: string): void {
  const { cells } = JSON.parse(text) as {
    cells: { outputs: { output_type: string; data?: Record<string, string | string[]> }[] }[];
  };
  const outputs = cells.flatMap((cell) => cell.outputs);
  assert.equal(outputs.filter(({ data }) => data?.['image/png'] !== undefined).length, 4);
  assert.equal(outputs.filter(({ output_type }) => output_type === 'error').length, 0);
  assert.equal([outputs.at(-1)?.data?.['text/plain']].flat().join(''), String(2997 * 2 + 10));
}

export async function notebook({ image, cli, rounds }: BenchContext): Promise<Comparison> {
  const text = notebookOf20();
  const folder = sharedFolder();
  mkdirSync(path.join(folder, 'nb'));
  const file = path.join(folder, 'nb', 'in.ipynb');
  writeFileSync(file, text);
  const ours: Contender = {
    label: 'code-interpreter notebook',
    run: async () => {
      const out = path.join(folder, 'nb', 'out.ipynb');
      rmSync(out, { force: true });
      const ms = await timed(async () => {
        const process = new CliProcess(['notebook', file, '--out', out, '--image', image], {}, cli);
        process.child.stdin.end();
        const { code, stderr } = await process.done;
        assert.equal(code, 0, stderr);
      });
      checkNotebook(readFileSync(out, 'utf8'));
      return ms;
    },
  };
  const peer: Contender = {
    label: 'docker run IMAGE, nbclient',
    run: async () => {
      let executed = '';
      const ms = await timed(async () => {
        executed = await Promise.resolve(runWithNbclient(image, text, folder, '/workspace/nb', LIMITS));
      });
      checkNotebook(executed);
      return ms;
    },
  };
  return {
    name: 'Notebook of 20 cells',
    unit: 'ms, container included',
    ...(await alternate(rounds, ours, peer)),
  };
}

export async function flood({ rounds }: BenchContext): Promise<Comparison> {
  return withSandbox(async (fixture, id) => {
    const ours: Contender = {
      label: 'cell; beginning and end delivered, the rest counted',
      run: async () => {
        let bytes = 0;
        const ms = await timed(async () => {
          const { stdout, truncated, status } = await fixture.run('python', FLOOD, {
            outputLimitBytes: 24 * 1024 * 1024,
          });
          assert.equal(status, 'ok');
          assert.match(stdout, /^x{99}\n/);
          bytes = stdout.match(/x{99}\n/g)?.join('').length ?? 0;
          for (const { droppedBytes } of truncated) bytes += droppedBytes;
        });
        // The cut may go through a line, and the place is marked with a line of text.
        assert.ok(Math.abs(bytes - FLOOD_BYTES) < 500, `${bytes} bytes accounted for`);
        return ms;
      },
    };
    const peer: Contender = {
      label: 'docker exec python3, all bytes read',
      run: async () => {
        const { stdout, ms } = await dockerTimed(inContainer(id, 'python3', '-c', FLOOD));
        assert.equal(stdout.length, FLOOD_BYTES);
        return ms;
      },
    };
    return { name: '100 MB of standard output', unit: 'ms', ...(await alternate(rounds, ours, peer)) };
  });
}
