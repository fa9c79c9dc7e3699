import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { unsafeNameReason } from '../../../src/kernel/artifactName.ts';

describe('names of output files', () => {
  for (const name of [
    'chart.png',
    'report/2024/Größe 日本語 😀.csv',
    'résumé (final) #2%.csv',
    '-rf',
    '.hidden',
    'a'.repeat(255),
    'console.txt',
  ]) {
    it(`accepts ${JSON.stringify(name.slice(0, 40))}`, () => {
      assert.equal(unsafeNameReason(name), null);
    });
  }

  for (const name of [
    '',
    '.',
    '..',
    '../x',
    'a/../../x',
    'a/./b',
    'a//b',
    'a/',
    '/etc/passwd',
    'a\\b',
    '\\\\server\\share',
    'C:evil',
    'file:stream',
    'a\0b',
    'two\nlines',
    'esc\u001b[31m',
    'gpj.\u202eexe',
    'CON',
    'con.txt',
    'dir/LPT1.csv',
    'trailing.',
    'trailing ',
    'a'.repeat(256),
    `${'a/'.repeat(600)}b`,
    'what?.csv',
  ]) {
    it(`refuses ${JSON.stringify(name.slice(0, 40))}`, () => {
      assert.equal(typeof unsafeNameReason(name), 'string');
    });
  }
});
