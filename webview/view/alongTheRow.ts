/** The arrow keys of a row of buttons. */

/** Left and right, from button to button; at an end to the other. */
export function alongTheRow(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('vscode-button')];
  const at = buttons.findIndex((button) => button === document.activeElement);
  const next = buttons[(at + (event.key === 'ArrowRight' ? 1 : -1) + buttons.length) % buttons.length];
  if (at === -1 || next === undefined) return;
  event.preventDefault();
  next.focus();
}
