/** Resources whose symbols say what they are, so that every droplet that arrives can be judged. */
import type { Terms } from '../../../core/protocol/agreement.ts';
import type { Extents } from '../../../core/protocol/extents.ts';
import { MANIFEST_BLOCK } from '../../../core/wire/datagram.ts';

export interface VirtualResource {
  readonly id: string;
  readonly blocks: number;
  readonly blockSymbols: number;
  readonly lastSymbols: number;
  readonly symbolSize: number;
  readonly manifestBytes: number;
}

/** A resource of so many symbols. */
export function resourceOf(
  id: string,
  symbols: number,
  { blockSymbols = 1024, symbolSize = 1152 } = {},
): VirtualResource {
  const blocks = Math.ceil(symbols / blockSymbols);
  const lastSymbols = symbols - (blocks - 1) * blockSymbols;
  return { id, blocks, blockSymbols, lastSymbols, symbolSize, manifestBytes: 80 + 32 * blocks };
}

export function symbolCount(resource: VirtualResource): number {
  return (resource.blocks - 1) * resource.blockSymbols + resource.lastSymbols;
}

/** Source symbols of a block of the resource, or of its manifest as `terms` has it; 0: no such block. */
export function symbolsOf(resource: VirtualResource, block: number, manifestBytes: number): number {
  if (block >= MANIFEST_BLOCK) {
    const bytes = resource.blockSymbols * resource.symbolSize;
    const left = manifestBytes - (block - MANIFEST_BLOCK) * bytes;
    return left <= 0 ? 0 : Math.min(resource.blockSymbols, Math.ceil(left / resource.symbolSize));
  }
  if (block >= resource.blocks) return 0;
  return block === resource.blocks - 1 ? resource.lastSymbols : resource.blockSymbols;
}

export function extentsOf(resource: VirtualResource): Extents {
  return {
    symbolSize: resource.symbolSize,
    count: resource.blocks,
    realSymbols: (block) => symbolsOf(resource, block, resource.manifestBytes),
  };
}

export function termsOf(resource: VirtualResource): Terms {
  const { manifestBytes, symbolSize, blockSymbols } = resource;
  return { manifestBytes, symbolSize, blockSymbols, profile: 1 };
}

/** What stands in the first four bytes of a droplet. */
export function tagOf(resource: VirtualResource, block: number, id: number): number {
  let h = Number.parseInt(resource.id.slice(8), 16);
  h ^= Math.imul(block + 1, 0x9e3779b1) ^ Math.imul(id + 7, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}
