/** The list of sessions as a picker of VS Code: open, rename, fork, delete, search. */
import * as vscode from 'vscode';
import { unexpected } from '../failures.ts';
import type { LogHit } from '../session/searchLog.ts';
import type { History, HistoryEntry } from './history.ts';
import { historyWords } from './historyWords.ts';
import type { Interpreter } from './interpreter.ts';
import { showFailure } from './message.ts';
import { t } from '../shared/l10n.ts';

export interface HistoryContext {
  history: History;
  interpreter: Interpreter;
  places: { focus(): Promise<void> };
}

type Verb = 'rename' | 'fork' | 'delete';
interface VerbButton extends vscode.QuickInputButton {
  verb: Verb;
}
interface Item extends vscode.QuickPickItem {
  /** Null: the entry that searches in everything. */
  entry: HistoryEntry | null;
}

const verbButton = (verb: Verb, icon: string, tooltip: string): VerbButton => ({
  verb,
  iconPath: new vscode.ThemeIcon(icon),
  tooltip,
});

export async function showHistory(context: HistoryContext): Promise<void> {
  await new HistoryPicker(context).show();
}

/** False: an answer is being worked on, and the user would rather keep it. */
async function mayLeave(interpreter: Interpreter): Promise<boolean> {
  if (!interpreter.isRunning) return true;
  const leave = t({ message: 'Leave', comment: ['A button: the session is left.'] });
  const answer = await vscode.window.showInformationMessage(
    t('Leave this session?'),
    {
      modal: true,
      detail: t(
        'The answer that is being worked on will be stopped. The conversation stays on disk; its variables are gone.',
      ),
    },
    leave,
  );
  return answer === leave;
}

/** From the panel: a new session that goes on from an answer of the one that is shown. */
export async function forkShown(
  { history, interpreter }: Pick<HistoryContext, 'history' | 'interpreter'>,
  turnId: string | null,
): Promise<boolean> {
  interpreter.checkTrust();
  const { state } = await interpreter.snapshot();
  if (!(await mayLeave(interpreter))) return false;
  await history.fork(state.sessionId, turnId);
  return true;
}

/** A new session that goes on from the last answer of one that another window has. */
async function openCopy({ history, interpreter, places }: HistoryContext, id: string): Promise<void> {
  if (!(await mayLeave(interpreter))) return;
  await history.fork(id, null);
  await places.focus();
}

/** Said once, when a window begins with a session of its own: the conversation that one looks for may be in another. */
export async function offerCopyOfOther(context: HistoryContext): Promise<void> {
  const entry = await context.history.openElsewhere();
  if (entry === null) return;
  const { title } = historyWords(entry, 0);
  const list = t('Show History');
  const answer = await vscode.window.showInformationMessage(
    t`The session “${title}” is open in another window. This window has a session of its own.`,
    openACopy(),
    list,
  );
  if (answer === openACopy()) await openCopy(context, entry.id);
  else if (answer === list) await showHistory(context);
}

const openACopy = (): string => t('Open a Copy');

class HistoryPicker {
  private readonly buttons = [
    verbButton('rename', 'edit', t('Rename…')),
    verbButton('fork', 'repo-forked', t('Fork: go on from its last answer in a new session')),
    verbButton('delete', 'trash', t('Delete')),
  ];
  private readonly picker = vscode.window.createQuickPick<Item>();
  /** Of the search that goes on. */
  private searching = new AbortController();

  constructor(private readonly context: HistoryContext) {
    this.picker.title = t('History');
    this.picker.placeholder = t('Open a session: type words of its title or of a question');
    this.picker.matchOnDescription = true;
    this.picker.matchOnDetail = true;
    this.picker.onDidAccept(() => void this.accept());
    this.picker.onDidTriggerItemButton(({ button: pressed, item }) => {
      const verb = this.buttons.find((known) => known === pressed)?.verb;
      if (verb !== undefined && item.entry !== null) void this.guarded(this.verb(verb, item.entry));
    });
    this.picker.onDidHide(() => {
      this.searching.abort();
      this.picker.dispose();
    });
  }

  async show(): Promise<void> {
    this.picker.busy = true;
    this.picker.show();
    await this.refresh();
    this.picker.busy = false;
  }

