import type { OpenManifest } from '../content/manifest.ts';
import { failureOf } from '../engine/problem.ts';
import type { Failure } from '../failure.ts';
import type { ContentReader, ContentView } from './content-reader.ts';
import type { Transfer } from './transfer.ts';

/** A transfer as who reads it sees it, once its manifest is known. Rejects with why it never will be. */
export async function viewOf(transfer: Transfer): Promise<ContentView> {
  return new TransferView(transfer, await manifestOf(transfer));
}

class TransferView implements ContentView {
  readonly manifest: OpenManifest;
  readonly #transfer: Transfer;

  constructor(transfer: Transfer, manifest: OpenManifest) {
    this.#transfer = transfer;
    this.manifest = manifest;
  }

  pathOf(block: number): string | undefined {
    const { state, row, readers } = this.#transfer;
    if (readers.ended !== undefined) return undefined;
    if (state === 'done') return row.finalPath ?? undefined;
    // It is just being given its final name.
    if (state === 'finishing' || row.partPath === null) return undefined;
    return this.#transfer.hasBlock(block) ? row.partPath : undefined;
  }

  failure(): Failure | undefined {
    return failureIn(this.#transfer);
  }

  watch(changed: () => void): () => void {
    return this.#transfer.readers.watch(changed);
  }

  want(reader: ContentReader, block: number | undefined): void {
    this.#transfer.readers.want(reader, block);
  }
}

function manifestOf(transfer: Transfer): Promise<OpenManifest> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const failure = failureIn(transfer);
      const manifest = failure === undefined ? transfer.manifest() : undefined;
      if (manifest !== undefined) resolve(manifest);
      else if (failure !== undefined) reject(failure);
      else return;
      endWatch();
    };
    const endWatch = transfer.readers.watch(look);
    look();
  });
}

function failureIn({ readers, state, problem }: Transfer): Failure | undefined {
  if (readers.ended !== undefined) return readers.ended;
  return state === 'failed' && problem !== undefined ? failureOf(problem) : undefined;
}
