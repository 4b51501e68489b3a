/**
 * A network of this machine's own: a client and servers in network namespaces, and a link from each server to the
 * client. A link is `link.c`, or a plain pair of virtual Ethernet devices where nothing is asked of it.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Link, LinkProcess } from './link-process.ts';

const run = promisify(execFile);

/** Of all that is measured, servers and clients, Rain or not, before what else runs. */
const PRIORITY = -15;
/** Address of the client, from all servers. */
export const CLIENT = '10.77.0.2';

export class Network {
  readonly #prefix = `rain${process.pid}`;
  readonly #namespaces: string[] = [];
  readonly #links = new Map<number, LinkProcess>();

  /** Address of server `index`, from 0. */
  static addressOf(index: number): string {
    return `10.77.${index + 1}.2`;
  }

  /** One server a link; undefined: a plain one. Rejects when this is not Linux or not root. */
  static async up(links: readonly (Link | undefined)[], program: string | undefined): Promise<Network> {
    const network = new Network();
    try {
      await network.#add('client');
      await network.#in('client', 'ip', 'addr', 'add', `${CLIENT}/32`, 'dev', 'lo');
      for (const [index, link] of links.entries()) await network.#connect(index, link, program);
      return network;
    } catch (error) {
      await network.down();
      throw error;
    }
  }

  /** Words that, before those of a command, run it as the client or as server `index`. */
  inClient(): readonly [string, ...string[]] {
    return this.#enter('client');
  }

  inServer(index: number): readonly [string, ...string[]] {
    return this.#enter(`server${index}`);
  }

  /** That of server `index`, which must not be a plain one. */
  link(index: number): LinkProcess {
    const link = this.#links.get(index);
    if (link === undefined) throw new Error(`the link of server ${index} is a plain one`);
    return link;
  }

  /** TCP from server `index` is CUBIC from now on, whatever it is on this machine. */
  async answerWithCubic(index: number): Promise<void> {
    const route = ['default', 'via', gatewayOf(index), 'congctl', 'cubic'];
    await this.#in(`server${index}`, 'ip', 'route', 'replace', ...route);
  }

  /** Programs that run in it must have ended. */
  async down(): Promise<void> {
    for (const link of this.#links.values()) await link.stop();
    for (const name of this.#namespaces.splice(0)) await run('ip', ['netns', 'del', name]);
  }

  async #connect(index: number, link: Link | undefined, program: string | undefined): Promise<void> {
    const server = `server${index}`;
    const device = `to-server${index}`;
    await this.#add(server);
    if (link === undefined) {
      const [a, b] = [this.#name('client'), this.#name(server)];
      await run('ip', [...`link add ${device} netns ${a} type veth peer name eth0 netns ${b}`.split(' ')]);
    } else if (program === undefined) throw new Error('a link with a rate or a delay needs the link program');
    else {
      const ends = [this.#name('client'), device, this.#name(server), 'eth0'] as const;
      this.#links.set(index, await LinkProcess.start(program, ends, link, index + 1));
    }
    const gateway = gatewayOf(index);
    await this.#in('client', 'ip', 'addr', 'add', `${gateway}/30`, 'dev', device);
    await this.#in('client', 'ip', 'link', 'set', device, 'up', 'txqueuelen', '10000');
    await this.#in(server, 'ip', 'addr', 'add', `${Network.addressOf(index)}/30`, 'dev', 'eth0');
    await this.#in(server, 'ip', 'link', 'set', 'eth0', 'up', 'txqueuelen', '10000');
    const route = [`10.77.${index + 1}.0/30`, 'dev', device, 'src', CLIENT];
    await this.#in('client', 'ip', 'route', 'replace', ...route);
    await this.#in(server, 'ip', 'route', 'add', 'default', 'via', gateway);
  }

  async #add(which: string): Promise<void> {
    const name = this.#name(which);
    await run('ip', ['netns', 'add', name]);
    this.#namespaces.push(name);
    await this.#in(which, 'ip', 'link', 'set', 'lo', 'up');
    // The client answers from one address whichever way the question came.
    const settings = ['net.ipv4.conf.all.rp_filter=0', 'net.ipv4.conf.default.rp_filter=0'];
    await this.#in(which, 'sysctl', '-qw', ...settings, 'net.ipv4.tcp_no_metrics_save=1');
  }

  async #in(which: string, ...command: readonly string[]): Promise<void> {
    const [program, ...args] = [...this.#enter(which), ...command];
    await run(program, args);
  }

  /**
   * `nsenter` and not `ip netns exec`, which mounts things first: its time would be measured with the command's. What
   * else the machine does has to stand back: programs that wait for a core see networks slower than they are.
   */
  #enter(which: string): readonly [string, ...string[]] {
    return ['nice', '-n', String(PRIORITY), 'nsenter', `--net=/run/netns/${this.#name(which)}`, '--'];
  }

  #name(which: string): string {
    return `${this.#prefix}-${which}`;
  }
}

/** Address of the client on the link of server `index`. */
function gatewayOf(index: number): string {
  return `10.77.${index + 1}.1`;
}
