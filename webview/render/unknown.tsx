/** An output of a type that has no renderer here. */
import { type JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { FileCard } from './fileCard.tsx';
import { endingOf, fileOf } from './savable.ts';
import { t } from '../../src/shared/l10n.ts';

/** The names are code's own words, and may be long. */
function namesOf(mimes: readonly string[]): string {
  const names = mimes.slice(0, 3).map((mime) => (mime.length > 60 ? `${mime.slice(0, 60)}…` : mime));
  return mimes.length > 3 ? t`${names.join(', ')} and ${mimes.length - 3} more` : names.join(', ');
}

/** Nothing that could be drawn: its name, and the first of its representations as a file. */
export function UnknownOutput({
  mimes,
  values,
  title,
}: {
  mimes: string[];
  values: unknown[];
  title: string;
}): JSX.Element {
  const mime = mimes[0] ?? '';
  const base64 = useMemo(() => fileOf(mime, values[0]), [mime, values]);
  return (
    <FileCard
      icon="file"
      name={t`Output of the type ${namesOf(mimes)}`}
      facts={t('It cannot be shown here.')}
      title={title}
      ending={endingOf(mime)}
      base64={base64}
    />
  );
}
