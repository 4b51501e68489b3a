/** Dialogs in which a person names files: the one way in which a path gets into the app, besides dropping. */
import { type BrowserWindow, dialog, type MessageBoxOptions, type OpenDialogOptions } from 'electron';

export interface Dialogs {
  /** Absolute paths; empty when cancelled. */
  chooseToShare(what: 'files' | 'folder'): Promise<readonly string[]>;
  /** Files alone, several or one. */
  chooseToPut(several: boolean): Promise<readonly string[]>;
  /** Undefined when cancelled. */
  chooseFolder(title: string, current: string): Promise<string | undefined>;
  chooseServerList(title: string): Promise<string | undefined>;
  /** Whether the person says yes; who closes the question does not. */
  confirm(question: Question): Promise<boolean>;
}

export interface Question {
  readonly title: string;
  readonly body: string;
  readonly yes: string;
  readonly no: string;
}

/** `parent`: the window that the dialogs belong to, if there is one. */
export function systemDialogs(parent: () => BrowserWindow | undefined): Dialogs {
  const open = async (options: OpenDialogOptions): Promise<readonly string[]> => {
    const window = parent();
    const { canceled, filePaths } = await (window === undefined
      ? dialog.showOpenDialog(options)
      : dialog.showOpenDialog(window, options));
    return canceled ? [] : filePaths;
  };
  return {
    confirm: async ({ title, body, yes, no }) => {
      const window = parent();
      const options: MessageBoxOptions = {
        type: 'warning',
        message: title,
        detail: body,
        buttons: [no, yes],
        defaultId: 0,
        cancelId: 0,
      };
      const { response } = await (window === undefined
        ? dialog.showMessageBox(options)
        : dialog.showMessageBox(window, options));
      return response === 1;
    },
    chooseToShare: (what) =>
      open({ properties: [what === 'files' ? 'openFile' : 'openDirectory', 'multiSelections'] }),
    chooseToPut: (several) => open({ properties: several ? ['openFile', 'multiSelections'] : ['openFile'] }),
    chooseFolder: async (title, current) =>
      (await open({ title, defaultPath: current, properties: ['openDirectory', 'createDirectory'] }))[0],
    chooseServerList: async (title) =>
      (await open({ title, properties: ['openFile'], filters: [{ name: 'JSON', extensions: ['json'] }] }))[0],
  };
}
