/** For tests in real VS Code: a server with the installed .vsix, a browser, a workspace of the test's own. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { it } from 'node:test';
import type { Browser } from 'playwright-core';
import { engineAddress, ourObjects, type EngineObject } from '../setup/engineApi.mjs';
import { SESSION_LABEL } from '../../src/container/labels.ts';
import { machineSettings, sampleWorkspace, VSIX } from './demoWorkspace.ts';
import { launchBrowser } from './launchBrowser.ts';
import { installedOnce, VsCodeServer, type ServerOptions } from './vscodeServer.ts';
import { VsCodeWindow, type WindowOptions } from './vscodeWindow.ts';

export class VsCodeFixture {
  private readonly windows = new Set<VsCodeWindow>();

  private constructor(
    readonly server: VsCodeServer,
    readonly browser: Browser,
    /** A copy of the sample data; every fixture has its own. */
    readonly workspace: string,
  ) {}

  /** @param browserArgs on top of the usual ones */
  static async start(
    options: ServerOptions = {},
    browserArgs: readonly string[] = [],
  ): Promise<VsCodeFixture> {
    assert.ok(existsSync(VSIX), 'dist/code-interpreter.vsix is missing: npm run package');
    const workspace = await sampleWorkspace();
    const settings = { ...machineSettings(), ...options.settings };
    const extensions = await installedOnce(VSIX);
    const server = await VsCodeServer.start({ extensions, ...options, settings });
    return new VsCodeFixture(server, await launchBrowser(browserArgs), workspace);
  }

  async open(options: Partial<WindowOptions> = {}): Promise<VsCodeWindow> {
    const window = await VsCodeWindow.open(this.browser, this.server, {
      workspace: this.workspace,
      ...options,
    });
    this.windows.add(window);
    return window;
  }

  /** Containers and volumes of the sessions of this server's windows. */
  async engineObjects(): Promise<EngineObject[]> {
    const names = await readdir(join(this.server.folder, 'data/User'), { recursive: true });
    const sessions = new Set(names.map((name) => basename(name)));
    const objects = await ourObjects(engineAddress());
    return objects.filter(({ labels }) => sessions.has(labels[SESSION_LABEL] ?? ''));
  }

  async stop(): Promise<void> {
    for (const window of this.windows) await window.close().catch(() => undefined);
    await this.browser.close();
    await this.server.stop();
    await rm(this.workspace, { recursive: true, force: true });
  }
}

/** Runs the steps of a test; when they fail, a picture of the window says how it looked then. */
export async function shownOnFailure(
  window: VsCodeWindow,
  name: string,
  steps: () => Promise<void>,
): Promise<void> {
  try {
    await steps();
  } catch (error) {
    await window
      .screenshot(`failed-${name.replace(/[^a-z0-9]+/gi, '-').slice(0, 60)}`)
      .catch(() => undefined);
    throw error;
  }
}

/** Tests of what a window does, each shown when it fails. */
export const promises =
  (window: () => VsCodeWindow) =>
  (name: string, steps: () => Promise<void>): void =>
    void it(name, async () => shownOnFailure(window(), name, steps));
