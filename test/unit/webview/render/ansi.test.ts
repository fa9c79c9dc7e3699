import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAnsi, stripAnsi } from '../../../../webview/render/ansi.ts';

const ESC = '\x1b';

describe('colours', () => {
  it('reads the 16 theme colours, the palette and RGB', () => {
    const runs = parseAnsi(`${ESC}[31mr${ESC}[94mb${ESC}[38;5;196mp${ESC}[38;2;1;2;3mx${ESC}[0mn`);
    assert.deepEqual(
      runs.map(({ text, style }) => [text, style.fg]),
      [
        ['r', 1],
        ['b', 12],
        ['p', '#ff0000'],
        ['x', '#010203'],
        ['n', undefined],
      ],
    );
  });

  it('combines attributes and takes them back one by one', () => {
    const runs = parseAnsi(`${ESC}[1;4;43mA${ESC}[22mB${ESC}[24;49mC`);
    assert.deepEqual(
      runs.map((run) => run.style),
      [{ bold: true, underline: true, bg: 3 }, { underline: true, bg: 3 }, {}],
    );
  });

  it('reads an empty parameter as a reset and colons as separators', () => {
    assert.deepEqual(parseAnsi(`${ESC}[38:5:2mA${ESC}[mB${ESC}[32mC${ESC}[;1mD`), [
      { text: 'A', style: { fg: 2 } },
      { text: 'B', style: {} },
      { text: 'C', style: { fg: 2 } },
      { text: 'D', style: { bold: true } },
    ]);
  });

  it('shrugs at nonsense', () => {
    assert.equal(stripAnsi(`${ESC}[999;38;5mA${ESC}[38;2;999;0;0mB${ESC}[38mC`), 'ABC');
  });
});

it('reads a hundred thousand colours in one text, none cut or lost', () => {
  const runs = parseAnsi('\x1b[38;2;1;2;3ma\x1b[0mb'.repeat(100_000));
  assert.equal(runs.length, 200_000);
  for (const [index, { text, style }] of runs.entries()) {
    assert.equal(text, index % 2 === 0 ? 'a' : 'b');
    assert.equal(style.fg !== undefined, index % 2 === 0);
  }
});

describe('what a terminal would obey is dropped', () => {
  const cases: Readonly<Record<string, string>> = {
    'cursor moves and clearing': `a${ESC}[2J${ESC}[H${ESC}[10;10Hb`,
    'window title': `a${ESC}]0;title\x07b`,
    'hyperlink (OSC 8)': `a${ESC}]8;;http://evil.example${ESC}\\b${ESC}]8;;${ESC}\\`,
    'clipboard (OSC 52)': `a${ESC}]52;c;ZXZpbA==\x07b`,
    'device control strings': `a${ESC}P1$r0m${ESC}\\b`,
    'bells and other controls': `a\x07\x00\x0bb`,
    'C1 controls': 'a\u009b\u0085b',
    'a lone escape at the end': `ab${ESC}`,
    'an unfinished title': `ab${ESC}]0;never ends`,
  };
  for (const [name, text] of Object.entries(cases)) {
    it(name, () => assert.equal(stripAnsi(text), 'ab'));
  }

  it('one million escapes leave nothing', () => {
    assert.deepEqual(parseAnsi(`${ESC}[31m`.repeat(1_000_000)), []);
  });
});

it('shows characters that reorder or hide text', () => {
  assert.equal(stripAnsi('a\u202eb\u2066c\u{e0041}'), 'a‹U+202E›b‹U+2066›c‹U+E0041›');
  assert.equal(stripAnsi('日本語 ünïcode 😀\n\ttab'), '日本語 ünïcode 😀\n\ttab');
});
