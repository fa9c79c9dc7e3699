/** Our keys beside VS Code's own: where one of ours works, it goes before none of its defaults but those named. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import { extension } from './support.ts';

const bindingSchema = z.object({ key: z.string(), command: z.string(), when: z.optional(z.string()) });
type Binding = z.infer<typeof bindingSchema>;

/** The file that "Open Default Keyboard Shortcuts" shows: JSON, with comments on lines of their own. */
async function defaults(): Promise<Binding[]> {
  const uri = vscode.Uri.parse('vscode://defaultsettings/keybindings.json');
  const text = (await vscode.workspace.openTextDocument(uri)).getText();
  const json = text.replace(/^\s*\/\/.*$/gm, '').replace(/,(\s*[\]}])/g, '$1');
  return z.array(bindingSchema).parse(JSON.parse(json));
}

/** Which of these are set says where the focus is: in our webviews it is in none of these places. */
const ELSEWHERE = new RegExp(
  [
    '^(?:editorFocus|editorTextFocus|textInputFocus|listFocus|terminalFocus|notebookEditorFocused|inDebugRepl)$',
    '^(?:inKeybindings|inSettingsEditor|inSearchEditor|searchViewletFocus|filesExplorerFocus|explorerViewletFocus)$',
    '^(?:terminalFocusInAny|terminalFindFocused|findWidgetVisible|commentEditorFocused|suggestWidgetVisible)$',
    '^(?:webviewFindWidgetEnabled|accessibleViewIsShown|accessibilityHelpIsShown|treeFindOpen|inChat\\w*|chat\\w+)$',
    '^(?:inCompositeEditor|notificationFocus|quickInputFocus|inQuickOpen|inOutput|inSettingsJSONEditor)$',
    "^(?:focusedView|activeEditor|view|activeViewlet|resourceScheme|editorLangId) == '?(?!codeInterpreter)",
    '^false$',
    '^!?is(?:Mac|Linux|Windows)\\w*$',
  ].join('|'),
);

/** It may work while our webview has the focus. */
const mayBeMeant = ({ when }: Binding): boolean =>
  when === undefined ||
  when
    .split('||')
    .some((way) => !way.split('&&').some((part) => ELSEWHERE.test(part.trim().replace(/^\((.*)\)$/, '$1'))));

/**
 * While the panel has the keyboard these would do something elsewhere: find in the editor behind it, and (in a browser,
 * where it has no better key) open a new file.
 */
const BEHIND: Readonly<Record<string, readonly string[]>> = {
  'codeInterpreter.findInSession': ['actions.find'],
  'codeInterpreter.newSession': ['workbench.action.files.newUntitledFile'],
};

const manifestSchema = z.object({ contributes: z.object({ keybindings: z.array(bindingSchema) }) });

describe('keys', () => {
  it('ours collide with none of VS Code’s that could be meant in the panel', async () => {
    const { contributes } = manifestSchema.parse(extension().packageJSON);
    const ours = contributes.keybindings;
    assert.ok(ours.length >= 3);
    const all = await defaults();
    assert.ok(all.length > 500, `${String(all.length)} defaults are read`);
    assert.ok(all.some(({ key }) => key === 'ctrl+f'));
    for (const { key, command, when = '' } of ours) {
      assert.match(when, /^codeInterpreter\.focused\b/, `${command} works in our panel only`);
      const others = all.filter(
        (other) =>
          !other.command.startsWith('codeInterpreter.') &&
          (other.key === key || other.key.startsWith(`${key} `)) &&
          BEHIND[command]?.includes(other.command) !== true &&
          mayBeMeant(other),
      );
      assert.deepEqual(others, [], command);
    }
  });
});
