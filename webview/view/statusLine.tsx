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

export function StatusLine({ panel }: { panel: PanelState }): JSX.Element {
  const [networkOpen, setNetworkOpen] = useState(false);
  return (
    <div class="status" role="group" aria-label="Status">
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
        {known && (
          <span class="muted">
            step {step} of {steps}
          </span>
        )}
      </div>
      {known ? (
        <progress aria-label="Preparing the sandbox" value={step} max={steps} />
      ) : (
        <progress aria-label="Preparing the sandbox" />
      )}
    </div>
  );
}

const SANDBOX: Readonly<Record<SandboxState['kind'], readonly [icon: string, words: string]>> = {
  off: ['circle-outline', 'Sandbox not started'],
  starting: ['loading', 'Sandbox starting'],
  ready: ['vm-active', 'Sandbox ready'],
  busy: ['vm-running', 'Sandbox running code'],
  waiting: ['vm-outline', 'Waiting for Docker'],
  failed: ['vm-outline', 'No sandbox'],
};

function Sandbox({ sandbox }: { sandbox: SandboxState }): JSX.Element {
  const [icon, words] = SANDBOX[sandbox.kind];
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
      ? 'Nothing leaves this machine.'
      : `Your questions and what the code prints go to ${model.provider}.`;
  return (
    <span class="status-item status-model">
      <Icon name={model.provider === null ? 'circuit-board' : 'cloud'} />
      <span title={where}>
        <button
          type="button"
          class="status-button"
          aria-label={`Choose model, now ${model.label}`}
          onClick={() => void perform('chooseModel', {})}
        >
          {model.label}
        </button>
        {model.provider !== null && (
          <span class="muted">
            {'\u00a0'}· data goes to {model.provider}
          </span>
        )}
        {model.effort !== undefined && (
          <>
            {'\u00a0· '}
            <button
              type="button"
              class="status-button"
              title="How hard the model thinks"
              aria-label={`Choose how hard the model thinks: effort ${model.effort}`}
              onClick={() => void perform('chooseEffort', {})}
            >
              effort {model.effort}
            </button>
          </>
        )}
      </span>
      {!model.hasKey && (
        <button
          type="button"
          class="link"
          title="With an API key, Claude answers free questions"
          onClick={() => void perform('runCommand', { command: 'codeInterpreter.setApiKey' })}
        >
          Set API key
        </button>
      )}
    </span>
  );
}
