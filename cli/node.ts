import { Failure } from '../core/failure.ts';
import type { MurkyConfig } from '../core/node.ts';
import type { NodeCommand } from './arguments.ts';
import { dataFolder } from './data-folder.ts';
import type { Engine, Store } from './engine.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { type Context, interrupted, withNode } from './host.ts';
import type { StoreView } from './report.ts';
import { type Standpoint, standing } from './standpoint.ts';

/** Milliseconds between two looks at the figures. */
const LOOK_EVERY = 1000;

/** Runs a node of the store until it is told to stop. */
export async function node(command: NodeCommand, context: Context): Promise<ExitCode> {
  const { host, common, report } = context;
  const engine = await host.engine();
  const config = await configOf(command, engine, host);
  const data = common.data ?? config.dataDir;
  const dataDir = dataFolder(data, host);
  const options = {
    lan: config.lan,
    takeUp: true,
    ...(config.port !== undefined && { port: config.port }),
    ...(config.bind !== undefined && { bind: config.bind }),
  };
  const withData = { ...common, ...(data !== undefined && { data }) };
  return withNode({ ...context, common: withData }, engine, options, async (rain) => {
    const store = await engine.openMurky(rain, {
      config,
      dataDir,
      warn: (message) => report.log('warn', message),
    });
    try {
      const view = (): StoreView => viewOf(store, rain.snapshot());
      const unsubscribe = store.activity.subscribe((deed) => report.deed(deed));
      report.storeOpened(view());
      const looking = setInterval(
        changes(view, (changed) => report.store(changed)),
        LOOK_EVERY,
      );
      await interrupted(host.interrupt);
      clearInterval(looking);
      unsubscribe();
    } finally {
      await store.close();
    }
    return EXIT.done;
  });
}

/** Calls `show` with what `look` gives when that is not what it gave before. */
function changes(look: () => StoreView, show: (view: StoreView) => void): () => void {
  let before = JSON.stringify(look());
  return () => {
    const view = look();
    const now = JSON.stringify(view);
    if (now !== before) show(view);
    before = now;
  };
}

/** What the command line says goes before what the file says. */
async function configOf(command: NodeCommand, engine: Engine, at: Standpoint): Promise<MurkyConfig> {
  const file = command.config === undefined ? undefined : standing(at, command.config);
  const config = await engine.readConfig(file);
  const { http, port, lan, classic } = command;
  return {
    ...config,
    ...(http !== undefined && { http: { ...config.http, ...httpAddress(http, engine) } }),
    ...(port !== undefined && { port }),
    lan: config.lan && lan,
    classic: { ...config.classic, enabled: config.classic.enabled || classic },
  };
}

/** `:0` is any port that is free, which no server can have. */
function httpAddress(text: string, engine: Engine): { host: string; port: number } {
  const any = /^(.*):0$/.exec(text);
  const address = engine.parseAddress(any === null ? text : any[1]);
  if (!/:\d+$/.test(text)) throw new Failure('bad-address', `"${text}" has no port`, 'Write HOST:PORT.');
  return any === null ? address : { host: address.host, port: 0 };
}

function viewOf(store: Store, { port, addresses }: Pick<StoreView, 'port' | 'addresses'>): StoreView {
  const { host, port: httpPort } = store.http ?? { host: '', port: 0 };
  const http = `${host.includes(':') ? `[${host}]` : host}:${httpPort}`;
  return { http, port, addresses, figures: store.figures(), peers: store.peers() };
}
