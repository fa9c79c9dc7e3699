/** The peers' side: programs that run inside a container of the same image under the same limits. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';

export interface Ran {
  stdout: Buffer;
  ms: number;
}

/** A docker command to its end; its time is from spawn to close. @throws when it fails. */
export async function dockerTimed(args: readonly string[], input = ''): Promise<Ran> {
  const start = performance.now();
  const child = spawn('docker', args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const ms = performance.now() - start;
  assert.equal(code, 0, `docker ${args.join(' ')}: ${Buffer.concat(stderr).toString()}`);
  return { stdout: Buffer.concat(stdout), ms };
}

/** Cells against a running kernel with jupyter_client alone: prints the milliseconds of each as JSON. */
export const ROUND_TRIP = `
import glob, json, os, sys, time
from jupyter_client import BlockingKernelClient
count = int(sys.argv[1])
newest = max(glob.glob("/tmp/.bridge/python/*/connection.json"), key=os.path.getmtime)
client = BlockingKernelClient(connection_file=newest)
client.load_connection_file()
client.start_channels()
client.wait_for_ready(timeout=30)

def cell(n):
    seen = []
    def hook(message):
        if message["msg_type"] == "execute_result":
            seen.append(message["content"]["data"]["text/plain"])
    start = time.perf_counter()
    reply = client.execute_interactive(f"{n} + 1", output_hook=hook, allow_stdin=False)
    took = (time.perf_counter() - start) * 1000
    assert reply["content"]["status"] == "ok" and seen == [str(n + 1)], (reply, seen)
    return took

for n in range(20):
    cell(n)
print(json.dumps([cell(n) for n in range(count)]))
client.stop_channels()
`;

/** 100 MB in lines of 100 bytes. */
export const FLOOD = `import sys
line = "x" * 99 + "\\n"
for _ in range(1000):
    sys.stdout.write(line * 1000)
sys.stdout.flush()
`;
export const FLOOD_BYTES = 100_000_000;

/** The same chart for a warm kernel and for a process of its own. */
export const PLOT = `import numpy as np, pandas as pd
import matplotlib.pyplot as plt
df = pd.DataFrame({"x": np.arange(200), "y": np.sin(np.arange(200) / 10)})
fig, ax = plt.subplots(figsize=(6, 4))
ax.plot(df["x"], df["y"])
ax.set_title("sine")
`;

/** For a process of its own: the chart as PNG on standard output. */
export const PLOT_ALONE = `import matplotlib
matplotlib.use("agg")
${PLOT}
import sys
plt.savefig(sys.stdout.buffer, format="png")
`;

export const isPng = (bytes: Uint8Array): boolean =>
  bytes.length > 5000 && Buffer.from(bytes.subarray(0, 8)).equals(Buffer.from('89504e470d0a1a0a', 'hex'));
