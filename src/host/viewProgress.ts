/** The thin progress bar on top of the view while the sandbox starts or its image is built. */
import * as vscode from 'vscode';
import type { PanelState } from '../shared/protocol.ts';
import { VIEW_ID } from './panelPlaces.ts';

export class ViewProgress implements vscode.Disposable {
  private finish: (() => void) | null = null;

  update({ sandbox }: PanelState): void {
    if (sandbox.kind !== 'starting') {
      this.dispose();
      return;
    }
    if (this.finish !== null) return;
    const done = new Promise<void>((resolve) => (this.finish = resolve));
    void vscode.window.withProgress({ location: { viewId: VIEW_ID } }, async () => done);
  }

  dispose(): void {
    this.finish?.();
    this.finish = null;
  }
}
