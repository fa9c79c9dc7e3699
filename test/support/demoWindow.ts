/**
 * The demo for people: VS Code on sample data, the panel beside it, an analysis under way; until Ctrl+C.
 * Argument: the desktop `code`; without one it is code-server, for a browser on this machine.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_FILE, machineSettings, sampleWorkspace, VSIX } from './demoWorkspace.ts';
import { VsCodeServer } from './vscodeServer.ts';

const SETTINGS = {
  'workbench.secondarySideBar.defaultVisibility': 'visible',
  'workbench.startupEditor': 'none',
};

async function interrupted(): Promise<void> {
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
}

async function inBrowser(workspace: string, env: Record<string, string>): Promise<void> {
  const server = await VsCodeServer.start({
    vsix: [VSIX],
    settings: { ...machineSettings(), ...SETTINGS },
    env,
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

async function onDesktop(code: string, workspace: string, env: Record<string, string>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'code-interpreter-desktop-'));
  try {
    const places = ['--user-data-dir', join(folder, 'data'), '--extensions-dir', join(folder, 'extensions')];
    await mkdir(join(folder, 'data/User'), { recursive: true });
    await writeFile(
      join(folder, 'data/User/settings.json'),
      JSON.stringify({ ...machineSettings(), ...SETTINGS }),
    );
    const [installed] = await run(code, [...places, '--install-extension', VSIX], env);
    if (installed !== 0) throw new Error(`The extension could not be installed (${String(installed)}).`);
    console.log(`\n  VS Code opens on ${workspace}; the analysis of ${DEMO_FILE} starts with it.`);
    console.log('  Close its window, or press Ctrl+C here, to end.\n');
    const wait = ['--wait', '--new-window', '--disable-workspace-trust', workspace];
    await Promise.race([run(code, [...places, ...wait], env), interrupted()]);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  }
}

async function run(code: string, args: string[], env: Record<string, string>): Promise<unknown[]> {
  return once(spawn(code, args, { stdio: 'inherit', env: { ...process.env, ...env } }), 'exit');
}

async function main(code: string | undefined): Promise<void> {
  const workspace = await sampleWorkspace();
  const env = { CODE_INTERPRETER_DEMO: join(workspace, DEMO_FILE) };
  try {
    if (code === undefined) await inBrowser(workspace, env);
    else await onDesktop(code, workspace, env);
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

main(process.argv[2]).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
