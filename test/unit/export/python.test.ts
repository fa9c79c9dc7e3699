import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { plainPython, toPython } from '../../../src/export/python.ts';
import { reportOf } from '../../../src/export/report.ts';
import { ask, logOf, NOTHING_KNOWN, ran } from './support.ts';

const MEANS_NOTHING = '  (of a notebook: means nothing in a script)';

describe('a session as a script', () => {
  it('translates what plain Python has, too', () => {
    const cases: [string, string][] = [
      ['!ls -l "a b"', 'subprocess.run("ls -l \\"a b\\"", shell=True)'],
      [
        'files = !ls',
        'files = subprocess.run("ls", shell=True, capture_output=True, text=True).stdout.splitlines()',
      ],
      ['%%bash\necho $HOME', 'subprocess.run(["bash"], input="echo $HOME", text=True, check=True)'],
      ['%%script node\n1', 'subprocess.run(["node"], input="1", text=True, check=True)'],
      ['%%writefile a.txt\nx', 'open("a.txt", "w").write("x\\n")'],
    ];
    for (const [code, expected] of cases) assert.equal(plainPython(code), expected);
  });

  it('comments the rest with the reason, and keeps blocks whole', () => {
    assert.equal(plainPython('%matplotlib inline\nx = 1'), `# %matplotlib inline${MEANS_NOTHING}\nx = 1`);
    assert.equal(plainPython('if x:\n    %time f()'), `if x:\n    pass  # %time f()${MEANS_NOTHING}`);
    assert.equal(plainPython('!echo {name}'), `# !echo {name}${MEANS_NOTHING}`);
    assert.equal(plainPython('df?'), `# df?${MEANS_NOTHING}`);
    assert.match(plainPython('await f()'), /^# Left out: a script cannot await/);
    assert.match(plainPython('for x in y:\n    await f(x)'), /^# Left out: a script cannot await/);
    assert.match(plainPython('%%html\n<b>'), /^# Left out: %%html/);
  });

  it('leaves texts, brackets and operators alone', () => {
    for (const code of [
      'text = """\n!not a command\n%nor a magic\n"""',
      'x = (a\n  % b)',
      'x = a \\\n  % b',
      "s = 'it''s' # don't\ny = 5 % 2",
      'async def f():\n    await g()',
      'print("really?")\nx = d["a"] != 1',
    ]) {
      assert.equal(plainPython(code), code);
    }
  });

  it('is code only where a cell was: nothing that was said can run', () => {
    const events = logOf(
      ask('Why?\rimport os; os.remove("a")\nprint("said")'),
      { type: 'text', turnId: 't1', blockId: 'b', delta: 'So.\n"""\nprint("answered")' },
      ran('c1', 'print("ran", 1)'),
      ran('c2', 'raise ValueError("x")\nprint("behind")', [], 'python', 'error'),
      ran('c3', 'console.log(1)', [], 'javascript'),
    );
    const script = toPython(reportOf(events, NOTHING_KNOWN));
    const code = script.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    assert.deepEqual(code, [
      'import subprocess',
      'print("ran", 1)',
      'subprocess.run(["node"], input="console.log(1)", text=True, check=True)',
    ]);
    assert.match(script, /# Left out: This cell failed\.\n# raise ValueError/);
  });

  it('is Python', () => {
    const events = logOf(
      ran('c1', 'from analyst import open_table\n%time x = 1\nif True:\n    !echo "it\'s"\nprint("end")'),
      ran('c2', '%%bash\necho "\\"quoted\\" $HOME"'),
    );
    const script = toPython(reportOf(events, NOTHING_KNOWN));
    const check = spawnSync('python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], {
      input: script,
      encoding: 'utf8',
    });
    assert.equal(check.stderr, '');
    assert.equal(check.status, 0);
  });
});
