/** All that the window knows and can do. Components read parts of it with `useApp`, and act with `useActions`. */
import type { FileList, FileQuery, KnownServer, Problem } from '../../core/api.ts';
import type {
  About,
  Engine,
  EntryName,
  LinkFacts,
  OutsideLinks,
  Result,
  Settings,
  SettingsChange,
  Store,
  StoreEntry,
  StorePut,
  StoreSecret,
} from '../../preload/contract.ts';
import type { Entries } from './entries.ts';
import type { FetchActions, FetchFlow } from './fetch-flow.ts';
import type { Group } from './listing.ts';

export type Screen = 'transfers' | 'store' | 'settings' | 'about';

/** Something that was asked of the person before it is done. */
export type Question =
  | { readonly about: 'remove'; readonly row: number }
  | { readonly about: 'set-public'; readonly share: number; readonly public: boolean }
  | { readonly about: 'clear-history' }
  | { readonly about: 'put-entries' }
  | { readonly about: 'delete-entry'; readonly entry: StoreEntry };

/** Something to say once, for a few seconds. */
export type Message =
  | { readonly says: 'problem'; readonly problem: Problem }
  | { readonly says: 'copied'; readonly name: string }
  | { readonly says: 'put'; readonly entries: readonly StoreEntry[] }
  | { readonly says: 'entry-deleted'; readonly id: string }
  | { readonly says: 'address-copied'; readonly address: string }
  | { readonly says: 'known' }
  | { readonly says: 'cleared'; readonly count: number }
  | { readonly says: 'closed-to-tray' }
  | { readonly says: 'no-tray' }
  | { readonly says: 'quitting' };

export interface Toast {
  readonly id: number;
  readonly message: Message;
}

export interface AppState {
  readonly engine: Engine;
  readonly entries: Entries;
  readonly port: number;
  readonly addresses: readonly string[];
  readonly servers: readonly KnownServer[];
  /** What the engine told of itself outside of any row; the latest last. */
  readonly problems: readonly Problem[];
  readonly settings: Settings;
  readonly about: About;
  readonly tray: boolean;
  readonly online: boolean;
  /** The window has the keyboard. */
  readonly hasKeyboard: boolean;
  readonly outside: OutsideLinks;
  readonly store: Store;
  readonly storeSecret: StoreSecret;
  /** Files on their way into the store. */
  readonly puts: readonly StorePut[];

  readonly screen: Screen;
  readonly group: Group;
  readonly search: string;
  /** Row that the keyboard is on. */
  readonly focused: number | undefined;
  /** Row whose details are shown. */
  readonly opened: number | undefined;
  /** The focused row is to be brought in sight and take the focus, as soon as it is drawn. */
  readonly reveals: boolean;
  /** Rises when the field for a link is to take the focus. */
  readonly fieldWanted: number;
  /** The same for the search. */
  readonly searchWanted: number;

  readonly fetch: FetchFlow;
  /** The links that the clipboard held when the window was looked at. */
  readonly offer: readonly LinkFacts[];
  readonly question: Question | undefined;
  readonly toasts: readonly Toast[];
}

export interface AppActions extends FetchActions {
  chooseShare(what: 'files' | 'folder'): Promise<void>;
  /** Default for `isPublic`: the setting. */
  shareDropped(files: readonly File[], isPublic?: boolean): Promise<void>;

  pause(row: number): Promise<void>;
  resume(row: number): Promise<void>;
  pauseAll(): Promise<void>;
  resumeAll(): Promise<void>;
  copyLink(row: number): Promise<void>;
  reveal(row: number): Promise<void>;

  /** Has the person asked before something is done; the dialog calls what does it, or `dismiss`. */
  ask(question: Question): void;
  dismiss(): void;
  remove(row: number, deleteFiles: boolean): Promise<void>;
  setPublic(share: number, isPublic: boolean): Promise<void>;
  clearHistory(): Promise<void>;

  listFiles(query: FileQuery & { readonly key: number }): Promise<Result<FileList>>;
  readEntryName(text: string): Promise<Result<EntryName>>;
  /** Under that id, or each file under that of its content. */
  choosePut(id?: string): Promise<void>;
  putDropped(files: readonly File[]): Promise<void>;
  cancelPut(key: number): Promise<void>;
  deleteEntry(id: string): Promise<void>;
  openStorePage(): Promise<void>;
  copyStoreAddress(): Promise<void>;
  /** Null: none any more. */
  setStoreSecret(secret: string | null): Promise<Result<StoreSecret>>;
  reopenStore(): Promise<void>;

  changeSettings(change: SettingsChange): Promise<Result<Settings>>;
  chooseDownloadFolder(): Promise<void>;
  reopen(): Promise<void>;

  show(screen: Screen): void;
  setGroup(group: Group): void;
  setSearch(search: string): void;
  focus(row: number | undefined): void;
  /** Opens the details of a row, or closes them. */
  toggle(row: number): void;
  /** Brings a row in sight, whatever the filter, and puts the focus on it. */
  goTo(row: number): void;
  /** The row that was gone to has the focus. */
  revealed(): void;
  focusField(): void;
  focusSearch(): void;

  /** Answers the first link from outside: whether it is wanted. */
  answerOutside(isWanted: boolean): Promise<void>;
  takeOffer(): Promise<void>;
  refuseOffer(): void;
  say(message: Message): void;
  unsay(toast: number): void;
}
