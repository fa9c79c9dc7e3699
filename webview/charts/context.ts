/** Which chart a frame stands around. */
import { createContext } from 'preact';
import { type ChartEntry } from './chartList.ts';

export const ChartContext = createContext<ChartEntry | null>(null);
