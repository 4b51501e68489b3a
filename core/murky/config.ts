/**
 * The configuration of a store: the JSON file of 2012, with the keys that have come since. Every key is described
 * in docs/murky-waters.md; a key that is not known, or has a value of the wrong type, is an error that names it.
 */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { readFailure } from '../content/disk-failure.ts';
import { Failure } from '../failure.ts';
import { openToOthers } from '../store/privacy.ts';

export interface MurkyConfig {
  /** What its owner should know of the file it was read from. */
  readonly concern?: string | undefined;
  readonly http: {
    /** Address to listen on. */
    readonly host: string;
    /** 0: any that is free. */
    readonly port: number;
    /** Who does not show it is refused; undefined: nobody has to. */
    readonly token?: string | undefined;
    /** Names, besides addresses and `localhost`, by which the gateway may be called. */
    readonly allowedHosts: readonly string[];
  };
  /** UDP port of rain; undefined: 1980 if free, else any. */
  readonly port?: number | undefined;
  readonly bind?: string | undefined;
  /** Absolute; undefined: not said. */
  readonly dataDir?: string | undefined;
  /** Absolute path of a JSON array of {host, port}. */
  readonly serversList?: string | undefined;
  readonly propagateOnStartup: boolean;
  readonly autoAddPeers: boolean;
  readonly shareContent: boolean;
  /** What all nodes of the cluster know, and nobody else. */
  readonly secret?: string | undefined;
  readonly lan: boolean;
  readonly classic: {
    readonly enabled: boolean;
    /** `loopback`, `lan`, or addresses. */
    readonly allow: readonly string[];
  };
  readonly limits: GatewayLimits & { readonly maxEntryBytes: number };
}

export interface GatewayLimits {
  readonly openRequests: number;
  /** Of a connection on which nothing moves. */
  readonly idleSeconds: number;
  /** From the first byte of a request to the end of its headers. */
  readonly headerSeconds: number;
  readonly headerBytes: number;
}

/** A short secret can be guessed from one recorded message. */
const LEAST_SECRET = 16;
const LEAST_TOKEN = 16;

const port = z.int().min(0).max(65_535);
const section = <T extends z.ZodRawShape>(shape: T) =>
  z.strictObject(shape).prefault({} as z.input<z.ZodObject<T>>);

const file = z.strictObject({
  http: section({
    host: z.string().default(''),
    port: port.default(8080),
    token: z.string().min(LEAST_TOKEN).optional(),
    'allowed-hosts': z.array(z.string().min(1)).default([]),
  }),
  'pouring-rain': section({ port: port.optional(), bind: z.string().min(1).optional() }),
  'data-dir': z.string().min(1).optional(),
  'servers-list': z.string().min(1).optional(),
  behaviour: section({
    'propagate-on-startup': z.boolean().default(false),
    'auto-add-peers': z.boolean().default(true),
    'share-content': z.boolean().default(true),
  }),
  secret: z.string().min(LEAST_SECRET).optional(),
  lan: z.boolean().default(true),
  classic: section({
    enabled: z.boolean().default(false),
    allow: z.array(z.string().min(1)).default(['loopback', 'lan']),
  }),
  limits: section({
    'max-entry-bytes': z
      .int()
      .min(0)
      .max(2 ** 50)
      .default(2 ** 40),
    'open-requests': z.int().min(1).max(10_000).default(64),
    'idle-seconds': z.number().positive().max(86_400).default(60),
    'header-seconds': z.number().positive().max(3600).default(10),
    'header-bytes': z
      .int()
      .min(1024)
      .max(2 ** 20)
      .default(16_384),
  }),
});

/** What holds where no file says otherwise. */
export const defaultConfig: MurkyConfig = fromFile(file.parse({}), '.');

/** Rejects with Failure `bad-config`, `no-such-path`, `unreadable`. Paths in it are relative to its folder. */
export async function readConfig(path: string): Promise<MurkyConfig> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw readFailure(error, path);
  });
  const config = parseConfig(text, path);
  const isSecret = config.secret !== undefined || config.http.token !== undefined;
  const concern = isSecret ? openToOthers(path, 'The configuration') : undefined;
  return concern === undefined ? config : { ...config, concern: `${concern.message} ${concern.hint}` };
}

/** Throws Failure `bad-config`. */
export function parseConfig(text: string, path: string): MurkyConfig {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    // The message of JSON.parse quotes what is around the fault, which may be a secret: no more than where it is.
    const where = /line \d+ column \d+/.exec(String(error))?.[0] ?? 'near its beginning or end';
    throw new Failure('bad-config', `${path} is no JSON: see ${where}.`, 'Mend it, or leave it out.');
  }
  const parsed = file.safeParse(value);
  if (!parsed.success) {
    const faults = parsed.error.issues.flatMap(faultsOf).join('; ');
    throw new Failure('bad-config', `${path}: ${faults}.`, 'docs/murky-waters.md lists every key.');
  }
  return fromFile(parsed.data, dirname(resolve(path)));
}

function fromFile(value: z.output<typeof file>, folder: string): MurkyConfig {
  const { http, behaviour, classic, limits } = value;
  const at = (path: string | undefined): string | undefined => path && resolve(folder, path);
  return {
    http: {
      // In 2012 an empty host meant every interface, and anybody could write.
      host: http.host === '' ? '127.0.0.1' : http.host,
      port: http.port,
      token: http.token,
      allowedHosts: http['allowed-hosts'].map((host) => host.toLowerCase()),
    },
    port: value['pouring-rain'].port,
    bind: value['pouring-rain'].bind,
    dataDir: at(value['data-dir']),
    serversList: at(value['servers-list']),
    propagateOnStartup: behaviour['propagate-on-startup'],
    autoAddPeers: behaviour['auto-add-peers'],
    shareContent: behaviour['share-content'],
    secret: value.secret,
    lan: value.lan,
    classic,
    limits: {
      maxEntryBytes: limits['max-entry-bytes'],
      openRequests: limits['open-requests'],
      idleSeconds: limits['idle-seconds'],
      headerSeconds: limits['header-seconds'],
      headerBytes: limits['header-bytes'],
    },
  };
}

/** Names the key, as it is written in the file. A secret is never repeated. */
function faultsOf(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `there is no key "${[...path, key].join('.')}"`);
  }
  const what = path.length === 0 ? 'the whole' : `"${path.join('.')}"`;
  return [`${what}: ${issue.message}`];
}
