/** A new session: what this is, what to ask of the files at hand, and what is still to set up. */
import { type JSX } from 'preact';
import { type PanelState, type Suggestion } from '../../src/shared/protocol.ts';
import { perform } from '../app.ts';
import { Button } from '../kit.ts';
import { Icon } from './icon.tsx';
import { t } from '../../src/shared/l10n.ts';
import { type IconName } from '../icons.ts';

const run = (command: string): void => void perform('runCommand', { command });

export function EmptyState({ panel }: { panel: PanelState }): JSX.Element {
  if (!panel.trusted) return <Untrusted />;
  return (
    <section class="empty" aria-label={t('Welcome')}>
      <Icon name="beaker" class="empty-icon" />
      <h2>{t('Ask about your data files')}</h2>
      <p class="empty-value">
        {t(
          'Code runs in a sandbox that can read this workspace and never change it. You get charts, tables and files.',
        )}
      </p>
      {panel.suggestions.length > 0 && (
        <ul class="suggestions" aria-label={t('Suggestions')}>
          {panel.suggestions.map((suggestion) => (
            <li key={suggestion.title}>
              <SuggestionButton suggestion={suggestion} disabled={panel.sandbox.kind === 'waiting'} />
            </li>
          ))}
        </ul>
      )}
      <div class="empty-sample">
        <Button
          appearance={panel.suggestions.length > 0 ? 'secondary' : 'primary'}
          icon="play"
          onClick={() => run('codeInterpreter.trySample')}
        >
          {t('Try with Sample Data')}
        </Button>
      </div>
      <Checklist panel={panel} />
    </section>
  );
}

function SuggestionButton({
  suggestion,
  disabled,
}: {
  suggestion: Suggestion;
  disabled: boolean;
}): JSX.Element {
  const { title, intent, text, files } = suggestion;
  return (
    <button
      type="button"
      class="suggestion"
      disabled={disabled}
      onClick={() =>
        void perform('send', { intent, text, fileIds: files.map((file) => file.id), imageIds: [] })
      }
    >
      <Icon name={intent === 'chart' ? 'graph' : intent === 'analyze' ? 'search' : 'comment'} />
      <span>{title}</span>
      <Icon name="arrow-right" class="suggestion-go" />
    </button>
  );
}

type Tick = 'done' | 'doing' | 'todo' | 'optional' | 'failed';
const ticks = (): Readonly<Record<Tick, readonly [icon: IconName, words: string]>> => ({
  done: ['pass-filled', t('Done')],
  doing: ['loading', t('In progress')],
  todo: ['circle-large-outline', t('To do')],
  optional: ['circle-large-outline', t('Optional')],
  failed: ['error', t('Needs attention')],
});

function Checklist({ panel }: { panel: PanelState }): JSX.Element {
  const { sandbox, model } = panel;
  const tick: Record<typeof sandbox.kind, Tick> = {
    off: 'todo',
    starting: 'doing',
    ready: 'done',
    busy: 'done',
    waiting: 'failed',
    failed: 'failed',
  };
  return (
    <section class="checklist" aria-label={t('Set-up')}>
      <h3>{t('Set-up')}</h3>
      <ul>
        <Step
          tick={tick[sandbox.kind]}
          text={
            sandbox.kind === 'off'
              ? t('Docker sandbox: starts with your first question')
              : t('Docker sandbox')
          }
          action={
            sandbox.kind === 'ready' || sandbox.kind === 'busy'
              ? null
              : [t('Check setup'), 'codeInterpreter.checkSetup']
          }
        />
        <Step
          tick={model.hasKey ? 'done' : 'optional'}
          text={
            model.hasKey ? t('API key for Claude') : t('API key for Claude (optional, for free questions)')
          }
          action={model.hasKey ? null : [t('Set API key'), 'codeInterpreter.setApiKey']}
        />
      </ul>
    </section>
  );
}

interface StepProps {
  tick: Tick;
  text: string;
  action: readonly [label: string, command: string] | null;
}

function Step({ tick, text, action }: StepProps): JSX.Element {
  const [icon, words] = ticks()[tick];
  return (
    <li class={`step step-${tick}`}>
      <Icon name={icon} class={tick === 'doing' ? 'codicon-modifier-spin' : ''} />
      <span class="sr-only">{words}: </span>
      <span class="step-text">{text}</span>
      {action !== null && (
        <button type="button" class="link" onClick={() => run(action[1])}>
          {action[0]}
        </button>
      )}
    </li>
  );
}

function Untrusted(): JSX.Element {
  return (
    <section class="empty" aria-label={t('Restricted mode')}>
      <Icon name="shield" class="empty-icon" />
      <h2>{t('This workspace is not trusted')}</h2>
      <p class="empty-value">
        {t(
          'Code written from files you do not trust could mislead you, so nothing is read or run here until you trust the workspace.',
        )}
      </p>
      <div class="empty-sample">
        <Button appearance="primary" icon="workspace-untrusted" onClick={() => run('workbench.trust.manage')}>
          {t('Manage Workspace Trust')}
        </Button>
      </div>
    </section>
  );
}
