/** Sentences that are not part of an answer: failures with their remedy, notices, refused requests. */
import { type ComponentChildren, type JSX } from 'preact';
import { type FailureView } from '../../src/shared/events.ts';
import { dispatch, perform } from '../app.ts';
import { Button, IconButton } from '../kit.ts';
import { Icon } from './icon.tsx';
import { t } from '../../src/shared/l10n.ts';

type Level = 'info' | 'warning' | 'error';

interface NoticeProps {
  level: Level;
  text: string;
  children?: ComponentChildren;
}

export function Notice({ level, text, children }: NoticeProps): JSX.Element {
  return (
    <div class={`notice notice-${level}`}>
      <Icon name={level} />
      <div class="notice-body">
        <p>
          <span class="sr-only">{spoken(level)}</span>
          {text}
        </p>
        {children}
      </div>
    </div>
  );
}

/** The remedy's own words, and a button when something can be done here. */
export function Remedy({ remedy }: { remedy: NonNullable<FailureView['remedy']> }): JSX.Element {
  const { text, command, url } = remedy;
  return (
    <>
      <p class="remedy-text">{text}</p>
      {(command !== undefined || url !== undefined) && (
        <div class="remedy-actions">
          {command !== undefined && (
            <Button onClick={() => void perform('runCommand', { command })}>{commandLabel(command)}</Button>
          )}
          {url !== undefined && (
            <Button onClick={() => void perform('openLink', { url })}>{t('Open instructions')}</Button>
          )}
        </div>
      )}
    </>
  );
}

const labels = (): Readonly<Record<string, string>> => ({
  'codeInterpreter.showLog': t('Show Log'),
  'codeInterpreter.checkSetup': t('Check Setup'),
  'codeInterpreter.setApiKey': t('Set API Key'),
  'codeInterpreter.trySample': t('Try with Sample Data'),
  'codeInterpreter.restartSandbox': t('Restart Sandbox'),
  'codeInterpreter.rebuildImage': t('Rebuild Sandbox Image'),
  'codeInterpreter.newSession': t('New Session'),
  'codeInterpreter.openSettings': t('Open Settings'),
  'workbench.trust.manage': t('Manage Workspace Trust'),
});
/** `codeInterpreter.removeOldImages` → `Remove Old Images`. */
export const commandLabel = (command: string): string =>
  labels()[command] ??
  (command.split('.').at(-1) ?? command)
    .replace(/([A-Z])/g, ' $1')
    .replace(/^./, (first) => first.toUpperCase());

export function FailureNotice({ failure }: { failure: FailureView }): JSX.Element {
  return (
    <Notice level="error" text={failure.sentence}>
      {failure.remedy !== null && <Remedy remedy={failure.remedy} />}
    </Notice>
  );
}

/** A request of this panel that the host refused. Stays until it is closed. */
export function Problem({ sentence }: { sentence: string }): JSX.Element {
  return (
    <div class="problem" role="alert">
      <Icon name="warning" />
      <span>{sentence}</span>
      <IconButton
        icon="close"
        label={t('Dismiss')}
        onClick={() => dispatch({ type: 'problem', sentence: null })}
      />
    </div>
  );
}

/** What the icon says to those who see it. */
function spoken(level: 'info' | 'warning' | 'error'): string {
  switch (level) {
    case 'info':
      return '';
    case 'warning':
      return `${t('warning')}: `;
    case 'error':
      return `${t('error')}: `;
  }
}
