/** Charts that can be zoomed, and one of each kind. */
import { display, Log, recorded, stdout } from './scenes.ts';

export const ZOOMABLE = {
  'application/vnd.vegalite.v5+json': {
    data: {
      values: Array.from({ length: 30 }, (_, at) => ({
        x: at,
        y: (at * 7) % 11,
        kind: at % 2 === 0 ? 'even' : 'odd',
      })),
    },
    params: [{ name: 'view', select: 'interval', bind: 'scales' }],
    mark: 'line',
    encoding: {
      x: { field: 'x', type: 'quantitative' },
      y: { field: 'y', type: 'quantitative' },
      color: { field: 'kind', type: 'nominal' },
    },
    title: 'Zoomable',
  },
};

/** A session with four charts. */
export function fourCharts(): Log {
  const log = new Log();
  log.ask('Draw');
  log.cell('c1', 'Revenue by month', 'x', [display(recorded.png)]);
  log.cell('c2', 'Lines', 'x', [display(recorded.plotlyLine), stdout('text')]);
  log.cell('c3', 'Zoomable', 'x', [display(ZOOMABLE)]);
  log.cell('c4', 'Orders', 'x', [display(recorded.svg)]);
  log.end();
  return log;
}
