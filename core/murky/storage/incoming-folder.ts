import { join } from 'node:path';

/** Where what is fetched for the store of a data folder arrives: such transfers are no concern of a person's. */
export function incomingFolder(dataDir: string): string {
  return join(dataDir, 'murky', 'incoming');
}
