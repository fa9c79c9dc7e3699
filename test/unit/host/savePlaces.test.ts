/** Where files of the sandbox may be saved: each protected place beside a neighbour that stays free. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { liesIn, placeVerdict } from '../../../src/host/savePlaces.ts';

/** [target, its permitted twin] */
const REFUSED: readonly [string, string][] = [
  ['/w/.vscode/tasks.json', '/w/vscode/tasks.json'],
  ['/w/.vscode/settings.json', '/w/settings.json'],
  ['/w/.git/hooks/pre-commit', '/w/git/hooks/pre-commit'],
  ['/w/.git/config', '/w/config'],
  ['/w/.husky/pre-commit', '/w/husky.csv'],
  ['/w/.devcontainer/devcontainer.json', '/w/devcontainer/devcontainer.json'],
  ['/w/.idea/workspace.xml', '/w/idea/workspace.xml'],
  ['/w/.claude/settings.json', '/w/claude/settings.json'],
  ['/w/.cursor/rules/x.md', '/w/rules/x.md'],
  ['/home/u/.ssh/config', '/home/u/ssh/config'],
  ['/home/u/.aws/credentials', '/home/u/credentials'],
  ['/home/u/.bashrc', '/home/u/bashrc'],
  ['/home/u/.zshenv', '/home/u/zshenv.txt'],
  ['/home/u/.profile', '/home/u/profile'],
  ['/w/.envrc', '/w/envrc'],
  ['/home/u/.config/autostart/x.desktop', '/home/u/x.txt'],
  ['C:\\w\\.vscode\\settings.json', 'C:\\w\\data\\settings.json'],
  ['/w/.GIT/config', '/w/.gitkeep'],
  ['/w/.git./config', '/w/a.git.d/config'],
  ['/w/.git /config', '/w/a .git/config'],
  ['C:\\w\\.git::$INDEX_ALLOCATION\\config', 'C:\\w\\a\\config'],
  ['C:\\w\\GIT~1\\config', 'C:\\w\\DIGIT~1\\config'],
  ['/w/.g\u200cit/config', '/w/.g-it/config'],
  ['/w/.ｇｉｔ/config', '/w/.gìt/config'],
];
const ASKED: readonly [string, string][] = [
  ['/w/package.json', '/w/package.csv'],
  ['/w/Makefile', '/w/makefile.csv'],
  ['/w/CLAUDE.md', '/w/claude.txt'],
  ['/w/AGENTS.md', '/w/agents.csv'],
  ['/w/.github/workflows/ci.yml', '/w/github/ci.yml'],
  ['/w/x.code-workspace', '/w/x.workspace'],
  ['/w/conftest.py', '/w/analysis.py'],
  ['/w/.npmrc', '/w/npmrc.txt'],
  ['/w/.env', '/w/env.csv'],
  ['/w/run.bat', '/w/run.txt'],
  ['/w/a.lnk', '/w/a.png'],
  ['/home/u/.local/bin/tool', '/home/u/local/tool'],
];

describe('places where programs act on files by themselves', () => {
  for (const [target, twin] of REFUSED) {
    it(`${target} is refused, ${twin} is not`, () => {
      assert.equal(placeVerdict(target).kind, 'refused');
      assert.notEqual(placeVerdict(twin).kind, 'refused');
    });
  }

  for (const [target, twin] of ASKED) {
    it(`${target} is asked about, ${twin} is free`, () => {
      assert.equal(placeVerdict(target).kind, 'asks');
      assert.equal(placeVerdict(twin).kind, 'free');
    });
  }

  it('a path lies in a folder by its parts, not by its letters', () => {
    assert.ok(liesIn('/w', '/w/a/b') && liesIn('/w', '/w'));
    assert.ok(!liesIn('/w', '/wide') && !liesIn('/w/a', '/w'));
  });
});
