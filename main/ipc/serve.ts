import { ipcMain, type WebContents, type WebFrameMain } from 'electron';
import { Failure } from '../../core/failure.ts';
import { REQUESTS } from '../../preload/contract.ts';
import { problemOf } from '../problem.ts';
import { type Answers, answer } from './answer.ts';

/** Answers the requests of the page in the window, and of nobody else. */
export function serveRequests(
  answers: Answers,
  isOurs: (sender: WebContents, frame: WebFrameMain | null) => boolean,
): void {
  for (const name of REQUESTS) {
    ipcMain.handle(name, ({ sender, senderFrame }, argument: unknown) => {
      if (isOurs(sender, senderFrame)) return answer(answers, name, argument);
      return {
        ok: false,
        problem: problemOf(new Failure('usage', 'Only the window of the app is answered.')),
      };
    });
  }
}
