/** Without an engine the panel says so and what to do; when the engine appears it goes on by itself. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { engineAddress } from '../../setup/engineApi.mjs';
import { charts, finishedTurns, panelReady } from '../../support/panel.ts';
import { screenStatistics, showsSomething } from '../../support/pixels.ts';
import { VsCodeFixture } from '../../support/vscodeFixture.ts';

function connectEngine(): Socket {
  const address = engineAddress();
  return 'socketPath' in address ? connect(address.socketPath) : connect(address.port, address.host);
}

/** An engine that can appear and go away: a socket that leads to the real one. */
class EngineDoor {
  private server: Server | null = null;
  private readonly open = new Set<Socket>();

  constructor(readonly path: string) {}

  async appear(): Promise<void> {
    const server = createServer((client) => {
      const engine = connectEngine();
      for (const socket of [client, engine]) {
        this.open.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          this.open.delete(socket);
          client.destroy();
          engine.destroy();
        });
      }
      client.pipe(engine).pipe(client);
    });
    this.server = server;
    await new Promise<void>((done) => server.listen(this.path, done));
  }

  async vanish(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    const { server } = this;
    this.server = null;
    if (server !== null) await new Promise((done) => server.close(done));
  }
}

describe('a Docker engine that is not there', () => {
  let folder: string;
  let door: EngineDoor;
  let vscode: VsCodeFixture;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'code-interpreter-engine-'));
    door = new EngineDoor(join(folder, 'docker.sock'));
    vscode = await VsCodeFixture.start({
      settings: { 'codeInterpreter.docker.host': `unix://${door.path}` },
    });
  });
  after(async () => {
    await vscode.stop();
    await door.vanish();
    await rm(folder, { recursive: true, force: true });
  });

  it('is told in one sentence with its remedy, and the question goes on when it appears', async () => {
    const window = await vscode.open();
    await window.chooseInContextMenu('sales.csv', 'Chart with Code Interpreter');
    const panel = window.panel();
    await panelReady(panel);
    const notice = panel.locator('.status .notice').first();
    await notice.waitFor({ timeout: 30_000 });
    const text = await notice.innerText();
    assert.match(text, /No engine answers at .*docker\.sock/);
    assert.ok((await panel.locator('.remedy-text').first().innerText()).length > 10, 'a remedy is named');
    await window.screenshot('no-engine');
    assert.equal(await charts(panel).count(), 0);

    await door.appear();
    await finishedTurns(panel, 1);
    await notice.waitFor({ state: 'hidden', timeout: 10_000 });
    const chart = charts(panel).first();
    await chart.waitFor({ timeout: 20_000 });
    assert.ok(showsSomething(await screenStatistics(chart)), 'the chart is on the screen');
    await window.close();
  });
});
