/** The panel as a user sees it: what to wait for, what to click. */
import type { FrameLocator, Locator } from 'playwright-core';

/** The panel has drawn itself. */
export const panelReady = async (panel: FrameLocator): Promise<void> =>
  panel.locator('body[data-ready="true"]').waitFor({ timeout: 60_000 });

export const turns = (panel: FrameLocator): Locator => panel.locator('.article-turn');

export const cells = (panel: FrameLocator): Locator => panel.locator('.cell');

/** Pictures and interactive charts, in order. */
export const charts = (panel: FrameLocator): Locator => panel.locator('.figure-body');

const idleFeed = (panel: FrameLocator): Locator => panel.locator('[role="feed"][aria-busy="false"]');

/** Waits until `count` answers are there and nothing is being worked on. */
export async function finishedTurns(panel: FrameLocator, count: number, timeoutMs = 180_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  await turns(panel)
    .nth(count - 1)
    .waitFor({ timeout: timeoutMs });
  await idleFeed(panel).waitFor({ timeout: Math.max(1, end - performance.now()), state: 'attached' });
}

/** Writes a question and sends it as a user does. */
export async function ask(panel: FrameLocator, text: string): Promise<void> {
  const input = panel.locator('textarea[aria-label="Ask about your data"]');
  await input.fill(text);
  await input.press('Enter');
}

export const stopButton = (panel: FrameLocator): Locator => panel.getByRole('button', { name: 'Stop' });

/** All text of the last answer. */
export const lastAnswer = async (panel: FrameLocator): Promise<string> => turns(panel).last().innerText();

/** The line under an answer that is being worked on: what is waited for. */
export const working = (panel: FrameLocator): Locator => panel.locator('.working');

/** Nothing is being worked on. */
export const idle = async (panel: FrameLocator, timeoutMs = 60_000): Promise<void> =>
  idleFeed(panel).waitFor({ timeout: timeoutMs, state: 'attached' });

export const modePicker = (panel: FrameLocator): Locator => panel.getByRole('combobox', { name: 'Mode' });

/** The buttons of the cell that waits for a decision. */
export const decision = (panel: FrameLocator): Locator =>
  panel.getByRole('group', { name: /^Run this code\?/ });
