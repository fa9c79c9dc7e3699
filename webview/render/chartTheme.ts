/** The colours of the current theme, for charts that are drawn in the panel. */
import { signal } from '@preact/signals';
import { onTheme } from './themeColours.ts';

export { chartTheme, type ChartTheme } from './themeColours.ts';

/** Changes when VS Code's theme does: charts are drawn anew. */
export const themeVersion = signal(0);

if (typeof document !== 'undefined') onTheme(() => themeVersion.value++);
