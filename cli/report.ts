import type {
  DropletCounts,
  KnownServer,
  NodeSnapshot,
  Problem,
  ShareSnapshot,
  TransferServerSnapshot,
  TransferSnapshot,
} from '../core/api.ts';
import type { Failure } from '../core/failure.ts';
import type { Deed, PeerView, StoreFigures } from '../core/node.ts';

/** What a demo found out; `verified` is that both files have the same digest, computed apart from the engine. */
export interface DemoResult {
  readonly verified: boolean;
  readonly digest: { readonly algorithm: 'sha256'; readonly sent: string; readonly received: string };
  readonly bytes: number;
  readonly seconds: number;
  /** Verified bytes per second. */
  readonly throughput: number;
  readonly overhead: number;
  readonly droplets: Omit<DropletCounts, 'manifest' | 'surplus'>;
  readonly servers: readonly (ServerLine & { readonly lossy: boolean })[];
}

/** One server of a finished transfer. */
export type ServerLine = Omit<TransferServerSnapshot, 'rttMs' | 'rate' | 'reason'> & {
  readonly rttMs: number | null;
};

/** What is told of a running transfer, in whichever process it runs. */
export interface ProgressView {
  readonly name: string;
  readonly state: TransferSnapshot['state'];
  readonly problem?: Problem | undefined;
  readonly verified: number;
  readonly bytes: number | undefined;
  readonly rate: number;
  readonly eta: number | undefined;
  readonly overhead: number;
  readonly servers: readonly (ServerLine & { readonly rate: number })[];
}

export type Removed = { readonly what: 'share' | 'transfer'; readonly id: string; readonly name: string };

/** A node of the store, as it stands. */
export interface StoreView {
  /** `host:port` of the gateway. */
  readonly http: string;
  readonly port: number;
  readonly addresses: readonly string[];
  readonly figures: StoreFigures;
  readonly peers: readonly PeerView[];
}

/** How commands speak: as text to a person (report-text.ts) or as JSON to a program (report-json.ts). */
export interface Report {
  hashing(share: ShareSnapshot): void;
  shared(share: ShareSnapshot, node: Pick<NodeSnapshot, 'port' | 'addresses'>): void;
  serving(share: ShareSnapshot): void;
  /** Name and size are known. */
  started(transfer: TransferSnapshot): void;
  progress(transfer: TransferSnapshot): void;
  done(transfer: TransferSnapshot): void;
  list(snapshot: NodeSnapshot): void;
  servers(servers: readonly KnownServer[]): void;
  serverChanged(change: 'added' | 'removed', address: string): void;
  imported(file: string, added: number): void;
  removed(items: readonly Removed[]): void;
  storeOpened(store: StoreView): void;
  /** Shown in the place of the one before. */
  store(store: StoreView): void;
  deed(deed: Deed): void;
  demoProgress(view: ProgressView): void;
  demo(result: DemoResult): void;
  /** A sentence beside the result. */
  note(sentence: string): void;
  problem(problem: Problem): void;
  log(level: 'debug' | 'info' | 'warn', message: string): void;
  failure(failure: Failure): void;
}

/** A server as it is told to scripts: no field is ever missing. */
export function serverLine(server: TransferServerSnapshot): ServerLine {
  const { address, found, droplets, bytes, share, loss, rttMs, state } = server;
  return { address, found, droplets, bytes, share, loss, rttMs: rttMs ?? null, state };
}

/** What of a running transfer is shown as it moves; it is known by its id until it has a name. */
export function progressView(transfer: TransferSnapshot): ProgressView {
  return {
    name: transfer.name === '' ? transfer.id : transfer.name,
    state: transfer.state,
    problem: transfer.problem,
    verified: transfer.verified,
    bytes: transfer.bytes,
    rate: transfer.rate,
    eta: transfer.eta,
    overhead: transfer.overhead,
    servers: transfer.servers.map((server) => ({ ...serverLine(server), rate: server.rate })),
  };
}
