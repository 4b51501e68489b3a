/** Datagrams of 2012. */
import {
  CLASSIC_HEADER,
  classicPartLength,
  readClassicDroplet,
  readClassicRequest,
  writeClassicHeader,
  writeClassicRequest,
} from '../../../core/wire/classic.ts';
import { must, type Target } from '../target.ts';

const ID = '0123456789abcdef';

export const classic: Target = {
  name: 'classic',
  seeds: [
    writeClassicRequest({ type: 'subscribe', resource: ID }),
    writeClassicRequest({ type: 'unsubscribe', resource: ID }),
    writeClassicRequest({ type: 'propagate', resource: ID, port: 1980 }),
    droplet(0),
    droplet(64),
    droplet(6000),
  ],
  words: [],
  batch: 1000,
  take: (input) => {
    const request = readClassicRequest(input);
    if (request !== undefined)
      must(Buffer.compare(writeClassicRequest(request), input) === 0, 'a request of something else');
    const read = readClassicDroplet(input);
    if (read === undefined) return;
    const { resource, mask, dataLength, payload } = read;
    must(mask > 0n && payload.length === classicPartLength(dataLength), 'a droplet of another length');
    const again = input.slice();
    again.fill(0, 0, CLASSIC_HEADER);
    writeClassicHeader(again, resource, mask, dataLength);
    must(Buffer.compare(again, input) === 0, 'a droplet of something else');
  },
};

function droplet(dataLength: number): Uint8Array {
  const bytes = new Uint8Array(CLASSIC_HEADER + classicPartLength(dataLength));
  writeClassicHeader(bytes, ID, 3n, dataLength);
  return bytes;
}
