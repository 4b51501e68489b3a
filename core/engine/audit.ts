import type { Evidence } from './codec-messages.ts';

/**
 * Sessions that poured a droplet which is not of the block: with the right block at hand every droplet can be
 * made again and compared. `make` writes a repair droplet somewhere in the memory and says where.
 */
export function findLiars(
  memory: Uint8Array,
  evidence: Evidence,
  right: { readonly source: number; readonly symbolSize: number },
  make: (id: number) => number,
): number[] {
  const { symbolSize } = right;
  const liars = new Set<number>();
  const compare = (from: number, at: number, rightAt: number): void => {
    if (liars.has(from)) return;
    const a = Buffer.from(memory.buffer, at, symbolSize);
    const b = Buffer.from(memory.buffer, rightAt, symbolSize);
    if (!a.equals(b)) liars.add(from);
  };
  evidence.sourceFrom.forEach((from, id) => {
    if (from > 0) compare(from - 1, evidence.slot + id * symbolSize, right.source + id * symbolSize);
  });
  evidence.repairIds.forEach((id, i) => {
    if (!liars.has(evidence.repairFrom[i])) compare(evidence.repairFrom[i], evidence.repairAt[i], make(id));
  });
  return [...liars];
}
