/** Snapshots with nothing special about them, and a bridge that answers as it is told. */
import type { ShareSnapshot, TransferServerSnapshot, TransferSnapshot } from '../../core/api.ts';
import { defaultSettings } from '../../main/settings/schema.ts';
import type { LinkFacts, NewsName, RainBridge, WindowState } from '../../preload/contract.ts';
import * as snapshots from '../node/snapshots.ts';

/** By default one of its own for each key. */
export function transfer(change: Partial<TransferSnapshot> = {}): TransferSnapshot {
  const key = change.key ?? 1;
  const id = key.toString(16).padStart(16, '0');
  return snapshots.transfer({
    key,
    id,
    link: `rain:${id}`,
    name: `transfer ${key}`,
    addedAt: key,
    ...change,
  });
}

/** By default one of its own for each key. */
export function share(change: Partial<ShareSnapshot> = {}): ShareSnapshot {
  const key = change.key ?? 1;
  const id = key.toString(16).padStart(16, '0');
  return snapshots.share({
    key,
    id,
    link: `rain:${id}.key`,
    name: `share ${key}`,
    paths: [`/files/${key}`],
    addedAt: key,
    ...change,
  });
}

export function server(address: string, rate: number): TransferServerSnapshot {
  return snapshots.server({ address, rate });
}

export function linkFacts(change: Partial<LinkFacts> = {}): LinkFacts {
  return {
    id: '00000000000000aa',
    link: 'rain:00000000000000aa',
    private: false,
    short: true,
    name: '',
    servers: [],
    ignored: [],
    ...change,
  };
}

export function windowState(change: Partial<WindowState> = {}): WindowState {
  return {
    engine: { state: 'open' },
    node: snapshots.nodeSnapshot(),
    settings: defaultSettings('/downloads'),
    about: {
      version: '0.0.0',
      electron: '0',
      chromium: '0',
      node: '0',
      runtime: 'stand-in',
      platform: 'linux',
      dataFolder: '/data',
    },
    tray: true,
    online: true,
    focused: true,
    outside: { waiting: [], refused: 0 },
    store: { state: 'off' },
    storeSecret: 'none',
    puts: [],
    ...change,
  };
}

type Answers = { [N in keyof RainBridge]?: (...args: Parameters<RainBridge[N]>) => unknown };

export interface FakeBridge {
  readonly bridge: RainBridge;
  /** Name and argument of each request, in order. */
  readonly asked: [string, unknown][];
  /** Says what main would. */
  tell(name: NewsName, news: unknown): void;
}

/** Requests without an answer of their own are answered with undefined, and well. */
export function fakeBridge(answers: Answers = {}): FakeBridge {
  const asked: [string, unknown][] = [];
  const listeners = new Map<string, (news: unknown) => void>();
  const bridge = new Proxy(
    {},
    {
      get: (_, name: string) => {
        if (name === 'on')
          return (news: string, listener: (news: unknown) => void) => {
            listeners.set(news, listener);
            return () => listeners.delete(news);
          };
        return async (...args: unknown[]) => {
          asked.push([name, args[0]]);
          const answer = answers[name as keyof RainBridge] as ((...args: unknown[]) => unknown) | undefined;
          return answer === undefined ? { ok: true, value: undefined } : answer(...args);
        };
      },
    },
  ) as RainBridge;
  return { bridge, asked, tell: (name, news) => listeners.get(name)?.(news) };
}

export function good<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}

export function bad(code: 'bad-link' | 'no-space' | 'no-permission'): {
  ok: false;
  problem: { code: 'bad-link' | 'no-space' | 'no-permission'; message: string; hint: string };
} {
  return { ok: false, problem: { code, message: code, hint: '' } };
}
