/** Pickers of the model and of its effort. What is picked goes into the user's own settings. */
import * as vscode from 'vscode';
import { unexpected } from '../failures.ts';
import { ANALYST_ID } from '../models/analyst/analyst.ts';
import type { ModelChoice, ModelRow } from './modelChoice.ts';
import { MODEL_ID, type Settings } from './settings.ts';
import { t } from '../shared/l10n.ts';

type Item = vscode.QuickPickItem & { action: { kind: 'model'; id: string } | { kind: 'type' | 'key' } };

const typedItem = (): Item => ({ label: t('$(edit) Enter a model id…'), action: { kind: 'type' } });
const setKeyItem = (): Item => ({
  label: t('$(key) Set API key…'),
  detail: t('With a key, Claude answers free questions'),
  action: { kind: 'key' },
});

export async function chooseModel(choice: ModelChoice, settings: Settings): Promise<void> {
  const picked = await vscode.window.showQuickPick<Item>(items(choice, settings), {
    title: t('Choose Model'),
    placeHolder: t('Who answers from the next question on'),
    matchOnDescription: true,
  });
  if (picked === undefined) return;
  const { action } = picked;
  if (action.kind === 'key') {
    await vscode.commands.executeCommand('codeInterpreter.setApiKey');
    return;
  }
  const id = action.kind === 'model' ? action.id : await typedId(settings.model);
  if (id !== null) await write('model', id);
}

async function items(choice: ModelChoice, { model }: Settings): Promise<Item[]> {
  let rows: ModelRow[] | null = [];
  let problem: string | null = null;
  try {
    rows = await choice.models();
  } catch (error) {
    problem = unexpected(error).shown.sentence;
  }
  const row = (id: string, label: string, isCurrent: boolean, detail?: string): Item => ({
    label: `${isCurrent ? '$(check)' : '$(blank)'} ${label}`,
    ...(isCurrent ? { description: t('in use') } : label === id ? {} : { description: id }),
    ...(detail === undefined ? {} : { detail }),
    action: { kind: 'model', id },
  });
  const analyst = row(
    ANALYST_ID,
    t('Built-in analyst'),
    rows === null || model === ANALYST_ID,
    t('Fixed steps, no language model; nothing leaves this machine'),
  );
  if (rows === null) return [analyst, setKeyItem()];
  const typed =
    problem === null ? typedItem() : { ...typedItem(), detail: t`The list could not be read: ${problem}` };
  return [analyst, ...rows.map(({ id, label, isCurrent }) => row(id, label, isCurrent)), typed];
}

async function typedId(current: string): Promise<string | null> {
  const typed = await vscode.window.showInputBox({
    title: t('Model Id'),
    prompt: t('As the API names it, for example claude-sonnet-5-5'),
    value: current === ANALYST_ID ? '' : current,
    validateInput: (value) =>
      MODEL_ID.safeParse(value).success ? null : t('Letters, digits and . : @ / _ - only.'),
  });
  return typed === undefined ? null : typed.trim();
}

export async function chooseEffort(choice: ModelChoice, settings: Settings): Promise<void> {
  const efforts = await choice.efforts();
  if (efforts.length === 0) {
    void vscode.window.showInformationMessage(t('The model in use has no effort to choose.'));
    return;
  }
  const current = settings.effort ?? 'auto';
  const picked = await vscode.window.showQuickPick(
    ['auto', ...efforts].map((value) => ({
      label: value,
      description: value === current ? t('in use') : value === 'auto' ? t("the API's own choice") : '',
    })),
    {
      title: t('Choose Effort'),
      placeHolder: t('How hard the model thinks: more takes longer and costs more'),
    },
  );
  if (picked !== undefined) await write('effort', picked.label);
}

async function write(key: 'model' | 'effort', value: string): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('codeInterpreter');
  await configuration.update(key, value, vscode.ConfigurationTarget.Global);
  const found = configuration.inspect<unknown>(key);
  if ((found?.workspaceFolderValue ?? found?.workspaceValue) === undefined) return;
  void vscode.window.showInformationMessage(
    t`This workspace sets codeInterpreter.${key} itself, so your choice counts in other workspaces only.`,
  );
}
