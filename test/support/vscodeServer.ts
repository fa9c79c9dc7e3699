/**
 * Real VS Code without a desktop: code-server with its own home, user data and extensions in a temporary
 * folder, on a free loopback port. The extension under test is installed from the .vsix, as a user would.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import { ensureCodeServer } from '../setup/codeServer.mjs';
import { madeOnce } from './madeOnce.ts';

export type Theme = 'Dark Modern' | 'Light Modern' | 'Default High Contrast' | 'Default High Contrast Light';

export interface ServerOptions {
  /** Packages to install before the start, by the command that a user has. */
  vsix?: string[];
  /** A folder of installed extensions (`installedOnce`) to begin with a copy of. */
  extensions?: string;
  /** On top of the quiet defaults. */
  settings?: Record<string, unknown>;
  theme?: Theme;
  /** Set in the environment of the server and so of the extension host; undefined removes a variable. */
  env?: Record<string, string | undefined>;
  /** `asks`: workspaces start untrusted, as on a new machine. */
  trust?: 'always' | 'asks';
  /** Called with the server's folder when the packages are installed, before the start. */
  installed?: (folder: string) => Promise<void>;
  /** Further arguments for code-server. */
  args?: string[];
}

/** No welcome page, no network, no animations. */
const QUIET = {
  'workbench.startupEditor': 'none',
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'git.enabled': false,
  'window.menuStyle': 'custom',
  'window.commandCenter': false,
  'workbench.quickOpen.closeOnFocusLost': false,
  'workbench.reduceMotion': 'on',
  // A tooltip over a row of the explorer takes the clicks that are meant for the row.
  'workbench.hover.delay': 60_000,
};

export class VsCodeServer {
  private constructor(
    /** Holds everything of this server; removed by `stop`. */
    readonly folder: string,
    readonly port: number,
    private readonly child: ChildProcess,
  ) {}

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** @param workspace absolute path of the folder or workspace file to open; null: an empty window. */
  url(workspace: string | null): string {
    const kind = workspace?.endsWith('.code-workspace') === true ? 'workspace' : 'folder';
    const query = workspace === null ? 'ew=true' : `${kind}=${encodeURIComponent(workspace)}`;
    return `http://127.0.0.1:${this.port}/?${query}`;
  }

  static async start(options: ServerOptions = {}): Promise<VsCodeServer> {
    const { node, entry } = await ensureCodeServer();
    const folder = await mkdtemp(join(tmpdir(), 'code-interpreter-vscode-'));
    const trusted = options.trust !== 'asks';
    await writeSettings(folder, options);
    const common = places(entry, folder);
    if (options.extensions !== undefined)
      await copyExtensions(options.extensions, join(folder, 'extensions'));
    const env = environment(folder, options.env ?? {});
    for (const vsix of options.vsix ?? []) await install(node, [...common, '--install-extension', vsix], env);
    await options.installed?.(folder);
    const quiet = ['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'];
    const args = [
      ...common,
      ...['--auth', 'none', '--bind-addr', '127.0.0.1:0', '--ignore-last-opened', ...quiet],
      // Without it an extension host outlives its closed window by three hours.
      ...['--reconnection-grace-time', '3'],
      ...(trusted ? ['--disable-workspace-trust'] : []),
      ...(options.args ?? []),
    ];
    // A group of its own: Ctrl+C in a terminal is for us, and we stop it in order.
    const child = spawn(node, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    return new VsCodeServer(folder, await listeningPort(child), child);
  }

  /** Text of all log files of the extension hosts; empty where VS Code has no native logger. */
  async logs(): Promise<string> {
    const root = join(this.folder, 'data/logs');
    const names = await readdir(root, { recursive: true }).catch((): string[] => []);
    const texts = names
      .filter((name) => name.endsWith('.log'))
      .map(async (name) => readFile(join(root, name), 'utf8'));
    return (await Promise.all(texts)).join('\n');
  }

  /** Ends the server (its extension hosts deactivate first) and removes its folder. */
  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const gone = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      const timer = setTimeout(() => this.child.kill('SIGKILL'), 20_000);
      await gone;
      clearTimeout(timer);
      await this.groupIsEmpty(15_000);
    }
    await rm(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  }

