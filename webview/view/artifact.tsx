/** Files a cell made. They reach the workspace only through the save dialog. */
import { type JSX } from 'preact';
import { type Artifact } from '../../src/shared/outputs.ts';
import { perform } from '../app.ts';
import { formatBytes } from '../format.ts';
import { IconButton } from '../kit.ts';
import { fileIcon } from './fileChip.tsx';
import { Icon } from './icon.tsx';

export function Artifacts({ artifacts }: { artifacts: readonly Artifact[] }): JSX.Element {
  if (artifacts.length === 0) return <></>;
  return (
    <ul class="artifacts" aria-label="Files made by this code">
      {artifacts.map(({ name, bytes, sha256 }) => (
        <li class="artifact" key={name}>
          <Icon name={fileIcon(name)} />
          <span class="artifact-name" title={name}>
            {name}
          </span>
          <span class="artifact-size">{formatBytes(bytes)}</span>
          <span class="artifact-actions">
            <IconButton
              icon="go-to-file"
              label={`Open ${name}`}
              onClick={() => void perform('openArtifact', { sha256, name })}
            />
            <IconButton
              icon="save"
              label={`Save ${name}`}
              onClick={() => void perform('saveArtifact', { sha256, name })}
            />
          </span>
        </li>
      ))}
    </ul>
  );
}
