/** The script of a report with Vega charts. */
import { drawVega } from '../render/vega.ts';
import { drawAll } from './drawAll.ts';

drawAll('vega', async ({ place, theme, kept }, value, mode) =>
  drawVega(place, value, mode === 'vega' ? 'vega' : 'vega-lite', theme, kept),
);