  /** The extension hosts go on for a moment after the server: they are removing their sandboxes. */
  private async groupIsEmpty(limitMs: number): Promise<void> {
    const end = performance.now() + limitMs;
    while (performance.now() < end && groupLives(this.pid))
      await new Promise((done) => setTimeout(done, 100));
    if (groupLives(this.pid)) process.kill(-this.pid, 'SIGKILL');
  }
}

function groupLives(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function writeSettings(folder: string, { settings, theme, trust }: ServerOptions): Promise<void> {
  const all = {
    ...QUIET,
    'security.workspace.trust.enabled': trust === 'asks',
    'workbench.colorTheme': theme ?? 'Dark Modern',
    ...settings,
  };
  // Machine-scoped settings of a remote window are read from `Machine`, the others from `User`.
  for (const place of ['User', 'Machine']) {
    await mkdir(join(folder, 'data', place), { recursive: true });
    await writeFile(join(folder, 'data', place, 'settings.json'), JSON.stringify(all, null, 2));
  }
  await mkdir(join(folder, 'home'), { recursive: true });
}

function environment(folder: string, extra: Record<string, string | undefined>): NodeJS.ProcessEnv {
  // A key of the person who runs the tests, or npm's own variables, must not reach the extension under test.
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(ANTHROPIC_|npm_|VSCODE_|NODE_OPTIONS|NODE_TEST)/.test(name),
  );
  return { ...Object.fromEntries(own), HOME: join(folder, 'home'), ...extra };
}

function places(entry: string, folder: string): string[] {
  return [
    entry,
    ...['--config', join(folder, 'config.yaml'), '--user-data-dir', join(folder, 'data')],
    ...['--extensions-dir', join(folder, 'extensions')],
  ];
}

/** The folder of extensions after a package was installed by the command, once for all servers that begin with it. */
export async function installedOnce(vsix: string): Promise<string> {
  const { node, entry } = await ensureCodeServer();
  const made = await madeOnce('extensions', [vsix], async (folder) => {
    await mkdir(join(folder, 'home'));
    await install(node, [...places(entry, folder), '--install-extension', vsix], environment(folder, {}));
  });
  return join(made, 'extensions');
}

const installedList = z.array(z.looseObject({ relativeLocation: z.string() }));

/** The list of what is installed names the folder of each extension by its absolute path. */
async function copyExtensions(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true });
  const list = join(to, 'extensions.json');
  const entries = installedList.parse(JSON.parse(await readFile(list, 'utf8')));
  const moved = entries.map((entry) => ({
    ...entry,
    location: { $mid: 1, scheme: 'file', path: join(to, entry.relativeLocation) },
  }));
  await writeFile(list, JSON.stringify(moved));
}

async function install(node: string, args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(node, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const text = collect(child);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`The extension could not be installed (${code}):\n${text()}`);
}

function collect(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => (text = (text + chunk).slice(-20_000)));
  }
  return () => text;
}

async function listeningPort(child: ChildProcess): Promise<number> {
  const text = collect(child);
  // The server prints on: no listener of these may be left, nor take away those that wait for its end later.
  const heard = new AbortController();
  const { signal } = heard;
  const listening = async (): Promise<number> => {
    for (;;) {
      const port = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(text())?.[1];
      if (port !== undefined) return Number(port);
      await once(child.stdout ?? child, 'data', { signal });
    }
  };
  const ended = async (): Promise<never> => {
    const [code] = (await once(child, 'exit', { signal })) as [number | null];
    throw new Error(`ended with ${code}`);
  };
  const late = async (): Promise<never> => {
    await sleep(60_000, undefined, { signal });
    throw new Error('did not start in 60 s');
  };
  try {
    return await Promise.race([listening(), ended(), late()]);
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`code-server: ${String(error)}\n${text()}`, { cause: error });
  } finally {
    heard.abort();
  }
}
