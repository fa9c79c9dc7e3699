import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import MarkdownIt from 'markdown-it';
import * as say from '../../../../src/models/analyst/wording.ts';

const HOSTILE = [
  '`tick`',
  '``',
  '<img src=x onerror=alert(1)>',
  '[a](javascript:alert(1))',
  '![x](http://evil/x.png)',
  '**bold** _it_ # h',
  'a|b',
  'x\n\n# heading',
  '1. list',
  '- item',
  'www.evil.example http://evil.example',
  '&lt;b&gt;',
  '\u202eevil',
];
const markdown = new MarkdownIt({ linkify: true });
const plainOf = (html: string): string =>
  html
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('\u200b', '')
    .trim();

describe('names in Markdown', () => {
  for (const name of HOSTILE) {
    it(`shows exactly the name: ${JSON.stringify(name)}`, () => {
      const clean = say.oneLine(name);
      const asCode = markdown.render(`before ${say.code(name)} after`);
      assert.match(asCode, /^<p>before <code>[\s\S]*<\/code> after<\/p>\s*$/);
      assert.equal(plainOf(asCode), `before ${clean} after`);
      const asProse = markdown.render(say.prose(name));
      assert.match(asProse, /^<p>[^<]*<\/p>\s*$/);
      assert.equal(plainOf(asProse), clean);
    });
  }
});

describe('numbers for a person', () => {
  const cases: [number | null, string][] = [
    [1234567, '1,234,567'], [0, '0'], [-3, '-3'], [0.00423456, '0.004235'], [12.3456, '12.35'], [99999.7, '100,000'],
    [3.1e-9, '3.10e-9'], [null, 'no value'], [NaN, 'no value'],
  ]; // prettier-ignore
  for (const [value, text] of cases) {
    it(`${String(value)} is ${text}`, () => assert.equal(say.number(value), text));
  }

  it('has units, counts and shares', () => {
    assert.equal(say.quantity(-12.5, '€'), '−€12.5');
    assert.equal(say.quantity(3, '°C'), '3 °C');
    assert.equal(say.count(1, 'row'), '1 row');
    assert.equal(say.count(2301, 'row'), '2,301 rows');
    assert.equal(say.percent(0.004), '0.4 %');
    assert.equal(say.percent(0.123), '12 %');
  });
});

describe('times for a person', () => {
  const day = 86_400;
  const cases: [string, number | null, string][] = [
    ['1958-03-29T00:00:00', 30 * day, 'Mar 1958'], ['1958-03-29T00:00:00', 366 * day, '1958'], ['1958-03-29T00:00:00', day, '29 Mar 1958'],
    ['1958-03-29T14:05:00', 3600, '29 Mar 1958, 14:05'], ['1958', null, '1958'],
  ]; // prettier-ignore
  for (const [iso, step, text] of cases)
    it(`${iso} is ${text}`, () => assert.equal(say.moment(iso, step), text));
});

describe('titles', () => {
  it('take at most two lines, and count wide characters twice', () => {
    const long = say.title(`${'word '.repeat(40)}`, 50);
    assert.equal(long.split('\n').length, 2);
    assert.ok(long.split('\n').every((line) => line.length <= 50));
    assert.ok([...say.titleName('人口'.repeat(30), 28)].length <= 15);
    assert.equal(say.axisLabel('price', '€'), 'price (€)');
  });
});
