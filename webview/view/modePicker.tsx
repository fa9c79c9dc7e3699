/** Who decides what runs. A native list: keyboard and screen readers know it. */
import { type JSX } from 'preact';
import { modeSchema, type Mode, type PanelState } from '../../src/shared/protocol.ts';
import { perform } from '../app.ts';
import { t } from '../../src/shared/l10n.ts';

const modes = (): Readonly<Record<Mode, readonly [name: string, meaning: string]>> => ({
  ask: [t('Ask first'), t('Each cell waits until you run, change or skip it.')],
  auto: [t('Auto-run'), t('Code runs in the sandbox without asking.')],
  plan: [t('Plan first'), t('The next answer is a plan, without code.')],
});
const safety = () => t('The sandbox is what keeps your files safe in every mode; this is a matter of taste.');

export function ModePicker({ panel }: { panel: PanelState }): JSX.Element {
  return (
    <select
      class="mode-picker"
      aria-label={t('Mode')}
      title={`${modes()[panel.mode][1]} ${safety()}`}
      value={panel.mode}
      disabled={!panel.trusted}
      onChange={(event) => {
        const mode = modeSchema.safeParse(event.currentTarget.value);
        if (mode.success) void perform('setMode', { mode: mode.data });
      }}
    >
      {modeSchema.options.map((mode) => (
        <option key={mode} value={mode} title={modes()[mode][1]}>
          {modes()[mode][0]}
        </option>
      ))}
    </select>
  );
}
