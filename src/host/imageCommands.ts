/** Building the sandbox image ahead of the first question, and removing old ones. */
import * as vscode from 'vscode';
import type { Docker } from './docker.ts';
import { tokenSignal } from './tokenSignal.ts';
import { t } from '../shared/l10n.ts';

export async function buildImage(docker: Docker): Promise<void> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: t('Sandbox image'),
    cancellable: true,
  };
  const reference = await vscode.window.withProgress(options, async (progress, token) => {
    const signal = tokenSignal(token);
    let percent = 0;
    try {
      return await docker.buildImage(({ message, step, steps }) => {
        const reached = step === undefined || steps === undefined ? percent : (step / steps) * 100;
        progress.report({ message, increment: Math.max(0, reached - percent) });
        percent = Math.max(percent, reached);
      }, signal);
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
  });
  void vscode.window.showInformationMessage(
    reference === null
      ? t('Building the sandbox image was cancelled.')
      : t`The sandbox image is ready: ${reference}.`,
  );
}

export async function removeOldImages(docker: Docker): Promise<void> {
  const removed = await docker.removeOldImages();
  void vscode.window.showInformationMessage(
    removed === 0
      ? t('There are no old sandbox images.')
      : removed === 1
        ? t('Removed 1 old sandbox image.')
        : t`Removed ${removed} old sandbox images.`,
  );
}
