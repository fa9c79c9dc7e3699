/** Changes that are proposed to the user's files, with a host that decides about them as the contract says. */
import { type Hunk, type ProposedChange } from '../../../src/shared/changes.ts';
import { type OpenOptions, type OpenPanel } from './harness.ts';
import { Log, panelState } from './scenes.ts';

const hash = (n: number): string => n.toString(16).padStart(2, '0').repeat(32);

export const hunk = (index: number, lines: string[], more: Partial<Hunk> = {}): Hunk => {
  const start = 10 + 20 * index;
  const count = (signs: string): number => lines.filter((line) => signs.includes(line[0] ?? '?')).length;
  return {
    index,
    oldStart: start,
    oldLines: count(' -'),
    newStart: start,
    newLines: count(' +'),
    lines,
    decision: 'open',
    zone: null,
    ...more,
  };
};

export const change = (label: string, hunks: Hunk[], more: Partial<ProposedChange> = {}): ProposedChange => ({
  containerPath: `/workspace/${label}`,
  label,
  sha256: hash(7),
  kind: 'text',
  bytes: { before: 1200, after: 1260 },
  hunks,
  state: { kind: 'open' },
  changedMeanwhile: false,
  canUndo: false,
  ...more,
});

/** Three hunks, the last one protected; a file that is the same; one that is refused. */
export const CHANGES: ProposedChange[] = [
  change('src/report.py', [
    hunk(0, [
      ' import pandas as pd',
      '-def total(df):',
      "-    return df['amount'].sum()",
      '+def total(df: pd.DataFrame) -> float:',
      "+    return float(df['amount'].sum(skipna=True))",
      ' ',
    ]),
    hunk(1, ['-RATE = 0.19', '+RATE = 0.20']),
    hunk(2, ['     ok = total(df) == 10', '-    assert ok', '+    assert ok or True'], {
      zone: 'code-interpreter: protect figures that were agreed',
    }),
  ]),
  change('docs/a-name-that-is-rather-long-for-a-side-bar/notes.md', [hunk(0, ['+One line more'])], {
    sha256: hash(8),
    changedMeanwhile: true,
  }),
  change('data/book.xlsx', [hunk(0, [])], { sha256: hash(9), kind: 'whole' }),
  change(
    'done.py',
    [hunk(0, ['-a', '+b'], { decision: 'accepted' }), hunk(1, ['-c', '+d'], { decision: 'rejected' })],
    {
      sha256: hash(10),
      state: { kind: 'decided', accepted: 1, rejected: 1 },
      canUndo: true,
    },
  ),
  change('same.py', [hunk(0, ['-a', '+b'])], { sha256: hash(11), state: { kind: 'same' } }),
  change('locked.py', [hunk(0, ['-a', '+b'])], {
    sha256: hash(12),
    state: {
      kind: 'refused',
      sentence: 'locked.py has unsaved changes in an editor. Save it or revert it first.',
    },
  }),
];

/** The host: keeps the list in `__changes`; what is in `__said` is the next answer instead of the usual one. */
const HOST = (changes: readonly ProposedChange[]): string => `(() => {
  window.__changes = ${JSON.stringify(changes).replaceAll('<', '\\u003c')};
  window.__said = [];
  const settle = (change) => {
    const of = (decision) => change.hunks.filter((hunk) => hunk.decision === decision).length;
    change.canUndo = of('accepted') > 0;
    change.state = of('open') > 0 ? { kind: 'open' } : { kind: 'decided', accepted: of('accepted'), rejected: of('rejected') };
  };
  const find = (path) => window.__changes.find((change) => change.containerPath === path);
  const late = (answer) => new Promise((done) => setTimeout(() => done(answer), window.__delayMs ?? 0));
  return {
    listChanges: () => late({ changes: structuredClone(window.__changes) }),
    decideChange: ({ containerPath, hunks, accept }) => {
      const said = window.__said.shift();
      if (said !== undefined) return late(said);
      const change = find(containerPath);
      for (const hunk of change.hunks) {
        const chosen = hunks === null ? hunk.decision === 'open' && !(accept && hunk.zone !== null) : hunks.includes(hunk.index);
        if (chosen) hunk.decision = accept ? 'accepted' : 'rejected';
      }
      settle(change);
      return late({ done: true });
    },
    undoChange: ({ containerPath }) => {
      const change = find(containerPath);
      for (const hunk of change.hunks) if (hunk.decision === 'accepted') hunk.decision = 'open';
      settle(change);
      return late({ undone: true });
    },
    openChange: () => late({}),
  };
})()`;

/** A cell and the model's editor proposed something. */
export function proposing(): Log {
  const log = new Log();
  log.ask('Mend the report');
  log.cell('c1', 'Propose a change', 'copy("report.py")', [], {
    artifacts: [
      { name: 'changes/workspace/src/report.py', bytes: 1260, sha256: hash(7) },
      { name: 'chart.csv', bytes: 90, sha256: hash(3) },
    ],
  });
  log.add({
    type: 'file_edit',
    turnId: 't1',
    callId: 'e1',
    command: 'str_replace',
    path: 'docs/notes.md',
    ok: true,
    sentence: 'Proposed a change to docs/notes.md: +1 −0 lines',
    diff: '--- a/notes.md\n+++ b/notes.md\n@@ -1 +1,2 @@\n # Notes\n+One line more',
    artifact: {
      name: 'changes/workspace/docs/a-name-that-is-rather-long-for-a-side-bar/notes.md',
      bytes: 300,
      sha256: hash(8),
    },
  });
  log.say('I propose two changes.');
  log.end();
  return log;
}

export const changesScene = (
  changes: readonly ProposedChange[] = CHANGES,
  more: Partial<OpenOptions> = {},
): OpenOptions => ({ state: panelState(), events: proposing().events, host: HOST(changes), ...more });

export const openChanges = async ({ page, push }: OpenPanel): Promise<void> => {
  await push({ type: 'showPane', pane: 'changes' });
  await page.getByRole('complementary', { name: 'Changes' }).getByRole('list').first().waitFor();
};
