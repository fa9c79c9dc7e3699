/** What is looked at after hostile outputs were shown; in the panel alone, and in VS Code. */
import { type FrameLocator, type Page } from 'playwright-core';

/** The marks that scripts of outputs left in any frame. */
export async function pwnedFrames(page: Page): Promise<string[]> {
  const marks = await Promise.all(
    page.frames().map(async (frame) =>
      Promise.race([
        frame.evaluate<unknown>('window.__pwned').catch(() => undefined),
        // A frame that may run nothing need not answer.
        new Promise((done) => setTimeout(done, 2000)),
      ]),
    ),
  );
  return marks.filter((mark) => mark !== undefined && mark !== null).map(String);
}

/** In the page's own language: what stands where the middle of the element should be, or null. */
// eslint-disable-next-line @typescript-eslint/no-implied-eval -- the tests' types know no browser
const whatCovers = new Function(
  'element',
  // A button of the toolkit has its own inside: the page knows the outer one.
  `while (element.getRootNode() !== document) element = element.getRootNode().host;
  const { x, y, width, height } = element.getBoundingClientRect();
  const hit = document.elementFromPoint(x + width / 2, y + height / 2);
  if (hit !== null && (element.contains(hit) || hit.contains(element))) return null;
  return (element.textContent.trim() || element.tagName) + ': ' + (hit?.outerHTML ?? 'nothing').slice(0, 120);`,
) as (element: unknown) => string | null;

/** Labels of the controls whose middle belongs to something else. */
export async function controlsCovered(panel: Page | FrameLocator): Promise<string[]> {
  const covered: string[] = [];
  const controls = panel.locator(
    ':is(.composer, .cell-decision, .status-line) :is(button, textarea, vscode-button, vscode-text-area)',
  );
  let seen = 0;
  for (const control of await controls.all()) {
    if (!(await control.isVisible())) continue;
    seen++;
    await control.scrollIntoViewIfNeeded();
    const label = await control.evaluate(whatCovers);
    if (label !== null) covered.push(label);
  }
  return seen >= 3 ? covered : [`only ${seen} controls are there`];
}
