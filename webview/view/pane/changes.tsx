/** Proposed changes to the user's files. */
import { type JSX } from 'preact';
import { t } from '../../../src/shared/l10n.ts';

export const ChangesPane = (): JSX.Element => <p class="muted">{t('No changes are proposed.')}</p>;
