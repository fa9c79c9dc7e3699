/** One status bar item, there only while a sandbox is, or a turn runs. */
import * as vscode from 'vscode';
import type { PanelState } from '../shared/protocol.ts';
import { t } from '../shared/l10n.ts';

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    'codeInterpreter.status',
    vscode.StatusBarAlignment.Right,
    50,
  );

  constructor() {
    this.item.name = 'Code Interpreter';
    this.item.command = 'codeInterpreter.focus';
  }

  update({ turn, sandbox }: PanelState): void {
    const shown = statusText(turn, sandbox);
    if (shown === null) {
      this.item.hide();
      return;
    }
    this.item.text = shown.text;
    this.item.tooltip = shown.tooltip;
    this.item.show();
  }

  dispose(): void {
    this.item.dispose();
  }
}

function statusText(
  turn: PanelState['turn'],
  sandbox: PanelState['sandbox'],
): { text: string; tooltip: string } | null {
  switch (sandbox.kind) {
    case 'off':
    case 'failed':
      return turn === 'idle' ? null : { text: '$(sync~spin) Code Interpreter', tooltip: t('Working') };
    case 'starting':
      return { text: t('$(sync~spin) Sandbox starting'), tooltip: sandbox.message };
    case 'ready':
    case 'busy':
      return turn === 'idle'
        ? { text: t('$(beaker) Sandbox idle'), tooltip: sandbox.detail }
        : { text: '$(sync~spin) Code Interpreter', tooltip: sandbox.detail };
    case 'waiting':
      return turn === 'idle'
        ? null
        : { text: t('$(warning) Waiting for Docker'), tooltip: sandbox.failure.sentence };
  }
}
