/**
 * The demo for people: VS Code on sample data, the panel beside it, an analysis under way; until Ctrl+C.
 * Argument: the desktop `code`; without one it is code-server, for a browser on this machine.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_FILE, machineSettings, packStarter, sampleWorkspace, VSIX } from './demoWorkspace.ts';
import { VsCodeServer } from './vscodeServer.ts';

const SETTINGS = {
  'workbench.secondarySideBar.defaultVisibility': 'visible',
  'workbench.startupEditor': 'none',
};

async function interrupted(): Promise<void> {
  await Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map(async (signal) => once(process, signal)));
}

async function inBrowser(workspace: string, starter: string): Promise<void> {
  const server = await VsCodeServer.start({
    vsix: [VSIX, starter],
    settings: { ...machineSettings(), ...SETTINGS },
  });
  try {
    console.log(`\n  Open ${server.url(workspace)}`);
    console.log(`  The analysis of ${DEMO_FILE} starts with the window. Ctrl+C here ends everything.\n`);
    await interrupted();
    console.log('Closing…');
  } finally {
    await server.stop();
  }
}

async function onDesktop(code: string, workspace: string, starter: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'code-interpreter-desktop-'));
  try {
    const places = ['--user-data-dir', join(folder, 'data'), '--extensions-dir', join(folder, 'extensions')];
    await mkdir(join(folder, 'data/User'), { recursive: true });
    await writeFile(
      join(folder, 'data/User/settings.json'),
      JSON.stringify({ ...machineSettings(), ...SETTINGS }),
    );
    for (const vsix of [VSIX, starter]) {
      const install = run(code, [...places, '--install-extension', vsix]);
      await once(install, 'exit');
      if (install.exitCode !== 0) throw new Error(`${vsix} could not be installed (${install.exitCode}).`);
    }
    console.log(`\n  VS Code opens on ${workspace}; the analysis of ${DEMO_FILE} starts with it.`);
    console.log('  Close its window to end.\n');
    const wait = ['--wait', '--new-window', '--disable-workspace-trust', workspace];
    const closed = once(run(code, [...places, ...wait]), 'exit');
    // We cannot close somebody's window; its files must stay as long as it is open.
    void interrupted().then(() => console.log('Close the window of the demo to end.'));
    await closed;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  }
}

/** In a group of its own: Ctrl+C in the terminal is for us. */
const run = (code: string, args: string[]): ChildProcess =>
  spawn(code, args, { stdio: 'inherit', detached: true });

async function main(code: string | undefined): Promise<void> {
  const workspace = await sampleWorkspace();
  const packages = await mkdtemp(join(tmpdir(), 'code-interpreter-demo-'));
  try {
    const starter = await packStarter(packages);
    if (code === undefined) await inBrowser(workspace, starter);
    else await onDesktop(code, workspace, starter);
  } finally {
    for (const folder of [workspace, packages]) await rm(folder, { recursive: true, force: true });
  }
}

// Whoever read what we print may be gone (a closed terminal); what we started is ended all the same.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

main(process.argv[2]).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
