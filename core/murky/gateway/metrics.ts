/** Figures for Prometheus, text format 0.0.4. */
import type { Entries } from '../entries.ts';

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** What the gateway counts. */
export class RequestCounts {
  /** By method and status. */
  readonly #answered = new Map<string, number>();
  open = 0;
  /** Bytes of bodies. */
  received = 0;
  sent = 0;

  answered(method: string, status: number): void {
    const labels = `method="${method}",status="${status}"`;
    this.#answered.set(labels, (this.#answered.get(labels) ?? 0) + 1);
  }

  byLabels(): readonly (readonly [labels: string, value: number])[] {
    return [...this.#answered];
  }
}

type Kind = 'gauge' | 'counter';
type Values = number | readonly (readonly [labels: string, value: number])[];

export function metricsText(entries: Entries, requests: RequestCounts): string {
  const figures = entries.figures();
  const rows: readonly (readonly [string, Kind, string, Values])[] = [
    ['murky_entries', 'gauge', 'Entries on this node.', figures.entries],
    ['murky_entry_bytes', 'gauge', 'Content of all entries.', figures.bytes],
    ['murky_stored_bytes', 'gauge', 'What the content takes on disk.', figures.storedBytes],
    ['murky_tombstones', 'gauge', 'Deleted entries that are remembered.', figures.tombstones],
    ['murky_wanted_entries', 'gauge', 'Entries known of and not here yet.', figures.wanted],
    ['murky_peers', 'gauge', 'Peers by state.', peersByState(entries)],
    ['murky_member_sent_bytes_total', 'counter', 'Bytes said to other nodes of entries.', figures.said],
    ['murky_rain_sent_bytes_total', 'counter', 'Bytes poured.', figures.poured],
    ['murky_rain_received_bytes_total', 'counter', 'Bytes of rain received.', figures.received],
    ['murky_http_requests_total', 'counter', 'Requests answered.', requests.byLabels()],
    ['murky_http_open_requests', 'gauge', 'Requests being answered.', requests.open],
    ['murky_http_received_bytes_total', 'counter', 'Bytes of bodies received.', requests.received],
    ['murky_http_sent_bytes_total', 'counter', 'Bytes of entries sent.', requests.sent],
    ['process_resident_memory_bytes', 'gauge', 'Memory of the process.', process.memoryUsage.rss()],
  ];
  return rows.map(([name, kind, help, values]) => family(name, kind, help, values)).join('');
}

function peersByState(entries: Entries): [string, number][] {
  const counts = new Map<string, number>();
  for (const { state } of entries.peers()) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => [`state="${state}"`, count]);
}

function family(name: string, kind: Kind, help: string, values: Values): string {
  const lines =
    typeof values === 'number'
      ? [`${name} ${values}`]
      : values.map(([labels, value]) => `${name}{${labels}} ${value}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`, ...lines, ''].join('\n');
}
