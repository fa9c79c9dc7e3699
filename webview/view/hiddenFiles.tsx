/** What of the workspace code does not see: how much on one line, the names on demand. */
import { type JSX } from 'preact';
import { type Hidden } from '../../src/shared/hidden.ts';
import { type SandboxState } from '../../src/shared/protocol.ts';
import { Icon } from './icon.tsx';
import { t } from '../../src/shared/l10n.ts';
import { formatCount, plural } from '../format.ts';

export function HiddenFiles({ sandbox }: { sandbox: SandboxState }): JSX.Element | null {
  const hidden = 'hidden' in sandbox ? sandbox.hidden : undefined;
  if (hidden === undefined) return null;
  const { count, names, cut, linkCount, links } = hidden;
  if (count === 0 && linkCount === 0 && !cut) return null;
  return (
    <details class="hidden-files">
      <summary>
        <Icon name={cut ? 'warning' : 'eye-closed'} />
        <span>{summary(hidden)}</span>
      </summary>
      <div class="hidden-details" role="region" aria-label={t('Hidden files')} tabIndex={0}>
        {count > 0 && (
          <Names
            label={t('Empty for code, because they hold secrets or lead to programs of this machine:')}
            names={names}
            of={count}
          />
        )}
        {linkCount > 0 && (
          <Names
            label={t('Links that point outside of the folder; code cannot open them:')}
            names={links}
            of={linkCount}
          />
        )}
        {cut && (
          <p>
            {t(
              'The folder is too large to search all of it. Secrets in the rest can be read by code: open a smaller folder, or name what to hide in .codeinterpreterignore near its top.',
            )}
          </p>
        )}
      </div>
    </details>
  );
}

function summary({ count, cut, linkCount }: Hidden): string {
  const parts = [
    count > 0 ? plural(count, t('1 file hidden from code'), (n) => t`${n} files hidden from code`) : '',
    linkCount > 0
      ? plural(linkCount, t('1 link out of the folder'), (n) => t`${n} links out of the folder`)
      : '',
    cut ? t('not everything was searched for secrets') : '',
  ].filter((part) => part !== '');
  return parts.join(' · ');
}

function Names({ label, names, of }: { label: string; names: string[]; of: number }): JSX.Element {
  return (
    <div>
      <p>{label}</p>
      <ul>
        {names.map((name) => (
          <li key={name}>
            <code>{name}</code>
          </li>
        ))}
        {of > names.length && <li>{t`and ${formatCount(of - names.length)} more`}</li>}
      </ul>
    </div>
  );
}
