/** A row of buttons that is one stop for Tab: left and right go from button to button. */
export function onRowKey(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('vscode-button:not([disabled])')];
  const at = buttons.findIndex((button) => button === document.activeElement);
  const next = buttons[(at + (event.key === 'ArrowRight' ? 1 : -1) + buttons.length) % buttons.length];
  if (at === -1 || next === undefined) return;
  event.preventDefault();
  next.focus();
}
