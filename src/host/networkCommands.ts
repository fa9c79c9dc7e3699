/** Opening hosts by name and closing them: commands, questions, and what goes into the user's own settings. */
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import type { NetworkRule } from '../shared/network.ts';
import { parseRule, PLAIN_PORT, ruleText } from '../shared/networkRules.ts';
import type { Interpreter } from './interpreter.ts';
import { workspaceFolders } from './workspaceFiles.ts';
import { t } from '../shared/l10n.ts';

type Place = 'once' | 'session' | 'folder' | 'always';

/** Asks for a host and for how long, and opens it. */
export async function openNetwork(interpreter: Interpreter): Promise<void> {
  const typed = await vscode.window.showInputBox({
    title: t('Open the Network by Name'),
    prompt: t('A host that code may reach, for example data.example.org, *.example.org or example.org:8443'),
    ignoreFocusOut: true,
    validateInput: (text) => {
      if (text.trim() === '') return null;
      const parsed = parseRule(text);
      return parsed.ok ? null : parsed.problem;
    },
  });
  const parsed = parseRule(typed ?? '');
  if (typed === undefined || !parsed.ok) return;
  const { rule } = parsed;
  const place = await askPlace(rule);
  if (place === null) return;
  if (place === 'once' || place === 'session') await interpreter.allowHost(rule, place);
  else if (!(await allowInSettings(rule, place, interpreter))) return;
  void vscode.window.setStatusBarMessage(t`Code may reach ${ruleText(rule)}.`, 5000);
}

async function askPlace(rule: NetworkRule): Promise<Place | null> {
  const folders = workspaceFolders().map(({ name }) => name);
  const items: (vscode.QuickPickItem & { place: Place })[] = [
    { label: t('Once'), detail: t('Until the end of this answer, or of the next one'), place: 'once' },
    {
      label: t('For this session'),
      detail: t('Until this window or the session is closed'),
      place: 'session',
    },
    ...(folders.length === 0
      ? []
      : [
          {
            label: folders.length === 1 ? t('In this folder') : t('In these folders'),
            detail: t`In all sessions that see ${folders.join(', ')} and nothing else`,
            place: 'folder' as const,
          },
        ]),
    { label: t('Always'), detail: t('In all sessions, by your settings'), place: 'always' },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: t`Open ${ruleText(rule)}`,
    placeHolder: t('Everything that code sees can be sent there'),
    ignoreFocusOut: true,
  });
  return picked?.place ?? null;
}

/** Asks, and writes the user's own settings. False: the user decided against it. */
export async function allowInSettings(
  rule: NetworkRule,
  place: 'folder' | 'always',
  interpreter: Pick<Interpreter, 'networkChanged'>,
): Promise<boolean> {
  if (!(await confirmOpening(rule, place))) return false;
  if (place === 'always') await addToAll(rule);
  else await addToFolders(rule);
  await interpreter.networkChanged(rule);
  return true;
}

async function confirmOpening(rule: NetworkRule, place: 'folder' | 'always'): Promise<boolean> {
  const exact = `${rule.below ? '*.' : ''}${rule.host}:${rule.port}`;
  const open = t`Open ${exact}`;
  const folders = workspaceFolders()
    .map(({ name }) => name)
    .join(', ');
  const answer = await vscode.window.showWarningMessage(
    place === 'always' ? t`Let code reach ${exact} always?` : t`Let code reach ${exact} in ${folders}?`,
    {
      modal: true,
      detail: [
        t`Everything that code sees in the sandbox, your files included, can be sent to ${exact}.`,
        ...(rule.below ? [t('These are all names below it, whoever they belong to.')] : []),
        ...(rule.port === PLAIN_PORT ? [t('On port 80 code can only read, and others can read along.')] : []),
        t('Your settings will name it; take it out there to close it again.'),
      ].join(' '),
    },
    open,
  );
  return answer === open;
}

const listSchema = z.array(z.unknown());
const foldersSchema = z.record(z.string(), z.unknown());

const configuration = () => vscode.workspace.getConfiguration('codeInterpreter');
/** The user's own, as it stands there: entries that are wrong stay for the user to mend. */
const ownList = (value: unknown): unknown[] => listSchema.safeParse(value).data ?? [];
const withRule = (list: readonly unknown[], rule: NetworkRule): unknown[] =>
  list.includes(ruleText(rule)) ? [...list] : [...list, ruleText(rule)];

async function addToAll(rule: NetworkRule): Promise<void> {
  const own = ownList(configuration().inspect('network.allow')?.globalValue);
  await configuration().update('network.allow', withRule(own, rule), vscode.ConfigurationTarget.Global);
}

async function addToFolders(rule: NetworkRule): Promise<void> {
  const key = 'network.allowInFolder';
  const own = foldersSchema.safeParse(configuration().inspect(key)?.globalValue).data ?? {};
  const added = workspaceFolders().map(({ path }) => [path, withRule(ownList(own[path]), rule)] as const);
  await configuration().update(
    key,
    { ...own, ...Object.fromEntries(added) },
    vscode.ConfigurationTarget.Global,
  );
}

/** Closes all that is open in this session; says when settings would open it again. */
export async function closeNetwork(interpreter: Interpreter): Promise<void> {
  const { state } = await interpreter.snapshot();
  const open = state.network?.open ?? [];
  if (open.length === 0) {
    void vscode.window.showInformationMessage(t('The network is closed: code can reach nothing.'));
    return;
  }
  await interpreter.closeHosts(null);
  if (!open.some(({ by }) => by === 'settings')) {
    void vscode.window.showInformationMessage(t('The network is closed.'));
    return;
  }
  const settings = t('Open Settings');
  const answer = await vscode.window.showInformationMessage(
    t('The network is closed for this session. Your settings open hosts again in the next one.'),
    settings,
  );
  if (answer === settings) {
    await vscode.commands.executeCommand('workbench.action.openSettings', 'codeInterpreter.network');
  }
}
