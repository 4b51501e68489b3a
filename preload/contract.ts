/**
 * The one contract between the window and the main process: types and names alone. The bridge (preload/index.ts)
 * is made from `REQUESTS` and `NEWS`; main has one parser and one answer for each request (main/ipc/), and the
 * compiler holds both to this file. Everything crosses by structured clone.
 *
 * No request takes a path: what a person drops or chooses in a dialog is named by the preload or by main.
 */
import type {
  FileList,
  FileQuery,
  KnownServer,
  NodeEvent,
  NodeSnapshot,
  Problem,
  ShareSnapshot,
  TransferSnapshot,
} from '../core/api.ts';
import {
  type Store,
  type StoreEntry,
  type StorePut,
  type StoreRequests,
  type StoreSecret,
  storeRequestNames,
} from './store-contract.ts';

export type {
  EntryName,
  Store,
  StoreDeed,
  StoreEntry,
  StorePeer,
  StorePut,
  StoreSecret,
  StoreView,
} from './store-contract.ts';

export type Theme = 'system' | 'light' | 'dark';
export type Language = 'system' | 'en' | 'de';
/** What closing the window does while something is shared or fetched. */
export type OnClose = 'tray' | 'quit';

/** What a limit can be written in. */
export type RateUnit = 'kB' | 'MB' | 'Mbit';

/** All that a person can set, as it is stored and shown. Limits are wire bytes per second; null: none. */
export interface Settings {
  readonly downloadFolder: string;
  /** UDP port; null: 1980 if free, else any. */
  readonly port: number | null;
  /** Address to bind to; null: all. */
  readonly bind: string | null;
  readonly uploadLimit: number | null;
  readonly downloadLimit: number | null;
  /** What the limits were written in; null: nobody has said. */
  readonly uploadLimitUnit: RateUnit | null;
  readonly downloadLimitUnit: RateUnit | null;
  /** Go on serving what was fetched. */
  readonly seed: boolean;
  readonly askBeforeDownload: boolean;
  /** Look for links in the clipboard when the person comes to the window. */
  readonly clipboardLinks: boolean;
  /** Find and be found on the local network. */
  readonly lan: boolean;
  readonly onClose: OnClose;
  readonly startAtLogin: boolean;
  readonly theme: Theme;
  readonly language: Language;
  /** Whether what is dragged in is public; private unless the person says otherwise. */
  readonly sharePublic: boolean;
  /** Run a store of Murky Waters beside the node. */
  readonly store: boolean;
  /** TCP port of its HTTP gateway on the loopback. */
  readonly storePort: number;
  /** It speaks the wire of 2012, too, with this computer and its networks. */
  readonly storeClassic: boolean;
}

/** The folder is changed in a dialog of main's. */
export type SettingsChange = Partial<Omit<Settings, 'downloadFolder'>>;

export interface About {
  readonly version: string;
  readonly electron: string;
  readonly chromium: string;
  readonly node: string;
  /** Electron's own build, or the one that stands in for it in tests and where it cannot be had. */
  readonly runtime: 'official' | 'stand-in';
  readonly platform: 'linux' | 'darwin' | 'win32';
  readonly dataFolder: string;
}

/** What became of the engine: nothing works without it, and the window says why. */
export type Engine =
  | { readonly state: 'opening' }
  | { readonly state: 'open' }
  | { readonly state: 'failed'; readonly problem: Problem };

/** Everything the window needs to draw itself for the first time. */
export interface WindowState {
  readonly engine: Engine;
  /** Empty lists and port 0 until the engine is open. */
  readonly node: NodeSnapshot;
  readonly settings: Settings;
  readonly about: About;
  /** A tray is really there, so that the window can be closed to it. */
  readonly tray: boolean;
  /** The machine has a network interface that is up. */
  readonly online: boolean;
  /** The window has the keyboard. */
  readonly focused: boolean;
  readonly outside: OutsideLinks;
  readonly store: Store;
  readonly storeSecret: StoreSecret;
  readonly puts: readonly StorePut[];
}

/** What can be read from a link before anything is asked. */
export interface LinkFacts {
  readonly id: string;
  /** As it will be stored and shown: canonical. */
  readonly link: string;
  readonly private: boolean;
  /** A public link with the 64-bit id alone: no protection from an attacker who makes another file with it. */
  readonly short: boolean;
  /** Hint; empty when there is none. */
  readonly name: string;
  readonly servers: readonly LinkServer[];
  /** Parts that this version does not know, or has no room for. */
  readonly ignored: readonly string[];
  /** Row that has it already. */
  readonly known?: { readonly kind: 'share' | 'transfer'; readonly key: number };
}

/** Where a link sends who fetches it. Own: this machine or a network that it is on. Name: only a look-up will tell. */
export interface LinkServer {
  readonly address: string;
  readonly place: 'public' | 'own' | 'name';
}

/** What was found in a text: a link, or what is wrong with what looks like one. */
export type LinkRead = { readonly facts: LinkFacts } | { readonly text: string; readonly problem: Problem };

/**
 * Links that another program has handed over and nobody has answered yet, the one to ask about first. Nothing has been
 * done with them, and nothing of them is kept.
 */
export interface OutsideLinks {
  readonly waiting: readonly (LinkRead & { readonly key: number })[];
  /** How many came while there was no room for more. */
  readonly refused: number;
}

/** Where a held transfer would go. */
export interface Destination {
  readonly into: string;
  /** Bytes free there; undefined when the folder cannot be asked. */
  readonly free?: number;
}

