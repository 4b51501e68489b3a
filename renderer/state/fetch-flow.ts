/**
 * From a text that may be a link to a transfer that runs: the steps between, each of which may have a dialog.
 * The dialogs are drawn from `FetchFlow` alone; this file asks main and decides what comes next.
 */
import type { Problem, TransferSnapshot } from '../../core/api.ts';
import type { Destination, LinkFacts, LinkRead, RainBridge } from '../../preload/contract.ts';

/** Where a text came from. What is wrong with that of the field is said below the field, not in a dialog. */
export type FetchOrigin = 'field' | 'paste' | 'drop';

/**
 * Reading: no dialog. Bad: the text is no link, or it cannot be fetched. Choose: there are several in it. Asking: transfer `key` is being
 * looked for (`waiting`, `manifest`) or is `held`; the dialog shows it and asks whether and where to.
 */
export type FetchFlow =
  | { readonly step: 'idle' }
  | { readonly step: 'reading' }
  | { readonly step: 'bad'; readonly text: string; readonly problem: Problem }
  | { readonly step: 'choose'; readonly found: readonly LinkRead[] }
  | {
      readonly step: 'asking';
      readonly key: number;
      /** Undefined when a row that was held already is asked about. */
      readonly facts?: LinkFacts;
      /** Undefined until the transfer is held. */
      readonly destination?: Destination;
      /** An answer is under way. */
      readonly busy: boolean;
      /** Why it could not be started. */
      readonly problem?: Problem;
    };

export const NO_FETCH: FetchFlow = { step: 'idle' };

export interface FetchFlowHost {
  readonly bridge: Pick<
    RainBridge,
    'readLinks' | 'fetch' | 'destination' | 'chooseDestination' | 'startFetch' | 'remove'
  >;
  flow(): FetchFlow;
  write(flow: FetchFlow): void;
  asksBeforeDownload(): boolean;
  transfer(key: number): TransferSnapshot | undefined;
  /** A transfer is there that the list may not know yet. */
  added(transfer: TransferSnapshot): void;
  /** Brings the row of a transfer or share in sight. */
  reveal(key: number): void;
  /** What a link names is here already. */
  knownAlready(facts: LinkFacts): void;
  failed(problem: Problem): void;
}

export interface FetchActions {
  /** Reads a text as a link and goes on with it. What is wrong with a text of the field is answered, not drawn. */
  beginFetch(text: string, origin: FetchOrigin): Promise<Problem | undefined>;
  /** Goes on with links that were read already. */
  openLinks(found: readonly LinkRead[]): Promise<void>;
  /** Goes on with several at once, each with a row of its own that asks. */
  fetchAll(links: readonly LinkFacts[]): Promise<void>;
  /** Asks about a row that is held. */
  askAbout(key: number): void;
  chooseDestination(): Promise<void>;
  startFetch(): Promise<void>;
  /** The transfer in question is not wanted: its row goes. */
  cancelFetch(): Promise<void>;
  /** Closes the dialog; a row that is held or waits stays so. */
  closeFetch(): void;
}

export interface FetchFlowControl extends FetchActions {
  /** To be called when transfers have changed: what was looked for may be held now, or gone. */
  transfersChanged(): void;
}

