/**
 * Whether the panel has the keyboard, for the `when` of its keys. The page says so itself: VS Code's `focusedView` is
 * not set by a focus inside the page of a view.
 */
import * as vscode from 'vscode';

export const setPanelFocus = (focused: boolean): Thenable<unknown> =>
  vscode.commands.executeCommand('setContext', 'codeInterpreter.focused', focused);
