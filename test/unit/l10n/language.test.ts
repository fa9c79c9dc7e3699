/** What is said in another language, and what stays English: for the model, logs, and where a bundle lacks a sentence. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { runDoctor } from '../../../src/doctor.ts';
import { badMount, dockerMissing, Problem, saidDetail, saveFailed, viewOf } from '../../../src/failures.ts';
import { whenWords } from '../../../src/host/historyWords.ts';
import { panelHtml } from '../../../src/host/panelHtml.ts';
import { placeVerdict } from '../../../src/host/savePlaces.ts';
import { notice } from '../../../src/session/notices.ts';
import { t, useLanguage, words } from '../../../src/shared/l10n.ts';
import { limitForModel, limitNote } from '../../../src/shared/limitWords.ts';
import { isPseudo, pseudoLanguage } from '../../support/pseudoLanguage.ts';

const PAGE = { cspSource: 'vscode-resource:', nonce: 'n', scriptUri: 's.js', styleUri: 's.css' };

describe('in another language', () => {
  beforeEach(() => useLanguage(pseudoLanguage()));
  afterEach(() => useLanguage(null));

  it('a failure is shown translated, remedy included; its message for log and model is English', () => {
    const failure = dockerMissing('/run/docker.sock');
    assert.equal(failure.sentence, 'Docker was not found (/run/docker.sock does not exist).');
    assert.match(failure.message, /^Docker was not found .* Install Docker Engine/);
    const shown = viewOf(failure);
    assert.ok(isPseudo(shown.sentence) && shown.sentence.includes('/run/docker.sock'), shown.sentence);
    assert.ok(isPseudo(shown.remedy?.text ?? ''));
    assert.equal(shown.remedy?.command, 'codeInterpreter.checkSetup');
  });

  it('a reason within a failure is in the language of its sentence', () => {
    const failure = badMount('/x', words('its path is not absolute'));
    assert.match(failure.message, /"\/x": its path is not absolute\./);
    assert.doesNotMatch(failure.shown.sentence, /absolute/);
    const moved = saveFailed('a.csv', new Problem(words`${'a.csv'} was changed meanwhile`));
    assert.match(moved.message, /a\.csv was changed meanwhile\.$/);
    assert.doesNotMatch(moved.shown.sentence, /meanwhile/);
    assert.equal(saidDetail(new Error('EIO')).local, 'EIO');
  });

  it('a limit is told to the user translated, to the model in English', () => {
    const hit = { kind: 'openFiles', figure: 1024 } as const;
    assert.ok(isPseudo(limitNote(hit)));
    assert.match(limitForModel(hit), /^limit: The limit of 1,024 open files was reached\. Close each file/);
    assert.equal(isPseudo(limitForModel(hit)), false);
  });

  it('a notice of the log has both', () => {
    const said = notice('warning', words('The conversation is saved again.'));
    assert.equal(said.text, 'The conversation is saved again.');
    assert.ok(isPseudo(said.shown ?? ''));
  });

  it('the list of Check Setup and a refused place are translated', async () => {
    const refuse = async (): Promise<never> => Promise.reject(dockerMissing('/run/docker.sock'));
    const checks = await runDoctor({
      engine: refuse,
      places: refuse,
      runtime: refuse,
      image: refuse,
      key: async () => Promise.resolve(null),
    });
    for (const { title, sentence } of checks) assert.ok(isPseudo(title) && isPseudo(sentence), sentence);
    const verdict = placeVerdict('/w/.git/hooks/pre-commit');
    assert.ok(verdict.kind === 'refused' && isPseudo(verdict.reason.local));
  });

  it('the page brings its words as data, which can hold any character', () => {
    useLanguage({ tag: 'de', bundle: { Send: '</script><b>Senden' } });
    const page = panelHtml(PAGE);
    assert.match(page, /<html lang="de">/);
    const [, json = ''] = /<script type="application\/json" id="language">(.*?)<\/script>/.exec(page) ?? [];
    assert.deepEqual(JSON.parse(json), { tag: 'de', bundle: { Send: '</script><b>Senden' } });
  });

  it('dates are written as there', () => {
    useLanguage({ tag: 'de', bundle: {} });
    const at = Date.UTC(2025, 2, 3, 12);
    assert.match(whenWords(at, Date.UTC(2026, 2, 3)), /^3\. M\S+ 2025$/);
  });
});

describe('without a bundle', () => {
  it('everything is as written', () => {
    assert.equal(t`Saved ${'a.csv'}.`, 'Saved a.csv.');
    assert.equal(t({ message: 'Leave', comment: ['A button: the session is left.'] }), 'Leave');
    assert.deepEqual(notice('info', words('The conversation is saved again.')), {
      ...{ type: 'notice', level: 'info', text: 'The conversation is saved again.' },
    });
    assert.doesNotMatch(panelHtml(PAGE), /application\/json/);
    assert.match(panelHtml(PAGE), /<html lang="en">/);
  });

  it('a sentence that the bundle lacks is English', () => {
    useLanguage({ tag: 'de', bundle: {} });
    assert.equal(t`Saved ${'a.csv'}.`, 'Saved a.csv.');
    useLanguage(null);
  });
});
