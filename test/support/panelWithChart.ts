/** One window of VS Code for all tests of a `describe`: the panel shows a chart of the built-in analyst. */
import { after, before } from 'node:test';
import { finishedTurns, panelReady } from './panel.ts';
import { promises, VsCodeFixture } from './vscodeFixture.ts';
import type { VsCodeWindow } from './vscodeWindow.ts';

export interface PanelWithChart {
  vscode: VsCodeFixture;
  window: VsCodeWindow;
}

/** @param take is given what was opened before the first test */
export function panelWithChart(take: (opened: PanelWithChart) => void) {
  let vscode: VsCodeFixture;
  let window: VsCodeWindow;
  before(async () => {
    vscode = await VsCodeFixture.start();
    window = await vscode.open();
    await window.chooseInContextMenu('sales.csv', 'Chart with Code Interpreter');
    await panelReady(window.panel());
    await finishedTurns(window.panel(), 1);
    take({ vscode, window });
  });
  after(async () => vscode.stop());
  return { promise: promises(() => window) };
}
