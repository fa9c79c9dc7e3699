/** The colours of the current theme, for charts that are drawn here. */
import { signal } from '@preact/signals';

export interface ChartTheme {
  text: string;
  muted: string;
  grid: string;
  background: string;
  font: string;
}

/** Changes when VS Code's theme does: charts are drawn anew. */
export const themeVersion = signal(0);

if (typeof document !== 'undefined') {
  new MutationObserver(() => themeVersion.value++).observe(document.body, {
    attributeFilter: ['class', 'data-vscode-theme-id'],
  });
}

export function chartTheme(): ChartTheme {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string, otherwise: string): string => style.getPropertyValue(name).trim() || otherwise;
  const highContrast = document.body.classList.contains('vscode-high-contrast');
  const text = read('--vscode-foreground', '#808080');
  return {
    text,
    muted: read('--vscode-descriptionForeground', text),
    // In high contrast that guide is as strong as the marks.
    grid: highContrast
      ? 'rgba(128, 128, 128, 0.5)'
      : read('--vscode-editorIndentGuide-background1', 'rgba(128, 128, 128, 0.25)'),
    background: read('--vscode-editor-background', '#ffffff'),
    font: read('--vscode-font-family', 'sans-serif'),
  };
}
