/** Which script a turn follows. */
import type { CurrentTurn } from '../history.ts';
import type { Script } from '../script.ts';
import { analyze } from './analyze.ts';
import { ask } from './ask.ts';
import { chart } from './chart.ts';

export function scriptFor({ request, files }: CurrentTurn): Script {
  if (request.intent === 'ask' || files.length === 0) return ask(request.text, files);
  if (request.text.trim() !== '') return ask(request.text, files, request.intent);
  return request.intent === 'chart' ? chart(files) : analyze(files, '');
}