  private async refresh(): Promise<void> {
    const now = Date.now();
    const entries = await this.context.history.list();
    const items = entries.map((entry): Item => this.itemOf(entry, now));
    const search: Item = {
      entry: null,
      label: t('$(search) Search in answers, code and outputs…'),
      detail: t('Looks through all sessions for the words above'),
      alwaysShow: true,
    };
    const none: Item = { entry: null, label: t('No sessions yet'), kind: vscode.QuickPickItemKind.Separator };
    this.picker.items = items.length === 0 ? [none] : [...items, search];
    this.picker.activeItems = items.filter(({ entry }) => entry?.place === 'closed').slice(0, 1);
  }

  private async accept(): Promise<void> {
    const [item] = this.picker.activeItems;
    if (item === undefined) return;
    if (item.entry === null) await this.guarded(this.search(this.picker.value.trim()));
    else await this.guarded(this.open(item.entry));
  }

  private async open(entry: HistoryEntry): Promise<void> {
    const { history, interpreter, places } = this.context;
    const { id } = entry;
    this.picker.hide();
    if (entry.place === 'elsewhere') {
      const answer = await vscode.window.showInformationMessage(
        t`“${historyWords(entry, 0).title}” is open in another window.`,
        {
          modal: true,
          detail: t(
            'A session is in one window at a time. A copy goes on here from its last answer, with a sandbox of its own; the other window keeps its session and its variables.',
          ),
        },
        openACopy(),
      );
      if (answer === openACopy()) await openCopy(this.context, id);
      return;
    }
    if (interpreter.sessionId !== id) {
      if (!(await mayLeave(interpreter))) return;
      await history.open(id);
    }
    await places.focus();
  }

  private async verb(verb: Verb, entry: HistoryEntry): Promise<void> {
    const { history } = this.context;
    if (verb === 'delete') {
      await history.remove(entry.id);
      await this.refresh();
      void this.offerUndo(entry);
      return;
    }
    this.picker.hide();
    if (verb === 'fork') {
      await openCopy(this.context, entry.id);
      return;
    }
    const value = historyWords(entry, 0).title;
    const prompt = t('Leave it empty for a title made from the first question.');
    const typed = await vscode.window.showInputBox({ title: t('Rename Session'), value, prompt });
    if (typed !== undefined) await history.rename(entry.id, typed);
    await new HistoryPicker(this.context).show();
  }

  private async offerUndo(entry: HistoryEntry): Promise<void> {
    const { title } = historyWords(entry, 0);
    const undo = t('Undo');
    const answer = await vscode.window.showInformationMessage(t`Deleted the session “${title}”.`, undo);
    if (answer === undo) await this.guarded(this.context.history.restore(entry.id));
  }

  /** Replaces the list by what is found, as it is found. */
  private async search(query: string): Promise<void> {
    if (query === '') {
      this.picker.placeholder = t(
        'Type the words to look for, then choose “Search in answers, code and outputs”',
      );
      return;
    }
    this.searching.abort();
    this.searching = new AbortController();
    const { signal } = this.searching;
    this.picker.busy = true;
    this.picker.title = t`History: sessions with “${query}”`;
    this.picker.value = '';
    const found: Item[] = [];
    this.picker.items = [];
    for await (const { session, hits } of this.context.history.search(query, signal)) {
      found.push({ ...this.itemOf(session, Date.now()), detail: hits.map(hitWords).join('   ') });
      this.picker.items = [...found];
    }
    if (signal.aborted) return;
    this.picker.busy = false;
    if (found.length === 0) this.picker.placeholder = t`No session has “${query}”`;
  }

  private itemOf(entry: HistoryEntry, nowMs: number): Item {
    const { title, when, detail } = historyWords(entry, nowMs);
    const icon =
      entry.kind === 'unusable' ? 'warning' : entry.place === 'shown' ? 'eye' : 'comment-discussion';
    const verbs = this.buttons.filter(({ verb }) => {
      if (entry.place === 'elsewhere') return entry.kind === 'session' && verb === 'fork';
      return entry.kind === 'session' || verb === 'delete';
    });
    return {
      entry,
      label: `$(${icon}) ${title.replaceAll('$(', '$\u200b(')}`,
      description: when,
      detail,
      buttons: verbs,
    };
  }

  private async guarded(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      void showFailure(unexpected(error));
    }
  }
}

const hitWords = ({ where, snippet }: LogHit): string => `${where}: ${snippet}`;
