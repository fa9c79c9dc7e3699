/** Charts in a session to which the user brought pictures. */
import { encode } from 'fast-png';
import { type OpenOptions } from './harness.ts';
import { display, Log, panelState, recorded } from './scenes.ts';

export const FIRST = {
  name: 'polls.png',
  mediaType: 'image/png' as const,
  bytes: 1000,
  sha256: 'a'.repeat(64),
};
export const SECOND = { ...FIRST, name: 'pasted-1.png', sha256: 'b'.repeat(64) };

/** A chart as somebody might have photographed it: two lines over a grid, another shape than the charts here. */
export function screenshot(): string {
  const [width, height] = [420, 300];
  const data = new Uint8Array(width * height * 3).fill(255);
  const dot = (x: number, y: number, colour: readonly number[]): void =>
    data.set(colour, (Math.round(y) * width + x) * 3);
  for (let x = 40; x < width - 10; x++) {
    for (let line = 0; line < 6; line++) dot(x, 20 + line * 48, [210, 210, 210]);
    for (let thick = 0; thick < 3; thick++) {
      dot(x, 120 + 50 * Math.sin(x / 40) + thick, [31, 119, 180]);
      dot(x, 190 + 30 * Math.cos(x / 55) + thick, [214, 39, 40]);
    }
  }
  return Buffer.from(encode({ width, height, data, channels: 3, depth: 8 })).toString('base64');
}

function scene(pictures: 'none' | 'two'): OpenOptions {
  const log = new Log();
  const ask = (turnId: string, text: string, images: (typeof FIRST)[]): void => {
    log.add({
      type: 'user_message',
      turnId,
      intent: 'ask',
      text,
      files: [],
      ...(images.length === 0 ? {} : { images }),
    });
    log.add({ type: 'turn_started', turnId, model: { id: 'm', label: 'Claude' } });
  };
  ask('t1', 'Recreate this chart', pictures === 'none' ? [] : [FIRST]);
  log.cell('c1', 'Revenue by month', 'plot()', [display(recorded.png)]);
  log.end();
  ask('t2', 'Now like this one', pictures === 'none' ? [] : [SECOND]);
  log.cell('c2', 'Orders', 'plot()', [display(recorded.svg)], {}, 't2');
  log.end({ kind: 'finished' }, 't2');
  return {
    state: panelState(),
    events: log.events,
    answers: { imageData: { mediaType: 'image/png', base64: screenshot() } },
  };
}

export const withPictures = (): OpenOptions => scene('two');
export const withoutPictures = (): OpenOptions => scene('none');
