/** The script of a report with Plotly charts. */
import { drawPlotly } from '../render/plotly.ts';
import { drawAll } from './drawAll.ts';

drawAll('plotly', async ({ place, theme, kept }, value) => drawPlotly(place, value, theme, kept));
