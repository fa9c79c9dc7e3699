/** Proposed changes, as golden pictures. */
import { change, changesScene, hunk, openChanges } from './changesScenes.ts';
import { looks } from './looks.ts';

const UNSEEN = [
  change('line-ends.txt', [
    hunk(0, [
      ' both have it\r',
      '-with a carriage return\r',
      '+without one',
      '-\ttab',
      '+    blanks   ',
      '+to the right\u202etfel eht ot',
      '-the last line',
      '\\ No newline at end of file',
      '+the last line',
    ]),
  ]),
  change('new.py', [hunk(0, ['+print("new")'], { oldStart: 0, oldLines: 0, newStart: 1 })], {
    sha256: '0c'.repeat(32),
    kind: 'new',
    bytes: { before: null, after: 14 },
  }),
];

looks('pictures of proposed changes', {
  changes: {
    heights: [1560, 1300, 1150],
    open: () => changesScene(),
    act: async (panel) => openChanges(panel),
  },
  'changes-decided': {
    heights: [1300, 1100, 1000],
    open: () => changesScene(),
    act: async (panel) => {
      const { page } = panel;
      await openChanges(panel);
      const pane = page.getByRole('complementary', { name: 'Changes' });
      const first = pane.getByRole('group', { name: /^Change 1 of 3/ });
      await first.getByRole('button', { name: 'Accept' }).press('Enter');
      await pane
        .getByRole('group', { name: /^Change 2 of 3/ })
        .and(page.locator(':focus'))
        .waitFor();
      await pane
        .getByRole('group', { name: /^Change 2 of 3/ })
        .getByRole('button', { name: 'Reject' })
        .press('Enter');
      await pane
        .getByRole('group', { name: /^Change 3 of 3/ })
        .and(page.locator(':focus'))
        .waitFor();
    },
  },
  'changes-unseen': {
    heights: [620, 560, 520],
    open: () => changesScene(UNSEEN),
    act: async (panel) => openChanges(panel),
  },
  'changes-card': {
    heights: [640, 560, 520],
    open: () => changesScene(),
    act: async ({ page }) => page.getByRole('button', { name: 'Changes, 6 open' }).waitFor(),
  },
});
