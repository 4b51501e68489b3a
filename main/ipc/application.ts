/** Answers about the app as a whole. */
import type { WindowState } from '../../preload/contract.ts';
import type { Answers } from './answer.ts';

type Application = Pick<Answers, 'state' | 'reopen' | 'quit'>;

export interface ApplicationHost {
  /** The window asks for it when it begins to listen. */
  state(): WindowState;
  /** Resolves when it is known whether the engine opens. */
  reopen(): Promise<void>;
  quit(): void;
}

export function applicationAnswers(host: ApplicationHost): Application {
  return {
    state: () => host.state(),
    reopen: async () => {
      await host.reopen();
      return undefined;
    },
    quit: () => {
      host.quit();
      return undefined;
    },
  };
}