/** Something to say once, outside of any row. */
export type Notice =
  | { readonly type: 'closed-to-tray' }
  | { readonly type: 'no-tray' }
  /** Quitting takes longer than a second: what has arrived is being written to disk. */
  | { readonly type: 'quitting' }
  | { readonly type: 'problem'; readonly problem: Problem };

/** A value, or why there is none: errors lose their fields where they cross into the window. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem };

/** Each request by its name: what it takes, and what it gives. */
export interface Requests extends StoreRequests {
  state: [undefined, WindowState];

  /** Opens a dialog; undefined when it was cancelled. */
  chooseShare: [{ readonly what: 'files' | 'folder'; readonly public: boolean }, ShareSnapshot | undefined];
  /** Sent by the preload for dropped files, whose paths it alone can read. */
  shareDropped: [{ readonly paths: readonly string[]; readonly public: boolean }, ShareSnapshot | undefined];
  /** Shares the same paths anew, public or private, and ends the old share; its link stops working. */
  setPublic: [{ readonly key: number; readonly public: boolean }, ShareSnapshot];

  /** All links of a text, each once; at least one entry. */
  readLinks: [{ readonly text: string }, readonly LinkRead[]];
  /** A link from outside has been answered. */
  forgetOutside: [{ readonly key: number }, undefined];
  /** Held when the settings say that the person is asked first. */
  fetch: [{ readonly link: string }, TransferSnapshot];
  /** The files of a transfer, as soon as they are known. */
  listFiles: [FileQuery & { readonly key: number }, FileList];
  destination: [{ readonly key: number }, Destination];
  /** Opens a dialog for one held transfer; undefined when it was cancelled. */
  chooseDestination: [{ readonly key: number }, Destination | undefined];
  /** Starts a held transfer, into the folder that was chosen for it or the download folder. */
  startFetch: [{ readonly key: number }, undefined];

  pause: [{ readonly key: number }, undefined];
  resume: [{ readonly key: number }, undefined];
  remove: [{ readonly key: number; readonly deleteFiles: boolean }, undefined];
  pauseAll: [undefined, undefined];
  resumeAll: [undefined, undefined];
  /** Removes what is done and does not serve; files stay. Gives the number removed. */
  clearHistory: [undefined, number];
  copyLink: [{ readonly key: number }, undefined];
  /** Shows the file in the system's file manager. */
  reveal: [{ readonly key: number }, undefined];

  changeSettings: [SettingsChange, Settings];
  /** Opens a dialog; undefined when it was cancelled. */
  chooseDownloadFolder: [undefined, Settings | undefined];

  addServer: [{ readonly address: string }, undefined];
  removeServer: [{ readonly address: string }, undefined];
  /** Opens a dialog for a servers.json; the number of servers that were new, undefined when cancelled. */
  importServers: [undefined, number | undefined];
  /** Asks each server of the list whether it is there. */
  checkServers: [undefined, readonly KnownServer[]];

  /** Opens the engine again after it failed. */
  reopen: [undefined, undefined];
  quit: [undefined, undefined];
}

export type RequestName = keyof Requests;

/** What main tells the window by itself. */
export interface News {
  /** In order, gathered: at most four times a second. */
  node: readonly NodeEvent[];
  /** Everything anew, after the engine was opened again. */
  state: WindowState;
  engine: Engine;
  settings: Settings;
  store: Store;
  /** All files on their way into the store, a few times a second; small ones are there before they are told of. */
  puts: readonly StorePut[];
  online: boolean;
  focused: boolean;
  outside: OutsideLinks;
  /** Links that the clipboard holds and no row has. */
  offer: readonly LinkFacts[];
  notice: Notice;
  /** The window should show this screen or row. */
  show: { readonly screen: 'transfers' | 'settings' | 'about' } | { readonly key: number };
}

export type NewsName = keyof News;

/** Complete by construction: a name that is missing or unknown does not compile. */
const requestNames: Readonly<Record<RequestName, true>> = {
  state: true,
  chooseShare: true,
  shareDropped: true,
  setPublic: true,
  readLinks: true,
  forgetOutside: true,
  fetch: true,
  listFiles: true,
  destination: true,
  chooseDestination: true,
  startFetch: true,
  pause: true,
  resume: true,
  remove: true,
  pauseAll: true,
  resumeAll: true,
  clearHistory: true,
  copyLink: true,
  reveal: true,
  changeSettings: true,
  chooseDownloadFolder: true,
  addServer: true,
  removeServer: true,
  importServers: true,
  checkServers: true,
  ...storeRequestNames,
  reopen: true,
  quit: true,
};
const newsNames: Readonly<Record<NewsName, true>> = {
  node: true,
  state: true,
  engine: true,
  settings: true,
  store: true,
  puts: true,
  online: true,
  focused: true,
  outside: true,
  offer: true,
  notice: true,
  show: true,
};
export const REQUESTS = Object.keys(requestNames) as readonly RequestName[];
export const NEWS = Object.keys(newsNames) as readonly NewsName[];

type Ask<N extends RequestName> = Requests[N][0] extends undefined
  ? () => Promise<Result<Requests[N][1]>>
  : (argument: Requests[N][0]) => Promise<Result<Requests[N][1]>>;

/** `window.rain`. */
export type RainBridge = {
  readonly [N in Exclude<RequestName, 'shareDropped' | 'putDropped'>]: Ask<N>;
} & {
  /** Files of a drop event; one made by a script has no path and is refused. */
  shareDropped(files: readonly File[], options: { readonly public: boolean }): Promise<Result<ShareSnapshot>>;
  putDropped(files: readonly File[]): Promise<Result<readonly StoreEntry[]>>;
  /** Returns what stops it. */
  on<N extends NewsName>(name: N, listener: (news: News[N]) => void): () => void;
};