export function createFetchFlow(host: FetchFlowHost): FetchFlowControl {
  const { bridge } = host;

  async function beginFetch(text: string, origin: FetchOrigin): Promise<Problem | undefined> {
    const reading: FetchFlow = { step: 'reading' };
    host.write(reading);
    const read = await bridge.readLinks({ text });
    if (host.flow() !== reading) return undefined;
    host.write(NO_FETCH);
    const problem = read.ok ? onlyProblem(read.value) : read.problem;
    if (problem !== undefined && origin === 'field') return problem;
    if (problem !== undefined) showBadLink(text, problem);
    else if (read.ok) await openLinks(read.value);
    return undefined;
  }

  async function openLinks(found: readonly LinkRead[]): Promise<void> {
    const [first, ...others] = found;
    if (others.length > 0) return host.write({ step: 'choose', found });
    if ('facts' in first) return openLink(first.facts);
    showBadLink(first.text, first.problem);
  }

  async function openLink(facts: LinkFacts): Promise<void> {
    if (facts.known !== undefined) {
      const { key } = facts.known;
      host.reveal(key);
      if (host.transfer(key)?.state === 'held') askAbout(key);
      else host.knownAlready(facts);
      return;
    }
    await fetchLink(facts);
  }

  async function fetchLink(facts: LinkFacts): Promise<void> {
    const asks = host.asksBeforeDownload();
    const fetched = await bridge.fetch({ link: facts.link });
    if (!fetched.ok) return showBadLink(facts.link, fetched.problem);
    const transfer = fetched.value;
    host.added(transfer);
    host.reveal(transfer.key);
    if (asks && isOpen(transfer)) askAbout(transfer.key, facts);
    else host.write(NO_FETCH);
  }

  async function fetchAll(links: readonly LinkFacts[]): Promise<void> {
    host.write(NO_FETCH);
    for (const { link } of links) {
      const fetched = await bridge.fetch({ link });
      if (fetched.ok) host.added(fetched.value);
      else host.failed(fetched.problem);
    }
  }

  function askAbout(key: number, facts?: LinkFacts): void {
    host.write({ step: 'asking', key, busy: false, ...(facts !== undefined && { facts }) });
    transfersChanged();
  }

  function showBadLink(text: string, problem: Problem): void {
    host.write({ step: 'bad', text, problem });
  }

  /** Keys whose destination is being asked for. */
  const asked = new Set<number>();

  function transfersChanged(): void {
    const flow = host.flow();
    if (flow.step !== 'asking' || flow.busy) return;
    const transfer = host.transfer(flow.key);
    if (transfer === undefined || !isOpen(transfer)) host.write(NO_FETCH);
    else if (transfer.state === 'held' && flow.destination === undefined) void findDestination(flow.key);
  }

  async function findDestination(key: number): Promise<void> {
    if (asked.has(key)) return;
    asked.add(key);
    const found = await bridge.destination({ key });
    asked.delete(key);
    amend(key, found.ok ? { destination: found.value } : { problem: found.problem });
  }

  /** Changes the step `asking`, if it is still about `key`. */
  function amend(key: number, change: Partial<FetchFlow & { step: 'asking' }>): void {
    const flow = host.flow();
    if (flow.step === 'asking' && flow.key === key) host.write({ ...flow, ...change });
  }

  async function startFetch(): Promise<void> {
    const flow = host.flow();
    if (flow.step !== 'asking' || flow.busy) return;
    const { problem: _, ...rest } = flow;
    host.write({ ...rest, busy: true });
    const started = await bridge.startFetch({ key: flow.key });
    if (!started.ok) return amend(flow.key, { busy: false, problem: started.problem });
    if (isAbout(host.flow(), flow.key)) host.write(NO_FETCH);
    host.reveal(flow.key);
  }

  async function chooseDestination(): Promise<void> {
    const flow = host.flow();
    if (flow.step !== 'asking' || flow.busy) return;
    const chosen = await bridge.chooseDestination({ key: flow.key });
    if (!chosen.ok) amend(flow.key, { problem: chosen.problem });
    else if (chosen.value !== undefined) amend(flow.key, { destination: chosen.value });
  }

  async function cancelFetch(): Promise<void> {
    const flow = host.flow();
    host.write(NO_FETCH);
    if (flow.step !== 'asking') return;
    const removed = await bridge.remove({ key: flow.key, deleteFiles: true });
    if (!removed.ok) host.failed(removed.problem);
  }

  return {
    beginFetch,
    openLinks,
    fetchAll,
    askAbout: (key) => askAbout(key),
    chooseDestination,
    startFetch,
    cancelFetch,
    closeFetch: () => host.write(NO_FETCH),
    transfersChanged,
  };
}

/** Whether the transfer has not begun, so that there is still something to ask. */
function isOpen({ state, verified }: TransferSnapshot): boolean {
  return state === 'held' || state === 'manifest' || (state === 'waiting' && verified === 0);
}

function isAbout(flow: FetchFlow, key: number): boolean {
  return flow.step === 'asking' && flow.key === key;
}

/** Of a text in which nothing can be fetched: why not. */
function onlyProblem(found: readonly LinkRead[]): Problem | undefined {
  const [first] = found;
  return found.length === 1 && 'problem' in first ? first.problem : undefined;
}
