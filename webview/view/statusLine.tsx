/** What the sandbox does and who answers: one quiet line, with a bar while something is being prepared. */
import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type ModelState, type PanelState, type SandboxState } from '../../src/shared/protocol.ts';
import { perform } from '../app.ts';
import { HiddenFiles } from './hiddenFiles.tsx';
import { Icon } from './icon.tsx';
import { NetworkItem, SessionNetwork } from './network.tsx';
import { FailureNotice } from './notice.tsx';
import { PrivacyBadge } from './privacy.tsx';
import { t } from '../../src/shared/l10n.ts';
import { type IconName } from '../icons.ts';

export function StatusLine({ panel }: { panel: PanelState }): JSX.Element {
  const [networkOpen, setNetworkOpen] = useState(false);
  return (
    <div class="status" role="group" aria-label={t('Status')}>
      {'failure' in panel.sandbox && <FailureNotice failure={panel.sandbox.failure} />}
      {panel.sandbox.kind === 'starting' && <Progress sandbox={panel.sandbox} />}
      <div class="status-line">
        <Sandbox sandbox={panel.sandbox} />
        <NetworkItem
          panel={panel}
          isOpen={networkOpen}
          onToggle={() => {
            setNetworkOpen(!networkOpen);
          }}
        />
        <Model model={panel.model} />
        <PrivacyBadge panel={panel} />
      </div>
      {networkOpen && <SessionNetwork panel={panel} />}
      <HiddenFiles sandbox={panel.sandbox} />
    </div>
  );
}

function Progress({ sandbox }: { sandbox: Extract<SandboxState, { kind: 'starting' }> }): JSX.Element {
  const { message, step, steps } = sandbox;
  const known = step !== undefined && steps !== undefined && steps > 0;
  return (
    <div class="progress">
      <div class="progress-text">
        <span>{message}</span>
        {known && <span class="muted">{t`step ${step} of ${steps}`}</span>}
      </div>
      {known ? (
        <progress aria-label={t('Preparing the sandbox')} value={step} max={steps} />
      ) : (
        <progress aria-label={t('Preparing the sandbox')} />
      )}
    </div>
  );
}

const sandboxWords = (): Readonly<
  Record<SandboxState['kind'], readonly [icon: IconName, words: string]>
> => ({
  off: ['circle-outline', t('Sandbox not started')],
  starting: ['loading', t('Sandbox starting')],
  ready: ['vm-active', t('Sandbox ready')],
  busy: ['vm-running', t('Sandbox running code')],
  waiting: ['vm-outline', t('Waiting for Docker')],
  failed: ['vm-outline', t('No sandbox')],
});

function Sandbox({ sandbox }: { sandbox: SandboxState }): JSX.Element {
  const [icon, words] = sandboxWords()[sandbox.kind];
  const detail = sandbox.kind === 'ready' || sandbox.kind === 'busy' ? sandbox.detail : '';
  return (
    <span class={`status-item status-${sandbox.kind}`} title={detail}>
      <Icon name={icon} class={icon === 'loading' ? 'codicon-modifier-spin' : ''} />
      <span>{words}</span>
    </span>
  );
}

function Model({ model }: { model: ModelState }): JSX.Element {
  const where =
    model.provider === null
      ? t('Nothing leaves this machine.')
      : t`Your questions and what the code prints go to ${model.provider}.`;
  return (
    <span class="status-item status-model">
      <Icon name={model.provider === null ? 'circuit-board' : 'cloud'} />
      <span title={where}>
        <button
          type="button"
          class="status-button"
          aria-label={t`Choose model, now ${model.label}`}
          onClick={() => void perform('chooseModel', {})}
        >
          {model.label}
        </button>
        {model.provider !== null && (
          <span class="muted">
            {'\u00a0'}· {t`data goes to ${model.provider}`}
          </span>
        )}
        {model.effort !== undefined && (
          <>
            {'\u00a0· '}
            <button
              type="button"
              class="status-button"
              title={t('How hard the model thinks')}
              aria-label={t`Choose how hard the model thinks: effort ${model.effort}`}
              onClick={() => void perform('chooseEffort', {})}
            >
              {t`effort ${model.effort}`}
            </button>
          </>
        )}
      </span>
      {!model.hasKey && (
        <button
          type="button"
          class="link"
          title={t('With an API key, Claude answers free questions')}
          onClick={() => void perform('runCommand', { command: 'codeInterpreter.setApiKey' })}
        >
          {t('Set API key')}
        </button>
      )}
    </span>
  );
}
