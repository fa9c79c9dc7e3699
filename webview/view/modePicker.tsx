/** Who decides what runs. A native list: keyboard and screen readers know it. */
import { type JSX } from 'preact';
import { modeSchema, type Mode, type PanelState } from '../../src/shared/protocol.ts';
import { perform } from '../app.ts';

const MODES: Readonly<Record<Mode, readonly [name: string, meaning: string]>> = {
  ask: ['Ask first', 'Each cell waits until you run, change or skip it.'],
  auto: ['Auto-run', 'Code runs in the sandbox without asking.'],
  plan: ['Plan first', 'The next answer is a plan, without code.'],
};
const SAFETY = 'The sandbox is what keeps your files safe in every mode; this is a matter of taste.';

export function ModePicker({ panel }: { panel: PanelState }): JSX.Element {
  return (
    <select
      class="mode-picker"
      aria-label="Mode"
      title={`${MODES[panel.mode][1]} ${SAFETY}`}
      value={panel.mode}
      disabled={!panel.trusted}
      onChange={(event) => {
        const mode = modeSchema.safeParse(event.currentTarget.value);
        if (mode.success) void perform('setMode', { mode: mode.data });
      }}
    >
      {modeSchema.options.map((mode) => (
        <option key={mode} value={mode} title={MODES[mode][1]}>
          {MODES[mode][0]}
        </option>
      ))}
    </select>
  );
}
