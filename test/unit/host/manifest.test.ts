/** package.json against what the code and the safety rules say. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import * as z from 'zod/mini';
import { PROTECTED_FILES } from '../../../src/host/settings.ts';
import { DATA_EXTENSIONS } from '../../../src/host/dataFiles.ts';

const menuItem = z.object({ command: z.string(), when: z.optional(z.string()) });
const manifest = z
  .object({
    icon: z.string(),
    activationEvents: z.array(z.string()),
    extensionKind: z.array(z.string()),
    capabilities: z.object({
      untrustedWorkspaces: z.object({ supported: z.string(), restrictedConfigurations: z.array(z.string()) }),
      virtualWorkspaces: z.object({ supported: z.boolean() }),
    }),
    contributes: z.object({
      commands: z.array(z.object({ command: z.string(), title: z.string(), category: z.string() })),
      menus: z.record(z.string(), z.array(menuItem)),
      keybindings: z.array(z.object({ command: z.string(), when: z.string() })),
      viewsContainers: z.object({ secondarySidebar: z.array(z.object({ icon: z.string() })) }),
      views: z.record(z.string(), z.array(z.object({ icon: z.string(), name: z.string() }))),
      customEditors: z.array(z.object({ selector: z.array(z.object({ filenamePattern: z.string() })) })),
      configuration: z.array(
        z.object({ properties: z.record(z.string(), z.object({ scope: z.string(), default: z.unknown() })) }),
      ),
    }),
  })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')));
const { contributes } = manifest;

const MENUS = ['explorer/context', 'editor/title', 'editor/title/context'];
const verbs = ['codeInterpreter.chartResource', 'codeInterpreter.analyzeResource'];

describe('manifest', () => {
  it('offers both verbs in the explorer, the editor title and the tab, for exactly our data files', () => {
    for (const menu of MENUS) {
      for (const verb of verbs) {
        const item = (contributes.menus[menu] ?? []).find(({ command }) => command === verb);
        const pattern = /resourceExtname =~ \/(.+?)\/i(?: |$)/.exec(item?.when ?? '')?.[1];
        assert.ok(pattern, `${menu} ${verb}`);
        const regex = new RegExp(pattern, 'i');
        for (const extension of DATA_EXTENSIONS) {
          assert.match(`.${extension}`, regex);
          assert.match(`.${extension.toUpperCase()}`, regex);
        }
        for (const other of ['.txt', '.csvx', '.py', '', '.jsonc', 'csv', '.xlsm2', '.db-wal']) {
          assert.doesNotMatch(other, regex);
        }
      }
    }
  });

  it('S3 keeps everything that redirects the key, image, engine or network in machine scope, and restricted', () => {
    const properties = Object.assign({}, ...contributes.configuration.map((c) => c.properties)) as Record<
      string,
      { scope: string }
    >;
    const machine = Object.keys(properties).filter((key) => properties[key]?.scope === 'machine');
    assert.deepEqual(
      Object.keys(properties)
        .filter((key) => !machine.includes(key))
        .sort(),
      [
        'codeInterpreter.changes.protected',
        'codeInterpreter.effort',
        'codeInterpreter.model',
        'codeInterpreter.privacy',
      ],
    );
    assert.deepEqual(
      [...manifest.capabilities.untrustedWorkspaces.restrictedConfigurations].sort(),
      machine.sort(),
    );
  });

  it('protects the files that the host protects without a setting', () => {
    const properties = Object.assign({}, ...contributes.configuration.map((c) => c.properties)) as Record<
      string,
      { default: unknown }
    >;
    assert.deepEqual(properties['codeInterpreter.changes.protected']?.default, PROTECTED_FILES);
  });

  it('is limited in untrusted workspaces, absent in virtual ones, and runs beside the files', () => {
    assert.equal(manifest.capabilities.untrustedWorkspaces.supported, 'limited');
    assert.equal(manifest.capabilities.virtualWorkspaces.supported, false);
    assert.deepEqual(manifest.extensionKind, ['workspace']);
  });

  it('wakes up for nothing but what the user opens', () => {
    // Without it VS Code does not offer our kernel for a notebook.
    assert.deepEqual(manifest.activationEvents, ['onNotebook:jupyter-notebook']);
  });

  it('is the editor of its own addresses, and of no file', () => {
    const patterns = contributes.customEditors.flatMap(({ selector }) =>
      selector.map(({ filenamePattern }) => filenamePattern),
    );
    assert.deepEqual(patterns, ['code-interpreter:/**']);
  });

  it('binds keys only where the panel has the focus', () => {
    for (const { when, command } of contributes.keybindings) {
      assert.match(when, /^codeInterpreter\.focused\b/, command);
    }
  });

  it('gives the container and the view an icon that exists', () => {
    const icons = [
      manifest.icon,
      ...contributes.viewsContainers.secondarySidebar.map(({ icon }) => icon),
      ...Object.values(contributes.views).flatMap((views) => views.map(({ icon }) => icon)),
    ];
    assert.equal(icons.length, 3);
    for (const icon of icons) assert.ok(existsSync(icon), icon);
  });

  it('has an icon of at least 128 pixels', () => {
    const png = readFileSync(manifest.icon);
    assert.equal(png.toString('latin1', 1, 4), 'PNG');
    assert.ok(png.readUInt32BE(16) >= 128 && png.readUInt32BE(20) >= 128);
  });

  it('names every command that menus and keys use', () => {
    const declared = new Set(contributes.commands.map(({ command }) => command));
    const used = [...Object.values(contributes.menus).flat(), ...contributes.keybindings];
    for (const { command } of used) assert.ok(declared.has(command), command);
    for (const { category } of contributes.commands) assert.equal(category, 'Code Interpreter');
  });
});
