/** Runs a command line in this process, against a fake node. */
import { vi } from 'vitest';
import type { Host, Sink } from '../../cli/host.ts';
import { main } from '../../cli/main.ts';
import type { NodeOptions } from '../../core/api.ts';
import { readConfig } from '../../core/node.ts';
import { parseAddress } from '../../core/wire/address.ts';
import { parseLink, readLink } from '../../core/wire/link-text.ts';
import { FakeNode } from './fake-node.ts';

class Paper implements Sink {
  text = '';
  isTTY = false;
  columns = 100;

  write(text: string): void {
    this.text += text;
  }

  /** Parsed lines of JSON. */
  get events(): Record<string, unknown>[] {
    return this.text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }
}

export interface Run {
  readonly code: Promise<number>;
  readonly stdout: Paper;
  readonly stderr: Paper;
  /** Folders that it made. */
  readonly folders: readonly string[];
  /** Undefined as long as no node was opened. */
  readonly node: () => FakeNode | undefined;
  /** The node, once it has been asked to share or fetch. */
  readonly asked: () => Promise<FakeNode>;
  readonly interrupt: () => void;
}

interface Options {
  /** Called with a node just opened. */
  readonly prepare?: (node: FakeNode) => void;
  readonly terminal?: boolean;
  readonly open?: (options: NodeOptions) => Promise<FakeNode>;
}

export function rain(
  line: string | readonly string[],
  { prepare, terminal = false, open }: Options = {},
): Run {
  const stdout = new Paper();
  const stderr = new Paper();
  stdout.isTTY = terminal;
  stderr.isTTY = terminal;
  const folders: string[] = [];
  const controller = new AbortController();
  let node: FakeNode | undefined;
  const host: Host = {
    platform: 'linux',
    env: { HOME: '/home/me' },
    cwd: '/here',
    stdout,
    stderr,
    interrupt: controller.signal,
    crashed: new Promise(() => {}),
    self: ['rain'],
    engine: async () => ({
      parseLink,
      readLink,
      parseAddress,
      readConfig,
      makeFolder: (path) => void folders.push(path),
      openMurky: async () => {
        throw new Error('a fake node has no store');
      },
      openNode: async (options) => {
        node = open === undefined ? new FakeNode(options) : await open(options);
        prepare?.(node);
        return node;
      },
    }),
  };
  return {
    code: main(typeof line === 'string' ? line.split(' ') : line, host),
    stdout,
    stderr,
    folders,
    node: () => node,
    asked: () =>
      vi.waitUntil(() => (node !== undefined && node.requests.length > 0 ? node : undefined), {
        interval: 1,
      }),
    interrupt: () => controller.abort(),
  };
}
