/** Files a cell made. They reach the workspace only through the save dialog. */
import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { cautionWords, cautionOfName } from '../../src/shared/fileCaution.ts';
import { type Artifact } from '../../src/shared/outputs.ts';
import { fileFindingsLine } from '../findings.ts';
import { proposedPath } from '../../src/shared/changes.ts';
import { showChange, showFile } from '../panes.ts';
import { formatBytes, plural } from '../format.ts';
import { IconButton } from '../kit.ts';
import { Difference } from './difference.tsx';
import { draggable } from './draggable.ts';
import { fileIcon } from './fileChip.tsx';
import { Icon } from './icon.tsx';
import { later } from './later.tsx';
import { OpenAndSave } from './openAndSave.tsx';
import { t } from '../../src/shared/l10n.ts';

export const PdfPages = later(async () => (await import('../render/pdfPages.tsx')).PdfPages);

/** More are shown when asked for. */
const SHOWN = 24;

export function Artifacts({ artifacts }: { artifacts: readonly Artifact[] }): JSX.Element {
  const [limit, setLimit] = useState(SHOWN);
  const [opened, setOpened] = useState<Artifact | null>(null);
  if (artifacts.length === 0) return <></>;
  const shown = artifacts.slice(0, limit);
  const hidden = artifacts.length - limit;
  const idle = artifacts.every(({ same }) => same === true);
  return (
    <>
      <ul class="artifacts" aria-label={t('Files made by this code')}>
        {shown.map((artifact) => (
          <ArtifactChip
            key={artifact.name}
            artifact={artifact}
            idle={idle}
            isOpen={artifact.sha256 === opened?.sha256}
            onOpen={setOpened}
          />
        ))}
      </ul>
      {shown.map(
        ({ name, change }) =>
          change !== undefined && (
            <Difference
              key={name}
              title={t`${name}: +${String(change.added)} −${String(change.removed)} lines`}
              diff={change.diff}
            />
          ),
      )}
      {shown.map(({ name, findings }) => {
        const line = fileFindingsLine(name, findings);
        return (
          line !== null && (
            <p key={name} class="findings artifact-findings">
              <Icon name="warning" />
              {line}
            </p>
          )
        );
      })}
      {hidden > 0 && (
        <p class="artifacts-more">
          <button type="button" class="link" onClick={() => setLimit(artifacts.length)}>
            {plural(hidden, t('Show 1 more file'), (n) => t`Show ${n} more files`)}
          </button>
        </p>
      )}
      {opened !== null && (
        <div class="artifact-pages">
          <PdfPages key={opened.sha256} source={{ sha256: opened.sha256 }} name={opened.name} first={null} />
        </div>
      )}
    </>
  );
}

interface ChipProps {
  artifact: Artifact;
  /** Nothing that was written is different from what it was. */
  idle: boolean;
  /** Its pages are shown. */
  isOpen: boolean;
  onOpen: (artifact: Artifact | null) => void;
}

function ArtifactChip({ artifact, idle, isOpen, onOpen }: ChipProps): JSX.Element {
  const { name, bytes, sha256, formulas, version, same } = artifact;
  const caution = cautionOfName(name) ?? (formulas === true ? 'formulas' : null);
  const proposed = proposedPath(name);
  return (
    <li class="artifact">
      <span {...draggable({ sha256, name })}>
        <Icon name={fileIcon(name)} />
      </span>
      <span class={proposed === null ? 'artifact-name' : 'artifact-name artifact-proposed'} title={name}>
        {proposed === null ? name : t`Proposed change to ${proposed.replace('/workspace/', '')}`}
      </span>
      <span class="artifact-size">{formatBytes(bytes)}</span>
      {(version !== undefined || same === true || proposed !== null) && (
        <span class="artifact-receipt">
          {proposed !== null && (
            <button
              type="button"
              class="link"
              title={t('Look at it, and decide')}
              onClick={() => showChange(proposed)}
            >
              {t('Review')}
            </button>
          )}
          {version !== undefined && (
            <button type="button" class="link" title={t`Versions of ${name}`} onClick={() => showFile(name)}>
              {t`version ${String(version)}`}
            </button>
          )}
          {same === true && (
            <span class={idle ? 'artifact-same artifact-idle' : 'artifact-same'}>
              {t('written again, not changed')}
            </span>
          )}
        </span>
      )}
      {caution !== null && (
        <span class="artifact-caution" title={cautionWords(caution).sentence}>
          <Icon name="warning" />
          {cautionWords(caution).label}
        </span>
      )}
      <span class="artifact-actions">
        {/\.pdf$/i.test(name) && (
          <IconButton
            icon="eye"
            label={t`Show pages of ${name}`}
            expanded={isOpen}
            onClick={() => onOpen(isOpen ? null : artifact)}
          />
        )}
        <OpenAndSave sha256={sha256} name={name} />
      </span>
    </li>
  );
}
