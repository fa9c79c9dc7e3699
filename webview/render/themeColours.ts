/** The colours of VS Code's theme, as its pages have them, for charts that are drawn there. */

export interface ChartTheme {
  text: string;
  muted: string;
  grid: string;
  background: string;
  font: string;
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

/** Called when VS Code's theme changes. Returns what ends it. */
export function onTheme(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.body, { attributeFilter: ['class', 'data-vscode-theme-id'] });
  return () => observer.disconnect();
}
