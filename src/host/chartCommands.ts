/** VS Code's menu over a chart. What is chosen goes back to the page, which has the chart. */
import * as z from 'zod/mini';
import { chartActionSchema, type ChartAction, type HostEvent } from '../shared/protocol.ts';

/** What the page put into `data-vscode-context`, as the menu hands it over. */
const clickedSchema = z.object({ chart: z.int() });

interface ChartCommand {
  run(
    context: { places: { send(event: HostEvent): void; focus(): Promise<void> } },
    ...args: unknown[]
  ): Promise<void>;
}

const chartCommand = (action: ChartAction): ChartCommand => ({
  run: async ({ places }, clicked) => {
    const parsed = clickedSchema.safeParse(clicked);
    // Started by a key or another extension, without a chart under the pointer: there is nothing to do.
    if (!parsed.success) return;
    // The menu took the focus: a page without it may not write to the clipboard.
    await places.focus();
    places.send({ type: 'chartAction', action, chart: parsed.data.chart });
  },
});

export const CHART_COMMANDS: Readonly<Record<string, ChartCommand>> = Object.fromEntries(
  chartActionSchema.options.map((action) => [`codeInterpreter.chart.${action}`, chartCommand(action)]),
);
