/** One window of VS Code for all tests of a `describe`: the panel is open and a key is stored, over the scripted API. */
import { after, before } from 'node:test';
import type { FrameLocator } from 'playwright-core';
import { panelReady } from './panel.ts';
import { startScriptedApi, TEST_KEY, type ScriptedApi } from './scriptedApi.ts';
import { text } from './scriptedApiReplies.ts';
import { SCENARIOS, type Script } from './scriptedApiScenarios.ts';
import { promises, VsCodeFixture } from './vscodeFixture.ts';
import type { VsCodeWindow } from './vscodeWindow.ts';

/** Each question's words are run as Python code. */
export const echo: Script = (request, n) =>
  SCENARIOS['echo']?.(request, n) ?? text('There is no such scenario.');

export interface PanelWithKey {
  api: ScriptedApi;
  vscode: VsCodeFixture;
  window: VsCodeWindow;
}

/**
 * @param take is given what was opened before the first test
 * @param prepare puts files into the workspace before the window opens
 */
export function panelWithKey(
  script: Script,
  take: (opened: PanelWithKey) => void,
  prepare: (workspace: string) => Promise<void> = async () => Promise.resolve(),
) {
  let api: ScriptedApi;
  let vscode: VsCodeFixture;
  let window: VsCodeWindow;
  const panel = (): FrameLocator => window.panel();
  before(async () => {
    api = await startScriptedApi({ script });
    vscode = await VsCodeFixture.start({ settings: { 'codeInterpreter.apiBaseUrl': api.url } });
    await prepare(vscode.workspace);
    window = await vscode.open();
    await window.command('Code Interpreter: Focus');
    await panelReady(panel());
    await window.setApiKey(TEST_KEY);
    take({ api, vscode, window });
  });
  after(async () => {
    await vscode.stop();
    await api.close();
  });
  return { panel, promise: promises(() => window) };
}
