/** The tooltip of a Vega chart: text only, one for the page. */

let box: HTMLDivElement | null = null;

const word = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return word(value);
  return Object.entries(value)
    .map(([name, entry]) => `${name}: ${word(entry)}`)
    .join('\n');
}

export function showTooltip(_handler: unknown, event: MouseEvent, _item: unknown, value: unknown): void {
  if (value === null || value === undefined || value === '') {
    box?.remove();
    box = null;
    return;
  }
  box ??= document.body.appendChild(document.createElement('div'));
  box.className = 'chart-tooltip';
  box.textContent = textOf(value);
  const { innerWidth, innerHeight } = window;
  const left = Math.min(event.clientX + 12, innerWidth - box.offsetWidth - 4);
  const top = Math.min(event.clientY + 12, innerHeight - box.offsetHeight - 4);
  box.style.left = `${String(Math.max(4, left))}px`;
  box.style.top = `${String(Math.max(4, top))}px`;
}
