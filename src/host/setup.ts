/** "Check Setup": the doctor's findings as a list; choosing one that is not ok starts its remedy. */
import * as vscode from 'vscode';
import { runDoctor, type Check, type DoctorProbes } from '../doctor.ts';
import { openLink } from './openLink.ts';
import { t } from '../shared/l10n.ts';

const ICONS: Record<Check['status'], string> = {
  ok: '$(pass-filled)',
  missing: '$(circle-large-outline)',
  failed: '$(error)',
  skipped: '$(circle-slash)',
};

export async function checkSetup(probes: DoctorProbes, log: (line: string) => void): Promise<void> {
  const checks = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: t('Checking the set-up') },
    async () => runDoctor(probes),
  );
  for (const { id, status, sentence } of checks) log(`Check Setup: ${id}: ${status}: ${sentence}`);
  const items = checks.map((check) => ({
    label: `${ICONS[check.status]} ${check.title}`,
    detail: check.remedy === null ? check.sentence : `${check.sentence} ${check.remedy.text}`,
    check,
  }));
  const open = checks.filter(({ status }) => status === 'failed').length;
  const picked = await vscode.window.showQuickPick(items, {
    title: open === 0 ? t('Code Interpreter is ready') : t`${open} of ${checks.length} need attention`,
    placeHolder: t('Choose one to mend it'),
    matchOnDetail: true,
  });
  const remedy = picked?.check.remedy;
  if (remedy?.command !== undefined && remedy.command !== 'codeInterpreter.checkSetup') {
    await vscode.commands.executeCommand(remedy.command);
  } else if (remedy?.url !== undefined) await openLink(remedy.url);
}
