/**
 * Find in session: messages, answers, code, outputs, file names. Enter and F4 go to the next hit, with Shift to the one
 * before; the place is shown and marked in the conversation, and the focus stays here.
 */
import { type JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { plural } from '../../format.ts';
import { IconButton } from '../../kit.ts';
import { speaker } from '../../messageOf.ts';
import { grouped, type Hit, type HitGroup } from '../../search/search.ts';
import { clearMark } from '../../search/show.ts';
import {
  current,
  found,
  goTo,
  lookFor,
  options,
  problem,
  query,
  searching,
  step,
  toggle,
} from '../../search/state.ts';
import { type SearchOptions } from '../../search/matcher.ts';
import { useSearch } from '../../search/useSearch.ts';
import { type ViewState } from '../../state.ts';
import { type PaneProps } from './bodies.ts';
import { t } from '../../../src/shared/l10n.ts';
import { type Where } from '../../search/texts.ts';
import { iconClass, type IconName } from '../../icons.ts';
import style from '../../styles/search.pane.css';

/** The rest is reached by going on; a list of thousands helps nobody. */
const LISTED = 300;

const toggles = (): readonly { option: keyof SearchOptions; icon: IconName; label: string }[] => [
  { option: 'matchCase', icon: 'case-sensitive', label: t('Match Case') },
  { option: 'wholeWord', icon: 'whole-word', label: t('Match Whole Word') },
  { option: 'regex', icon: 'regex', label: t('Use Regular Expression') },
];

function onKeyDown(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const inField = event.target instanceof HTMLInputElement;
  if (event.isComposing) return;
  if (event.key === 'F4' || (event.key === 'Enter' && inField)) {
    event.preventDefault();
    step(event.shiftKey ? -1 : 1);
  } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('.search-hit')];
    const at = rows.findIndex((row) => row === document.activeElement);
    const next = at === -1 ? rows[0] : rows[at + (event.key === 'ArrowDown' ? 1 : -1)];
    const field = event.currentTarget.querySelector('input');
    const target = next ?? (event.key === 'ArrowUp' ? field : null);
    if (target === null) return;
    event.preventDefault();
    target.focus();
  }
}

export function SearchPane({ state }: PaneProps): JSX.Element {
  useSearch(state);
  useEffect(() => clearMark, []);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  const groups = useMemo(() => grouped(found.value.hits.slice(0, LISTED)), [found.value]);
  return (
    <div class="search-pane" role="search" onKeyDown={onKeyDown}>
      <style>{style}</style>
      <div class="search-row">
        <div class={problem.value === null ? 'search-field' : 'search-field search-wrong'}>
          <input
            ref={field}
            data-autofocus=""
            type="text"
            aria-label={t('Find in session')}
            aria-describedby="search-count"
            aria-invalid={problem.value !== null}
            placeholder={t('Find')}
            spellcheck={false}
            value={query.value}
            onInput={(event) => lookFor(event.currentTarget.value)}
          />
          {toggles().map(({ option, icon, label }) => (
            <button
              key={option}
              type="button"
              class="search-toggle"
              title={label}
              aria-label={label}
              aria-pressed={options.value[option]}
              onClick={() => toggle(option)}
            >
              <span class={iconClass(icon)} aria-hidden="true" />
            </button>
          ))}
        </div>
        <IconButton icon="arrow-up" label={t('Previous hit')} hint="Shift+Enter" onClick={() => step(-1)} />
        <IconButton icon="arrow-down" label={t('Next hit')} hint="Enter" onClick={() => step(1)} />
      </div>
      <p class="search-count" id="search-count" role="status">
        {countWords()}
      </p>
      {groups.map((group) => (
        <Group key={group.item.key} group={group} state={state} />
      ))}
      {found.value.hits.length > LISTED && (
        <p class="search-count">{t`The first ${LISTED} are listed; Enter goes through all.`}</p>
      )}
    </div>
  );
}

function countWords(): string {
  const { hits, cut } = found.value;
  if (problem.value !== null) return problem.value;
  if (query.value === '') return t('Messages, code, outputs and file names are searched.');
  if (searching.value && hits.length === 0) return t('Searching…');
  if (hits.length === 0) return t('No results');
  const all = `${String(hits.length)}${cut ? '+' : ''}`;
  const messages = new Set(hits.map(({ item }) => item.key)).size;
  return current.value === null
    ? t`${all === '1' ? t('1 hit') : t`${all} hits`} in ${plural(messages, t('1 message'), (n) => t`${n} messages`)}`
    : t`${String(current.value + 1)} of ${all}`;
}

function Group({ group: { item, hits }, state }: { group: HitGroup; state: ViewState }): JSX.Element {
  const title = titleOf(item, state);
  return (
    <section aria-label={title}>
      <h3 class="search-title">
        <span class="search-name">{title}</span>
        <span class="badge">{hits.length}</span>
      </h3>
      {hits.map((hit) => (
        <HitRow key={hit.index} hit={hit} />
      ))}
    </section>
  );
}

function titleOf(item: HitGroup['item'], state: ViewState): string {
  if (item.kind === 'user') return `${speaker(item, state)}: ${item.text.trim() || t('about files')}`;
  const place = item.kind === 'turn' ? `, ${t`message ${state.items.indexOf(item) + 1}`}` : '';
  return speaker(item, state) + place;
}

/** Of the line before the hit, in letters: the hit itself is seen in a narrow panel, too. */
const SHOWN_BEFORE = 12;

function HitRow({ hit }: { hit: Hit }): JSX.Element {
  const isCurrent = current.value === hit.index;
  const row = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isCurrent) row.current?.scrollIntoView({ block: 'nearest' });
  }, [isCurrent]);
  return (
    <button
      ref={row}
      type="button"
      class="search-hit"
      {...(isCurrent ? { 'aria-current': 'true' } : {})}
      onClick={() => goTo(hit.index)}
    >
      <span class="search-where">{whereWords(hit.where)}</span>
      <span class="search-line">
        {(hit.headCut || hit.before.length > SHOWN_BEFORE) && '…'}
        {hit.before.slice(-SHOWN_BEFORE).trimStart()}
        <mark>{hit.match}</mark>
        {hit.after}
      </span>
    </button>
  );
}

function whereWords(where: Where): string {
  switch (where) {
    case 'question':
      return t('question');
    case 'answer':
      return t('answer');
    case 'thinking':
      return t('thinking');
    case 'code':
      return t('code');
    case 'output':
      return t('output');
    case 'file':
      return t('file');
    case 'notice':
      return t('notice');
  }
}
