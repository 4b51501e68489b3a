/** One datagram to send; whoever polls for them may be given the same object again for the next. */
export interface Transmission {
  address: string;
  bytes: Uint8Array;
}

/** The same, as a place in memory: nothing is made for a datagram. */
export class PlacedTransmission implements Readonly<Transmission> {
  address = '';
  memory: Uint8Array = new Uint8Array(0);
  at = 0;
  length = 0;

  get bytes(): Uint8Array {
    return this.memory.subarray(this.at, this.at + this.length);
  }
}
