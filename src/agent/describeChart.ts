/** What an interactive chart shows, in words: the model cannot see Plotly and Vega-Lite drawings. */
import { plotlyWords, titleText, vegaLiteMarks } from '../shared/chartWords.ts';
import { headAndTail, plainText } from './text.ts';
import { isRecord } from '../shared/isRecord.ts';

const MAX_CHARS = 1200;
const MAX_TRACES = 12;

const quoted = (value: string): string => JSON.stringify(plainText(value).slice(0, 120));

export function describePlotly(value: unknown): string {
  const figure = plotlyWords(value);
  if (figure === null) return '[Plotly figure: shown to the user, not visible to you]';
  const traces = figure.traces.slice(0, MAX_TRACES).map(({ kind, name, points }) => {
    const named = name === '' ? '' : ` ${quoted(name)}`;
    return `${plainText(kind)}${named}${points === null ? '' : `, ${points} points`}`;
  });
  const more = figure.traces.length - traces.length;
  if (more > 0) traces.push(`${more} more`);
  const axes = figure.axes.map(({ axis, title }) => `${axis} ${quoted(title)}`);
  return finish('Plotly figure', figure.title, [`traces: ${traces.join('; ') || 'none'}`, ...axes]);
}

export function describeVegaLite(value: unknown): string {
  if (!isRecord(value)) return '[Vega-Lite chart: shown to the user, not visible to you]';
  const parts = vegaLiteMarks(value).map(({ mark, channels }) => {
    const encoded = channels.map(
      ({ channel, aggregate, field }) =>
        `${channel} = ${aggregate === null ? '' : `${aggregate} of `}${field === null ? 'rows' : quoted(field)}`,
    );
    return `mark ${plainText(mark ?? 'inherited')} (${encoded.join(', ')})`;
  });
  return finish('Vega-Lite chart', titleText(value['title']), parts);
}

function finish(kind: string, title: string | null, parts: string[]): string {
  const head = title === null || title === '' ? kind : `${kind} ${quoted(title)}`;
  return `[${headAndTail([head, ...parts].join('; '), MAX_CHARS)}; drawn for the user, you see only this description]`;
}
