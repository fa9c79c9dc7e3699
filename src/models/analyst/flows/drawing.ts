/** Runs chart cells one after the other and collects their findings. */
import { STYLE, type Chart } from '../charts/chart.ts';
import type { StepResult } from '../history.ts';
import type { Part } from '../script.ts';
import * as say from '../wording.ts';
import { failedWords } from './overview.ts';

export interface Drawn {
  findings: string[];
  /** What is still to be said: the finding of the last chart, which no next cell has carried. */
  last: string;
  /** The kernel was lost on the way: nothing after it was drawn. */
  lost: boolean;
}

/** @param styled whether an earlier cell of this turn has set the style. */
export function* drawAll(
  charts: readonly Chart[],
  place: number,
  lead: string,
  styled: boolean,
): Part<Drawn> {
  const findings: string[] = [];
  let pending = lead;
  for (const [index, chart] of charts.entries()) {
    const code = index === 0 && !styled ? `${STYLE}\n${chart.code}` : chart.code;
    const step: StepResult = yield {
      key: `chart-${place}-${index}-${chart.key}`,
      say: pending,
      purpose: chart.purpose,
      code,
    };
    const finding = step.ok ? chart.finding(step.facts) : null;
    if (finding !== null) findings.push(finding);
    pending = step.ok ? (finding ?? '') : failedWords(step.problem, say.prose(chart.purpose, 100));
    if (step.stateLost) return { findings, last: pending, lost: true };
  }
  return { findings, last: pending, lost: false };
}
